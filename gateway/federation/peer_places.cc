#include "gateway/federation/peer_places.h"

#include <optional>
#include <utility>

#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

using trustlist::v1::Federation;
using trustlist::v1::FederationMember;

// Takes over what the entry says into `peer` and `bundles`; nothing of it when its identity cannot
// be taken.
void TakeOver(const FederationMember& entry, Peer* peer, TrustBundles* bundles) {
  if (!entry.trust_domain().empty()) {
    // Fails for a domain of somebody else: its bundle is not this hub's to replace.
    const absl::Status replaced =
        bundles->Replace(peer->trust_domain, entry.trust_domain(), entry.ca_bundle_pem());
    if (!replaced.ok()) return;
    peer->trust_domain = entry.trust_domain();
    peer->ca_bundle_pem = entry.ca_bundle_pem();
  }
  if (entry.endpoints_size() > 0) peer->endpoint = entry.endpoints(0);
}

}  // namespace

bool SamePlace(const Peer& a, const Peer& b) {
  return a.endpoint == b.endpoint && a.trust_domain == b.trust_domain &&
         a.ca_bundle_pem == b.ca_bundle_pem;
}

PeerPlaces PlacesOf(const PeerPlaces& configured, const Federation* list,
                    const std::map<std::string, std::string>& trusted_roots) {
  PeerPlaces places = configured;
  for (Peer& peer : places.peers) {
    const FederationMember* const entry = FindMember(list, peer.member);
    const auto trusted = trusted_roots.find(peer.member.value());
    const bool counts = !peer.pinned && entry != nullptr && trusted != trusted_roots.end() &&
                        entry->first_root_sha256() == trusted->second;
    if (counts) TakeOver(*entry, &peer, &places.bundles);
  }
  return places;
}

absl::StatusOr<PeerPlaces> CurrentPlaces(const PeerPlaces& configured, const FederationList& list,
                                         OrderedStore* store) {
  const MetadataStore metadata(store);
  std::map<std::string, std::string> trusted_roots;
  for (const Peer& peer : configured.peers) {
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> digest,
                         TrustedFirstRoot(peer.member, metadata));
    if (digest.has_value()) trusted_roots.emplace(peer.member.value(), *std::move(digest));
  }
  return PlacesOf(configured, list.Current().get(), trusted_roots);
}

}  // namespace mrg
