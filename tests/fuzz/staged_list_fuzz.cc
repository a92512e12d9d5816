// Text as a list that an operator stages: the first byte is its kind.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/staging.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

StageOptions KindOf(uint8_t first) {
  StageOptions options;
  switch (first % 8) {
    case 0:
      options.issuers = "31";
      break;
    case 1:
      options.catalogue = "31";
      break;
    case 2:
      options.pack = "31";
      break;
    case 3:
      options.agreement = "31";
      break;
    case 4:
      options.repeal = "31";
      break;
    case 5:
      options.dictionary = true;
      break;
    case 6:
      options.federation = true;
      break;
    default:
      options.calendar = "2026";
  }
  return options;
}

void Stage(StageOptions options, absl::string_view text) {
  const int file = memfd_create("list", MFD_CLOEXEC);
  Require(file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
          "the test can write its file");
  options.file = absl::StrCat("/proc/self/fd/", file);
  // The text is judged first, and where no repository is nothing can be written.
  RepositoryFolder nowhere("/dev/null/no-folder");
  const auto staged = StageTarget(options, absl::FromUnixSeconds(1795478400), &nowhere);
  close(file);
  Require(!staged.ok(), "nothing is staged where no repository is");
  Require(ReasonOf(staged.status()).has_value() || absl::IsNotFound(staged.status()),
          "a text that is refused is refused with a reason");
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  mrg::Stage(mrg::KindOf(data[0]),
             absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
