#ifndef MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_
#define MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_

// What a member's people hand to others: a region its member.textproto that `mrgctl init` made, the
// hub its root, its CA and its endpoint; and the one digest by which it is compared on a way of its
// own.
//
// Thread-safe: reads one file.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Result: the entry at `path`, which says what a region's must; nobody vouches for it yet. The rest
// is for the list's own check. Errors: FIELD_MALFORMED, NotFound, naming `flag`.
absl::StatusOr<trustlist::v1::FederationMember> ReadHandedEntry(absl::string_view flag,
                                                                const std::string& path);

// Result: what the hub hands over, out of its entry: member, first root, endpoints, trust domain
// and CA. The rest of the entry a region is not given.
trustlist::v1::FederationMember HandedByHub(const trustlist::v1::FederationMember& entry);

// Result: SHA-256, 32 bytes, over all of `handed`: whoever compared it need not compare a part.
std::string HandedDigest(const trustlist::v1::FederationMember& handed);

// Checks the digest that was told, 64 hex digits with or without blanks; empty: none was.
// Errors: FIELD_MALFORMED naming `flag`, also for another digest than that of `handed`.
absl::Status CheckTold(absl::string_view flag, absl::string_view told,
                       const trustlist::v1::FederationMember& handed);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_HANDED_ENTRY_H_
