#include "gateway/federation/first_roots.h"

#include <cstdint>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

absl::Status Unconfirmed(const Peer& peer, absl::string_view why) {
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

std::set<std::string> FirstRoots::OfOwnSide(const Peer& peer) const {
  std::set<std::string> named = OfAgreements(peer.member);
  if (!peer.first_root_sha256.empty()) named.insert(peer.first_root_sha256);
  return named;
}

absl::StatusOr<std::string> FirstRoots::Confirm(const Peer& peer) const {
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

absl::Status FirstRoots::Store(const Peer& peer, Fetcher* fetcher, OrderedStore* store) const {
  MetadataStore metadata(store);
  MRG_ASSIGN_OR_RETURN(const int64_t stored, metadata.NewestVersion(peer.member, kRootRole));
  if (stored > 0) return absl::OkStatus();
  if (peer.first_root.has_value()) {
    return InitTrust(peer.member, *peer.first_root, std::nullopt, &metadata);
  }
  MRG_ASSIGN_OR_RETURN(const std::string digest, Confirm(peer));
  return InitTrustFromPeer(peer.member, digest, fetcher, &metadata);
}

}  // namespace mrg
