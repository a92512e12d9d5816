// Any bytes as a bundle file.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/property.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/bundle/bundle_name.h"

namespace mrg {
namespace {

absl::Status Read(absl::string_view bytes) {
  const int file = memfd_create("bundle", MFD_CLOEXEC);
  Require(
      file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
      "the test can write its file");
  const absl::Status status = ReadBundle(
      absl::StrCat("/proc/self/fd/", file), [](const std::string& name, std::string content) {
        const auto parsed = ParseBundleName(name);
        Require(parsed.ok() && content.size() <= parsed->bytes_max,
                "a file has a name of a repository and is no longer than allowed");
        return absl::OkStatus();
      });
  close(file);
  return status;
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (mrg::Read(bytes).ok()) {
    mrg::Require(!mrg::Read(absl::StrCat(bytes, "x")).ok(), "nothing follows a bundle");
  }
  return 0;
}
