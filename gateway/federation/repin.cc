#include "gateway/federation/repin.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

absl::StatusOr<trustlist::v1::StoredRepin> RepinDesk::Decide(const Repin& repin,
                                                             absl::Time now) const {
  const bool follows = std::any_of(peers_->begin(), peers_->end(), [&](const Peer& peer) {
    return peer.member == repin.publisher;
  });
  if (!follows && repin.publisher != own_) {
    return MakeError(Reason::kMemberUnknown,
                     absl::StrCat("this node does not follow ", repin.publisher.value()));
  }
  MRG_ASSIGN_OR_RETURN(const bool is_trusted, IsTrusted(repin));
  if (repin.publisher != hub_ && !is_trusted) MRG_RETURN_IF_ERROR(CheckHubNames(repin));
  MRG_ASSIGN_OR_RETURN(trustlist::v1::StoredRepin record, Apply(repin, now));
  const std::string old_root = absl::BytesToHexString(record.old_root_sha256());
  const std::string new_root = absl::BytesToHexString(record.new_root_sha256());
  parts_.events->Write(Event::kPublisherRepinned, {{"publisher", repin.publisher},
                                                   {"old_root_version", record.old_root_version()},
                                                   {"old_root", OwnText(old_root)},
                                                   {"new_root_version", record.new_root_version()},
                                                   {"new_root", OwnText(new_root)}});
  return record;
}

absl::StatusOr<trustlist::v1::StoredRepin> RepinDesk::Apply(const Repin& repin,
                                                            absl::Time now) const {
  // The own repository has no client.
  if (repin.publisher == own_) return parts_.publisher->RepinOwn(repin, now);
  MutexLock turn(parts_.turns->Of(repin.publisher));
  return RepinPublisher(repin, now, parts_.store);
}

// Whether it is the newest root that is trusted already, so that nothing new comes to be trusted.
absl::StatusOr<bool> RepinDesk::IsTrusted(const Repin& repin) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> root,
                       MetadataStore(parts_.store).Newest(repin.publisher, kRootRole));
  if (!root.has_value()) return false;
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(*root));
  return digest == repin.root_sha256;
}

absl::Status RepinDesk::CheckHubNames(const Repin& repin) const {
  const auto list = parts_.federation->Current();
  const trustlist::v1::FederationMember* const entry = FindMember(list.get(), repin.publisher);
  if (entry != nullptr && entry->first_root_sha256() == repin.root_sha256) return absl::OkStatus();
  return MakeError(Reason::kMemberRootUnconfirmed,
                   absl::StrCat("the hub's list in force does not name this root for ",
                                repin.publisher.value()));
}

}  // namespace mrg
