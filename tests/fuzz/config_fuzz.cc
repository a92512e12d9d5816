// Text as the configuration of a node. The files that it names are looked for where there are none.

#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/config/node_config.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = mrg::ParseNodeConfigText(text);
  if (!parsed.ok()) {
    mrg::Require(mrg::ReasonOf(parsed.status()).has_value(), "a refusal has a reason");
    return 0;
  }
  const auto checked = mrg::CheckNodeConfig(*parsed, "/dev/null/no-folder", absl::UnixEpoch());
  mrg::Require(!checked.ok() && mrg::ReasonOf(checked.status()).has_value(),
               "a configuration without its files is refused with a reason");
  return 0;
}
