#include "tests/golden/golden_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

void ExpectGolden(absl::string_view path, absl::string_view actual) {
  const char* root = std::getenv("MRG_GOLDEN_WRITE");  // the workspace, set by tests/run
  if (root != nullptr) {
    const std::string target = absl::StrCat(root, "/", path);
    if (ReadAll(target) != actual) {
      std::filesystem::create_directories(std::filesystem::path(target).parent_path());
      std::ofstream(target, std::ios::binary) << actual;
    }
    EXPECT_EQ(ReadAll(target), std::string(actual)) << "could not write " << target;
    return;
  }
  EXPECT_EQ(ReadAll(std::string(path)), std::string(actual))
      << path << " is not what the code says. If the change is meant: ./tests/run --golden, and "
      << "read the diff.";
}

}  // namespace mrg
