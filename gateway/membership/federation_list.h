#ifndef MRG_GATEWAY_MEMBERSHIP_FEDERATION_LIST_H_
#define MRG_GATEWAY_MEMBERSHIP_FEDERATION_LIST_H_

// The hub's target `federation` (ADR-0018): which members there are, their first roots, and where
// and behind which CA the hub says that their nodes are found. What of it counts here is for
// first_roots.h and peer_places.h to say.

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Parses the target's content, canonical bytes of mrg.trustlist.v1.Federation, the only reader of
// it. A first root, endpoints, and a trust domain with its CA bundle may each be left out.
// Errors: METADATA_MALFORMED naming member and field: bytes not canonical, more than 64 members,
// members or jurisdictions out of order or repeated, an id that is none, a first root that is not
// 32 bytes, more than 16 endpoints or one that is not host:port, a trust domain that is malformed
// or that two members claim, a CA bundle that cannot be read, `until` not after `since`.
absl::StatusOr<trustlist::v1::Federation> ParseFederation(absl::string_view target_bytes);

// Where the list in force is read: a part of the view in force (in_force/trust_view.h).
//
// Thread-safe.
class FederationList {
 public:
  virtual ~FederationList() = default;

  // Result: the list; null before the hub's first one.
  virtual std::shared_ptr<const trustlist::v1::Federation> Current() const = 0;
};

// Result: the member's entry in `list`, which may be null; null when there is none.
const trustlist::v1::FederationMember* FindMember(const trustlist::v1::Federation* list,
                                                  const MemberId& member);

}  // namespace mrg

#endif  // MRG_GATEWAY_MEMBERSHIP_FEDERATION_LIST_H_
