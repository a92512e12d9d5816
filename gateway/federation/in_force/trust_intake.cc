#include "gateway/federation/in_force/trust_intake.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement_publication.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/federation/in_force/listings_stay.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/storage/ordered_key.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

// What was published may have been taken here so much later, over relays and with clocks that
// differ: as long as a timestamp is valid by default.
constexpr absl::Duration kPublicationLagMax = absl::Hours(1);

// What the judgement of the set's own content rests on, its digests included: neither who signed it
// until when, nor what others list.
std::string WhatJudges(InForceSet set, const TrustView* view) {
  set.roles.clear();
  std::string judges = SnapshotId(ToManifest({std::move(set)}));
  if (view == nullptr) return judges;
  absl::StrAppend(&judges, view->recognition()->dictionary_target().sha256);
  for (const auto& [jurisdiction, member] : view->recognition()->known_jurisdictions()) {
    absl::StrAppend(&judges, jurisdiction.value(), member.value(), ";");
  }
  return judges;
}

// Whether the refusal is for what the publisher itself lists, so that the same is refused again.
bool IsOfContent(const absl::Status& status, const MemberId& publisher) {
  static constexpr Reason kOfContent[] = {Reason::kMetadataMalformed, Reason::kIssuerListInvalid,
                                          Reason::kStatusListInvalid, Reason::kAgreementInvalid,
                                          Reason::kDictionaryInvalid, Reason::kCatalogueInvalid,
                                          Reason::kPackInvalid};
  const auto reason = ReasonOf(status);
  return reason.has_value() && std::count(std::begin(kOfContent), std::end(kOfContent), *reason) &&
         absl::StartsWith(FieldOf(status), absl::StrCat(publisher.value(), ":"));
}

}  // namespace

TrustIntake::TrustIntake(SnapshotOwner owner, Parts parts)
    : owner_(std::move(owner)), parts_(std::move(parts)), in_force_(parts_.store) {}

absl::Status TrustIntake::Restore(absl::Time now) {
  std::shared_ptr<const TrustView> view;
  {
    MutexLock lock(mu_);
    turn_at_ = now;
    MRG_RETURN_IF_ERROR(CatchUp().status());
    view = parts_.holder->View();
    if (view == nullptr) return absl::OkStatus();
    MutexLock news_lock(news_mu_);
    for (const auto& [id, publisher] : view->publishers()) news_.push_back({view, id, now});
  }
  Tell();
  return absl::OkStatus();
}

// What the archive says is in force here: after a start, and after a commit of which was not known
// whether it was applied.
absl::StatusOr<std::optional<uint64_t>> TrustIntake::CatchUp() {
  MRG_ASSIGN_OR_RETURN(const auto archived, parts_.archive->InForce());
  if (!archived.has_value()) return std::optional<uint64_t>();
  const std::optional<uint64_t> row_version = archived->row_version;
  const std::shared_ptr<const TrustView> view = parts_.holder->View();
  if (view != nullptr && view->recognition()->id() == archived->id) return row_version;
  MRG_ASSIGN_OR_RETURN(const std::vector<InForceSet> sets, FromManifest(archived->manifest));
  std::vector<DatedSet> dated;
  for (const InForceSet& set : sets) {
    if (set.forked) forked_.insert(set.publisher);
    const TrustView::Publisher* const before =
        view == nullptr ? nullptr : view->Find(set.publisher);
    const bool same = before != nullptr && SameInForce(*before->set, set);
    dated.push_back({set, same ? before->since : turn_at_});
  }
  MRG_ASSIGN_OR_RETURN(auto restored, BuildTrustView(owner_, dated, *parts_.blobs, {view.get()}));
  parts_.holder->Publish(std::move(restored));
  return row_version;
}

absl::Status TrustIntake::Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const Prepared prepared, Prepare(verified, now));
  {
    MutexLock lock(mu_);
    turn_at_ = now;
    MRG_RETURN_IF_ERROR(TakeLocked(verified, prepared, std::move(writes), now));
    MutexLock news_lock(news_mu_);
    news_.push_back({parts_.holder->View(), verified.set.publisher, now});
  }
  Tell();
  return absl::OkStatus();
}

absl::StatusOr<TrustIntake::Prepared> TrustIntake::Prepare(const VerifiedSet& verified,
                                                           absl::Time now) {
  const MemberId& publisher = verified.set.publisher;
  Prepared prepared{parts_.holder->View(), nullptr};
  const TrustView::Publisher* const present =
      prepared.on == nullptr ? nullptr : prepared.on->Find(publisher);
  if (present != nullptr && SameInForce(*present->set, verified.set)) return prepared;
  if (publisher == owner_.hub && present != nullptr) {
    // Asked again of what is stored; here because with another dictionary all packs are compiled.
    MRG_RETURN_IF_ERROR(CheckHubListingsStay(*present->set, verified.set));
  }
  const std::string judged_by = WhatJudges(verified.set, prepared.on.get());
  {
    MutexLock lock(refused_mu_);
    const auto refused = refused_.find(publisher);
    if (refused != refused_.end() && refused->second.judged_by == judged_by) {
      return refused->second.status;
    }
  }
  InForceSet set = verified.set;
  set.forked = present != nullptr && present->set->forked;
  auto view = BuildWith(prepared.on.get(), std::move(set),
                        OverlayBlobReader(&verified.blobs, parts_.blobs), {prepared.on.get()}, now);
  MutexLock lock(refused_mu_);
  refused_.erase(publisher);
  if (!view.ok()) {
    if (IsOfContent(view.status(), publisher)) refused_[publisher] = {judged_by, view.status()};
    return view.status();
  }
  prepared.view = *std::move(view);
  return prepared;
}

absl::Status TrustIntake::TakeLocked(const VerifiedSet& verified, const Prepared& prepared,
                                     WriteSet writes, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::optional<uint64_t> archived, CatchUp());
  const std::shared_ptr<const TrustView> before = parts_.holder->View();
  const MemberId& publisher = verified.set.publisher;
  const TrustView::Publisher* const present = before == nullptr ? nullptr : before->Find(publisher);
  if (present != nullptr && SameInForce(*present->set, verified.set)) {
    MRG_ASSIGN_OR_RETURN(const auto row, in_force_.LoadRow(publisher));
    if (row.has_value() && SameInForce(row->set, verified.set)) {
      return writes.empty() ? absl::OkStatus() : parts_.store->Commit(writes).status;
    }
  }
  const OverlayBlobReader blobs(&verified.blobs, parts_.blobs);
  MRG_ASSIGN_OR_RETURN(const auto row, in_force_.LoadRow(publisher));
  InForceSet set = verified.set;
  set.forked = forked_.contains(publisher);
  std::shared_ptr<const TrustView> view = prepared.view;
  const bool is_it =
      view != nullptr && prepared.on == before && view->Find(publisher)->set->forked == set.forked;
  if (!is_it) {
    // Another set was first, or a fork was found. What was compiled is shared.
    MRG_ASSIGN_OR_RETURN(view, BuildWith(before.get(), std::move(set), blobs,
                                         {before.get(), prepared.view.get()}, now));
  }
  if (publisher == owner_.member) MRG_RETURN_IF_ERROR(CheckOwn(before.get(), *view, now));
  InForceSet stored = verified.set;
  stored.withheld.clear();
  if (row.has_value()) {
    MRG_RETURN_IF_ERROR(CheckListingsStay(row->set, stored, *view, blobs));
    stored.withheld = WithheldBy(row->set, stored, *view->recognition());
  }
  // Over a restart, too: what is published later takes effect later.
  writes.Put(Keyspace::kTrustMetadata, TakenKey(publisher), OrderedKey().Time(now).Take());
  MRG_RETURN_IF_ERROR(
      in_force_.StageOver(stored, verified.row_version, verified.under_new_root, &writes));
  PutBlobs(verified.blobs, &writes);
  return PutInForce(std::move(view), archived, std::move(writes));
}

absl::StatusOr<std::shared_ptr<const TrustView>> TrustIntake::BuildWith(
    const TrustView* view, InForceSet set, const BlobReader& blobs,
    const std::vector<const TrustView*>& earlier, absl::Time now) const {
  std::vector<DatedSet> sets = SetsOf(view);
  const auto present = std::find_if(sets.begin(), sets.end(), [&](const DatedSet& one) {
    return one.set.publisher == set.publisher;
  });
  if (present == sets.end()) {
    sets.push_back({std::move(set), now});
  } else {
    *present = {std::move(set), now};
  }
  return BuildTrustView(owner_, sets, blobs, earlier);
}

absl::Status TrustIntake::CheckOwn(const TrustView* before, const TrustView& after,
                                   absl::Time now) const {
  if (!owner_.jurisdictions.empty() && after.recognition()->dictionary_target().path.empty()) {
    return MakeError(Reason::kNodeNotReady,
                     "the hub's dictionary is not in force here yet, so nothing can be checked");
  }
  std::set<std::string> own;
  for (const JurisdictionId& jurisdiction : owner_.jurisdictions) own.insert(jurisdiction.value());
  const AgreementHistory agreements =
      before == nullptr ? AgreementHistory() : before->recognition()->agreements().history();
  return CheckAgreementPublication(agreements, after.recognition()->agreements().history(), own,
                                   now);
}

// Against the set that is stored as in force: after a repin none is, and trust begins anew.
absl::Status TrustIntake::CheckListingsStay(const InForceSet& before, const InForceSet& set,
                                            const TrustView& view, const BlobReader& blobs) const {
  const RecognitionSnapshot& recognition = *view.recognition();
  if (set.publisher == owner_.hub) MRG_RETURN_IF_ERROR(CheckHubListingsStay(before, set));
  MRG_RETURN_IF_ERROR(CheckIssuersStay(before, set, recognition, blobs));
  if (set.publisher == owner_.member) return absl::OkStatus();  // CheckOwn asks for more
  MRG_ASSIGN_OR_RETURN(const auto taken,
                       parts_.store->Get(Keyspace::kTrustMetadata, TakenKey(set.publisher)));
  std::optional<absl::Time> known_at;
  if (taken.has_value()) {
    OrderedKeyReader reader(taken->value);
    MRG_ASSIGN_OR_RETURN(const absl::Time taken_at, reader.Time());
    known_at = taken_at - kPublicationLagMax;
  }
  return CheckAgreementsStay(before, set, recognition, view.Find(set.publisher)->content->listed,
                             blobs, known_at);
}

absl::Status TrustIntake::SetForked(const MemberId& publisher, bool forked) {
  MutexLock lock(mu_);
  MRG_ASSIGN_OR_RETURN(const std::optional<uint64_t> archived, CatchUp());
  if (forked) {
    forked_.insert(publisher);
  } else {
    forked_.erase(publisher);
  }
  const std::shared_ptr<const TrustView> view = parts_.holder->View();
  const TrustView::Publisher* const present = view == nullptr ? nullptr : view->Find(publisher);
  if (present == nullptr || present->set->forked == forked) return absl::OkStatus();
  std::vector<DatedSet> sets = SetsOf(view.get());
  for (DatedSet& one : sets) {
    if (one.set.publisher == publisher) one.set.forked = forked;
  }
  MRG_ASSIGN_OR_RETURN(auto changed, BuildTrustView(owner_, sets, *parts_.blobs, {view.get()}));
  return PutInForce(std::move(changed), archived, WriteSet());
}

absl::Status TrustIntake::PutInForce(std::shared_ptr<const TrustView> view,
                                     std::optional<uint64_t> archived, WriteSet writes) {
  std::vector<InForceSet> sets;
  for (const auto& [id, publisher] : view->publishers()) sets.push_back(*publisher.set);
  parts_.archive->Stage(ToManifest(sets), archived, &writes);
  MRG_RETURN_IF_ERROR(parts_.store->Commit(writes).status);
  parts_.holder->Publish(std::move(view));
  return absl::OkStatus();
}

// Whoever comes first tells all that waits, in order; the others wait until theirs was told.
void TrustIntake::Tell() {
  MutexLock lock(telling_);
  while (true) {
    std::optional<News> news;
    {
      MutexLock news_lock(news_mu_);
      if (news_.empty()) return;
      news = std::move(news_.front());
      news_.pop_front();
    }
    for (TrustViewListener* listener : parts_.listeners) {
      listener->OnTaken(*news->view, news->publisher, news->now);
    }
  }
}

}  // namespace mrg
