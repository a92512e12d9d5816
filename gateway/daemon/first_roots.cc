#include "gateway/daemon/first_roots.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

absl::Status Unconfirmed(const PeerConfig& peer, absl::string_view why) {
  return MakeError(Reason::kMemberRootUnconfirmed,
                   absl::StrCat("first root of ", peer.member.value(), ": ", why));
}

}  // namespace

std::set<std::string> FirstRoots::OfAgreements(const MemberId& member) const {
  std::set<std::string> named;
  const auto snapshot = snapshots_->Current();
  if (snapshot == nullptr) return named;
  for (const auto& [party, revisions] : snapshot->agreements().history().listings()) {
    bool own = false;
    for (const JurisdictionId& jurisdiction : jurisdictions_) {
      own = own || jurisdiction.value() == party.first;
    }
    if (!own || revisions.empty()) continue;
    const AgreementListing& newest = revisions.rbegin()->second;
    for (const auto& root : newest.agreement->message().counterpart_roots()) {
      if (root.member() == member.value()) named.insert(absl::HexStringToBytes(root.sha256()));
    }
  }
  return named;
}

std::set<std::string> FirstRoots::OfOwnSide(const PeerConfig& peer) const {
  std::set<std::string> named = OfAgreements(peer.member);
  if (!peer.first_root_sha256.empty()) named.insert(peer.first_root_sha256);
  return named;
}

absl::StatusOr<std::string> FirstRoots::Confirm(const PeerConfig& peer) const {
  const auto list = list_->Current();
  const trustlist::v1::FederationMember* const entry = FindMember(list.get(), peer.member);
  if (entry == nullptr || entry->first_root_sha256().empty()) {
    return Unconfirmed(peer, "expected the hub's list in force to name it");
  }
  if (!jurisdictions_.empty() && OfAgreements(peer.member).empty()) {
    return Unconfirmed(peer, "expected an agreement that this side published to name it");
  }
  for (const std::string& named : OfOwnSide(peer)) {
    if (named != entry->first_root_sha256()) {
      return Unconfirmed(
          peer, "expected the hub's list, this side's agreements and configuration to name one");
    }
  }
  return entry->first_root_sha256();
}

}  // namespace mrg
