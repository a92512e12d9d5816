#include "gateway/snapshot/snapshot_publisher.h"

#include <set>
#include <string>
#include <utility>

#include "gateway/agreement/agreement_publication.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/snapshot/snapshot_manifest.h"

namespace mrg {
SnapshotPublisher::SnapshotPublisher(SnapshotOwner owner, const BlobReader* blobs,
                                     SnapshotArchive* archive, SnapshotHolder* holder)
    : owner_(std::move(owner)), blobs_(blobs), archive_(archive), holder_(holder) {}

absl::Status SnapshotPublisher::Restore() {
  MRG_ASSIGN_OR_RETURN(const auto manifest, archive_->InForce());
  if (!manifest.has_value()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(std::vector<InForceSet> sets, FromManifest(*manifest));
  MRG_ASSIGN_OR_RETURN(auto snapshot, BuildSnapshot(owner_, sets, *blobs_));
  MutexLock lock(mu_);
  for (InForceSet& set : sets) {
    std::string publisher = set.publisher.value();
    in_force_.insert_or_assign(std::move(publisher), std::move(set));
  }
  holder_->Publish(std::move(snapshot));
  return absl::OkStatus();
}

absl::Status SnapshotPublisher::Offer(const InForceSet& set, absl::Time now) {
  const std::string& publisher = set.publisher.value();
  MutexLock lock(mu_);
  auto present = in_force_.find(publisher);
  if (present != in_force_.end() && SameInForce(present->second, set)) return absl::OkStatus();
  std::map<std::string, InForceSet> sets = in_force_;
  sets.insert_or_assign(publisher, set);
  MRG_RETURN_IF_ERROR(PutInForce(std::move(sets)));
  in_force_since_[publisher] = now;
  return absl::OkStatus();
}

absl::Status SnapshotPublisher::Check(const InForceSet& set, const BlobReader& blobs,
                                      absl::Time now) const {
  std::vector<InForceSet> list = {set};
  {
    MutexLock lock(mu_);
    for (const auto& [publisher, present] : in_force_) {
      if (publisher != set.publisher.value()) list.push_back(present);
    }
  }
  const auto current = holder_->Current();
  MRG_ASSIGN_OR_RETURN(const auto snapshot, BuildSnapshot(owner_, list, blobs, current.get()));
  if (!owner_.jurisdictions.empty() && snapshot->dictionary_target().path.empty()) {
    return MakeError(Reason::kNodeNotReady,
                     "the hub's dictionary is not in force here yet, so nothing can be checked");
  }
  std::set<std::string> own;
  for (const JurisdictionId& jurisdiction : owner_.jurisdictions) own.insert(jurisdiction.value());
  const AgreementHistory before =
      current == nullptr ? AgreementHistory() : current->agreements().history();
  return CheckAgreementPublication(before, snapshot->agreements().history(), own, now);
}

absl::Status SnapshotPublisher::PutInForce(std::map<std::string, InForceSet> sets) {
  std::vector<InForceSet> list;
  for (const auto& [publisher, set] : sets) list.push_back(set);
  MRG_ASSIGN_OR_RETURN(auto snapshot,
                       BuildSnapshot(owner_, list, *blobs_, holder_->Current().get()));
  MRG_RETURN_IF_ERROR(archive_->PutInForce(ToManifest(list)));
  in_force_ = std::move(sets);
  holder_->Publish(std::move(snapshot));
  return absl::OkStatus();
}

absl::Time SnapshotPublisher::InForceSince(const std::string& publisher) const {
  MutexLock lock(mu_);
  auto found = in_force_since_.find(publisher);
  return found == in_force_since_.end() ? absl::InfinitePast() : found->second;
}

absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> SnapshotPublisher::Rebuild(
    absl::string_view id) const {
  const auto current = holder_->Current();
  if (current != nullptr && current->id() == id) return current;
  MRG_ASSIGN_OR_RETURN(const auto manifest, archive_->Read(id));
  MRG_ASSIGN_OR_RETURN(const std::vector<InForceSet> sets, FromManifest(manifest));
  return BuildSnapshot(owner_, sets, *blobs_, current.get());
}

}  // namespace mrg
