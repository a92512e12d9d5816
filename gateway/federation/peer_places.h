#ifndef MRG_GATEWAY_FEDERATION_PEER_PLACES_H_
#define MRG_GATEWAY_FEDERATION_PEER_PLACES_H_

// Where the other nodes are found and which CA vouches for them: what the configuration says at
// first, what the hub's list says once it names the root that is trusted here (SPEC 2, ADR-0018).

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/federation/federation_list.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/trust_bundles.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

struct PeerPlaces {
  std::vector<Peer> peers;  // in the order of the configuration
  TrustBundles bundles;     // of every trust domain that may connect
};

// Result: true when both are reached at one endpoint behind one CA.
bool SamePlace(const Peer& a, const Peer& b);

// Result: the configured places with what `list` (may be null) takes over. `trusted_roots`: member
// -> RootDigest of the first root trusted here; a member whose entry names another one, or that is
// pinned, keeps what is configured. So does one whose entry claims a trust domain that the
// configuration gives to somebody else. Of several endpoints the first one counts. Pure.
PeerPlaces PlacesOf(const PeerPlaces& configured, const trustlist::v1::Federation* list,
                    const std::map<std::string, std::string>& trusted_roots);

// The same from what is in force. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<PeerPlaces> CurrentPlaces(const PeerPlaces& configured, const FederationList& list,
                                         OrderedStore* store);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_PLACES_H_
