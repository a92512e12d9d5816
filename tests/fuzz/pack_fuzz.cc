// Text as a mapping pack, checked and compiled with the shipped dictionary.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/shipped_file.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const mrg::Dictionary& dictionary = *new mrg::Dictionary(mrg::ShippedDictionary());
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pack = mrg::CompiledPack::Compile(text, dictionary);
  if (!pack.ok()) {
    mrg::Require(mrg::ReasonOf(pack.status()) == mrg::Reason::kPackInvalid,
                 "a pack is refused as a pack");
    return 0;
  }
  (*pack)->ReadDocument("{}").status().IgnoreError();
  return 0;
}
