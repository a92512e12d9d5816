#ifndef MRG_GATEWAY_BASE_TESTING_IDS_H_
#define MRG_GATEWAY_BASE_TESTING_IDS_H_

// Identifiers of tests, by their text; a malformed one ends the test.
//
// Thread-safe: pure functions.

#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"

namespace mrg {

inline JurisdictionId AsJurisdiction(absl::string_view text) {
  return *JurisdictionId::Parse(text);
}
inline MemberId AsMember(absl::string_view text) { return *MemberId::Parse(text); }

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TESTING_IDS_H_
