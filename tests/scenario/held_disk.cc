#include "tests/scenario/held_disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {

HeldDisk::HeldDisk(std::string path)
    : path_(std::move(path)), file_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  EXPECT_GE(file_, 0) << path_;
}

HeldDisk::~HeldDisk() { close(file_); }

std::vector<std::string> HeldDisk::RunBy() const {
  const std::string library = std::filesystem::absolute("tests/scenario/held_sync.so").string();
  return {"env", absl::StrCat("LD_PRELOAD=", library), absl::StrCat(kHeldDiskVariable, "=", path_),
          // A sanitizer's library would want to be the first.
          "ASAN_OPTIONS=verify_asan_link_order=0"};
}

void HeldDisk::Hold() const { EXPECT_EQ(flock(file_, LOCK_EX), 0); }

void HeldDisk::Release() const { EXPECT_EQ(flock(file_, LOCK_UN), 0); }

}  // namespace mrg
