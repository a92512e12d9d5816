#ifndef MRG_GATEWAY_TRANSLATION_DATE_LAYOUT_H_
#define MRG_GATEWAY_TRANSLATION_DATE_LAYOUT_H_

// Dates in the layouts that standards use. Package-private to gateway/translation.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {

// Result: the day as YYYY-MM-DD; nullopt when `text` is not in the layout or names no real day.
std::optional<std::string> ReadDate(absl::string_view text, gateway::v1::DateLayout layout);

// Result: the day in the layout. REQUIRES: IsDateText(date).
std::string WriteDate(absl::string_view date, gateway::v1::DateLayout layout);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_DATE_LAYOUT_H_
