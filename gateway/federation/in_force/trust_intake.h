#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_INTAKE_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_INTAKE_H_

// Puts verified sets in force: their content is read, the view is built, everything that is stored
// of it is committed at once, one pointer is swapped, and whoever wants to hear of it is told. A
// refusal at any step leaves every part as it was, so that one publisher's mistake does not stop
// the updates of the others.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/in_force/trust_view.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_builder.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

// Who is told of what goes in force.
class TrustViewListener {
 public:
  virtual ~TrustViewListener() = default;

  // A set of `publisher` was taken, one equal to that in force too: `view` is in force with it
  // since its commit. Called in the order of commits, one call at a time; must not call the intake.
  virtual void OnTaken(const TrustView& view, const MemberId& publisher, absl::Time now) = 0;
};

// Thread-safe.
class TrustIntake : public SetIntake {
 public:
  struct Parts {
    OrderedStore* store;
    const BlobReader* blobs;  // of `store`
    const TrustViewArchive* archive;
    TrustViewHolder* holder;  // nobody else publishes to it
    std::vector<TrustViewListener*> listeners;
  };

  // All parts must outlive this.
  TrustIntake(SnapshotOwner owner, Parts parts);

  // Puts in force again what was before a restart, and tells of each publisher; nothing when
  // nothing was. Errors: STORE_UNAVAILABLE, STORE_CORRUPT, or as BuildTrustView.
  absl::Status Restore(absl::Time now);

  // SetIntake. A set without an entry of issuers that is in force is refused, whoever publishes it
  // (ISSUER_LIST_INVALID), and one of the hub without a dictionary that is, or with another text
  // under its version (DICTIONARY_INVALID), or without a year of the calendar that is
  // (METADATA_MALFORMED). Of the own sets it is asked too what they do to the
  // agreements. Errors: those of SetIntake, as BuildTrustView, and of an own set as
  // CheckAgreementPublication, and NODE_NOT_READY when it needs the hub's dictionary and none is in
  // force here yet.
  absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) override;

  // Says whether a fork of the publisher waits for an operator: while it does, decisions that rest
  // on the publisher are refused (PUBLISHER_FORKED). Does nothing when that is in force already, or
  // when nothing of the publisher is. Errors: as Take; then the old view stays.
  absl::Status SetForked(const MemberId& publisher, bool forked);

 private:
  struct News {
    std::shared_ptr<const TrustView> view;
    MemberId publisher;
    absl::Time now;
  };

  struct Prepared {
    std::shared_ptr<const TrustView> on;    // that was in force; null when none was
    std::shared_ptr<const TrustView> view;  // null when the set is in force already
  };
  struct Refusal {
    std::string judged_by;
    absl::Status status;
  };

  // Result: the version of the archive's in-force row, nullopt when there is none; the view in
  // force is then the one that it names. Errors: as Restore.
  absl::StatusOr<std::optional<uint64_t>> CatchUp() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Judges the set's content and builds the view with it upon the one in force, without a lock: it
  // may be the work of minutes, for which no other publisher's set waits. A set that was refused
  // for its content is not judged again while what judges it stays. Errors: as BuildTrustView.
  absl::StatusOr<Prepared> Prepare(const VerifiedSet& verified, absl::Time now);
  absl::Status TakeLocked(const VerifiedSet& verified, const Prepared& prepared, WriteSet writes,
                          absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Builds `view` with `set` in the place of its publisher's. `earlier`: as BuildTrustView.
  absl::StatusOr<std::shared_ptr<const TrustView>> BuildWith(
      const TrustView* view, InForceSet set, const BlobReader& blobs,
      const std::vector<const TrustView*>& earlier, absl::Time now) const;
  absl::Status CheckListingsStay(const InForceSet& before, const InForceSet& set,
                                 const TrustView& view, const BlobReader& blobs) const;
  absl::Status CheckOwn(const TrustView* before, const TrustView& after, absl::Time now) const;
  // Commits `writes` and what is archived of `view`, unless the archive's row is no longer the one
  // of `archived`, and swaps.
  absl::Status PutInForce(std::shared_ptr<const TrustView> view, std::optional<uint64_t> archived,
                          WriteSet writes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Tell();

  // Constant after construction.
  const SnapshotOwner owner_;
  const Parts parts_;
  const InForceStore in_force_;

  // Held over committing, and over putting together what is compiled: sets go in force in order.
  Mutex mu_;
  std::set<MemberId> forked_ ABSL_GUARDED_BY(mu_);  // publishers, with a set in force or without
  absl::Time turn_at_ ABSL_GUARDED_BY(mu_);         // of the last Take or Restore

  Mutex refused_mu_;
  std::map<MemberId, Refusal> refused_ ABSL_GUARDED_BY(refused_mu_);  // the last one of each

  // Held while listeners are called; never together with mu_.
  Mutex telling_;
  Mutex news_mu_;
  std::deque<News> news_ ABSL_GUARDED_BY(news_mu_);  // not told yet, in the order of commits
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_INTAKE_H_
