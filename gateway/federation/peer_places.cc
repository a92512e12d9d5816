#include "gateway/federation/peer_places.h"

#include <optional>
#include <utility>

#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

using trustlist::v1::Contact;
using trustlist::v1::FederationMember;

// Takes over what the member has signed, or nothing of it. Result: whether it was taken.
bool TakeOver(const Contact& contact, Peer* peer, TrustBundles* bundles) {
  if (contact.trust_domain() != peer->trust_domain) return false;
  if (!bundles->Replace(peer->trust_domain, peer->trust_domain, contact.ca_bundle_pem()).ok()) {
    return false;
  }
  peer->ca_bundle_pem = bundles->PemOf(peer->trust_domain);
  peer->endpoint = contact.endpoints(0);
  return true;
}

// What an entry does not state it does not contradict.
bool Contradicts(const FederationMember& entry, const Peer& peer) {
  if (entry.endpoints_size() > 0 && entry.endpoints(0) != peer.endpoint) return true;
  if (entry.trust_domain().empty()) return false;
  TrustBundles stated;
  return entry.trust_domain() != peer.trust_domain ||
         !stated.Add(entry.trust_domain(), entry.ca_bundle_pem()).ok() ||
         stated.PemOf(entry.trust_domain()) != peer.ca_bundle_pem;
}

}  // namespace

bool SamePlace(const Peer& a, const Peer& b) {
  return a.endpoint == b.endpoint && a.trust_domain == b.trust_domain &&
         a.ca_bundle_pem == b.ca_bundle_pem;
}

PeerPlaces PlacesOf(const PeerPlaces& configured, const PlaceClaims& claims) {
  PeerPlaces places = configured;
  for (Peer& peer : places.peers) {
    if (peer.pinned) continue;
    const FederationMember* const entry = FindMember(claims.list, peer.member);
    const auto contact = claims.contacts.find(peer.member.value());
    const auto root = claims.trusted_roots.find(peer.member.value());
    bool conflict = false;
    if (contact != claims.contacts.end()) {
      conflict = !TakeOver(*contact->second, &peer, &places.bundles);
      if (!conflict) places.by_contact.insert(peer.member);
    } else if (entry != nullptr && entry->endpoints_size() > 0 &&
               root != claims.trusted_roots.end() && entry->first_root_sha256() == root->second) {
      peer.endpoint = entry->endpoints(0);
    }
    if (entry != nullptr) conflict = conflict || Contradicts(*entry, peer);
    if (conflict) places.conflicts.insert(peer.member);
  }
  return places;
}

absl::StatusOr<PeerPlaces> CurrentPlaces(const PeerPlaces& configured, const FederationList& list,
                                         const MemberContacts& contacts, OrderedStore* store) {
  const MetadataStore metadata(store);
  const auto members = list.Current();
  PlaceClaims claims = {members.get(), {}, {}};
  for (const Peer& peer : configured.peers) {
    auto contact = contacts.Of(peer.member);
    if (contact != nullptr) claims.contacts.emplace(peer.member.value(), std::move(contact));
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> digest,
                         TrustedFirstRoot(peer.member, metadata));
    if (digest.has_value()) claims.trusted_roots.emplace(peer.member.value(), *std::move(digest));
  }
  return PlacesOf(configured, claims);
}

}  // namespace mrg
