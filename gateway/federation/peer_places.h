#ifndef MRG_GATEWAY_FEDERATION_PEER_PLACES_H_
#define MRG_GATEWAY_FEDERATION_PEER_PLACES_H_

// Where the other nodes are found and which CA vouches for them: what the configuration says at
// first, what the member itself has signed from then on. The hub's list alone moves an address at
// most, and only of a member that has signed none (ADR-0031).

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/peer.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"
#include "gateway/membership/trust_bundles.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

struct PeerPlaces {
  std::vector<Peer> peers;  // in the order of the configuration
  TrustBundles bundles;     // of every trust domain that may connect
  // Members of whom the hub's list, or a contact that is not taken, says something else than what
  // counts here.
  std::set<MemberId> conflicts = {};
  // Members that are where they have signed that they are.
  std::set<MemberId> by_contact = {};
};

// Result: true when both are reached at one endpoint behind one CA.
bool SamePlace(const Peer& a, const Peer& b);

// What may move a peer.
struct PlaceClaims {
  const trustlist::v1::Federation* list;  // the hub's; may be null
  // What members have signed themselves, of those whose lists are in force here.
  std::map<std::string, std::shared_ptr<const trustlist::v1::Contact>> contacts;
  // Member -> RootDigest of the first root trusted here.
  std::map<std::string, std::string> trusted_roots;
};

// Result: the configured places with what `claims` take over. A member's signed contact counts
// whole, unless it names another trust domain than the configuration: that is the configuration's
// to give, as what identities of it may do is. Of a member without one the endpoint of the hub's
// list counts once that names the root trusted here, never its CA. A peer that is pinned keeps what
// is configured. Of several endpoints the first one counts. Pure.
PeerPlaces PlacesOf(const PeerPlaces& configured, const PlaceClaims& claims);

// The same from what is in force. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<PeerPlaces> CurrentPlaces(const PeerPlaces& configured, const FederationList& list,
                                         const MemberContacts& contacts, OrderedStore* store);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_PLACES_H_
