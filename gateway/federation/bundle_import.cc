#include "gateway/federation/bundle_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/updater.h"

namespace mrg {

std::vector<BundleOutcome> BundleImport::Import(const BundleFiles& files, absl::Time now) const {
  std::vector<MemberId> publishers = files.Publishers();
  std::stable_partition(publishers.begin(), publishers.end(), [this](const MemberId& publisher) {
    return std::any_of(peers_->begin(), peers_->end(),
                       [&](const Peer& peer) { return peer.is_hub && peer.member == publisher; });
  });
  std::vector<BundleOutcome> outcomes;
  for (const MemberId& publisher : publishers) {
    outcomes.push_back(ImportPublisher(publisher, files, now));
  }
  return outcomes;
}

BundleOutcome BundleImport::ImportPublisher(const MemberId& publisher, const BundleFiles& files,
                                            absl::Time now) const {
  BundleOutcome outcome{publisher};
  outcome.own = publisher == own_;
  if (outcome.own) return outcome;
  const auto peer = std::find_if(peers_->begin(), peers_->end(), [&](const Peer& candidate) {
    return candidate.member == publisher;
  });
  if (peer == peers_->end()) {
    outcome.status = MakeError(
        Reason::kMemberUnknown,
        absl::StrCat("this node does not follow ", publisher.value(), "; add it to its peers"));
    return outcome;
  }
  outcome.status = Follow(*peer, files, now, &outcome);
  if (outcome.status.ok()) {
    parts_.events->Write(Event::kBundleImported, {{"publisher", publisher}});
  } else {
    parts_.refused(publisher, outcome.status);
  }
  return outcome;
}

absl::Status BundleImport::Follow(const Peer& peer, const BundleFiles& files, absl::Time now,
                                  BundleOutcome* outcome) const {
  BundleFetcher fetcher(peer.member, &files);
  Updater updater(
      peer.member, parts_.store, &fetcher, MetadataLimits(),
      [this](const trustlist::v1::ForkEvidence& evidence) { parts_.forks->OnFork(evidence); });
  MutexLock turn(parts_.turns->Of(peer.member));
  MRG_RETURN_IF_ERROR(parts_.first_roots->Store(peer, &fetcher, parts_.store));
  MRG_ASSIGN_OR_RETURN(Updater::Verified verified, updater.Verify(now));
  const absl::Status taken = parts_.put_in_force(verified.set, now);
  if (!taken.ok()) {
    updater.KeepContent(verified.set);
    return taken;
  }
  outcome->changed = verified.changed;
  outcome->in_force = std::move(verified.set.set);
  return absl::OkStatus();
}

}  // namespace mrg
