#include "gateway/federation/alarms/root_alarms.h"

#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"

namespace mrg {

absl::Status RootAlarms::Look() {
  const auto list = list_->Current();
  for (const Peer& peer : *peers_) {
    const trustlist::v1::FederationMember* const entry = FindMember(list.get(), peer.member);
    if (entry == nullptr || entry->first_root_sha256().empty()) continue;
    MRG_ASSIGN_OR_RETURN(const bool differs, Differs(peer, entry->first_root_sha256()));
    metrics_->root_conflict.Set({{"publisher", LabelValue::OfMember(peer.member)}},
                                differs ? 1 : 0);
    if (!differs) continue;
    MutexLock lock(mu_);
    if (told_.emplace(peer.member.value(), entry->first_root_sha256()).second) {
      events_->Write(Event::kMemberRootConflict, {{"publisher", peer.member}});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RootAlarms::Differs(const Peer& peer, const std::string& named) {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> chain, metadata_.RootChain(peer.member));
  if (!chain.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string trusted, DigestOf(peer.member, chain.front()));
    return trusted != named;
  }
  const std::set<std::string> own_side = first_roots_->OfOwnSide(peer);
  return !own_side.empty() && (own_side.size() > 1 || !own_side.contains(named));
}

// Look is called for every set that is taken, and a first root hardly ever changes: parsing each of
// them every time is a twentieth of the work of following.
absl::StatusOr<std::string> RootAlarms::DigestOf(const MemberId& member, const std::string& root) {
  {
    MutexLock lock(mu_);
    const auto known = known_.find(member);
    if (known != known_.end() && known->second.root == root) return known->second.digest;
  }
  MRG_ASSIGN_OR_RETURN(std::string digest, RootDigest(root));
  MutexLock lock(mu_);
  known_.insert_or_assign(member, Known{root, digest});
  return digest;
}

}  // namespace mrg
