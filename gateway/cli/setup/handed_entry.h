#ifndef MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_
#define MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_

// The member.textproto that a region's `mrgctl init` made and that its people hand to others.
//
// Thread-safe: reads one file.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Result: the entry at `path`, which says what a region's must; nobody vouches for it yet. The rest
// is for the list's own check. Errors: FIELD_MALFORMED, NotFound, naming `flag`.
absl::StatusOr<trustlist::v1::FederationMember> ReadHandedEntry(absl::string_view flag,
                                                                const std::string& path);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_
