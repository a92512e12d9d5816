#ifndef MRG_TRUSTLIST_CLIENT_UPDATER_H_
#define MRG_TRUSTLIST_CLIENT_UPDATER_H_

// A node's client of one publisher: the TUF workflow (client_workflow.h) over the node's store, and
// behind it the content of the set, until a complete set is verified and goes in force in one
// commit.
//
// Threads: one call at a time.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/client/set_content.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/fork/fork_watch.h"
#include "trustlist/fork/stored_history.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/content_budget.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

class Updater {
 public:
  // `store` and `fetcher` must outlive this. REQUIRES: a root of `publisher` is stored
  // (first_trust.h) before Refresh.
  // `on_fork`: see ForkWatch. `content`: how much the publisher may bring.
  Updater(MemberId publisher, OrderedStore* store, Fetcher* fetcher, MetadataLimits limits = {},
          OnForkFn on_fork = {}, ContentLimits content = {});

  // A complete set, which is not in force by this.
  struct Verified {
    bool changed = false;  // it is another than the one stored as in force
    VerifiedSet set;       // with the content that is not stored yet
  };

  // One run of the workflow at reference time `now`, for a SetIntake to put in force. Result: the
  // newest set; the one in force when nothing is newer.
  // Errors: the reason of the step that refused (METADATA_*, TREE_NODE_*, TARGET_NOT_FOUND,
  // FETCH_FAILED, STORE_*), PUBLISHER_FROZEN, MEMBER_UNKNOWN without a stored root. Whatever fails,
  // files that were accepted before the failing step stay trusted. Source: TUF 1.0 section 5.
  absl::StatusOr<Verified> Verify(absl::Time now);

  // Keeps the content of a set that was not put in force, so that the next run need not fetch it
  // again: each of it is what its digest says.
  void KeepContent(const VerifiedSet& set) { blobs_.Put(set.blobs).IgnoreError(); }

  struct Outcome {
    bool changed = false;  // a newer set went in force
    InForceSet in_force;
  };

  // Verify for a client that only keeps files, as an export does: stores the set as in force in one
  // commit, whatever its content says. Result: what is in force afterwards. Errors: as Verify; then
  // the set in force stays what it was.
  absl::StatusOr<Outcome> Refresh(absl::Time now);

  // From now on `progress` is told how far each load is. May be empty. REQUIRES: no Refresh is
  // under way.
  void TellProgress(LoadProgressFn progress) { load_progress_ = std::move(progress); }

  // From now on a Refresh asks `stop` before each of its steps that may take long, and ends with
  // FETCH_FAILED when it is true; what was fetched by then is kept. May be empty; called by the
  // thread of Refresh. REQUIRES: no Refresh is under way.
  void StopWhen(StopFn stop) { stop_ = std::move(stop); }

  const MemberId& publisher() const { return publisher_; }

 private:
  absl::Status FetchContent(const InForceSet& set, const InForceSet* present, absl::Time now,
                            std::map<std::string, std::string>* blobs);

  const MemberId publisher_;
  const MetadataLimits limits_;
  Fetcher* const fetcher_;
  OrderedStore* const store_;
  StoredHistory history_;
  InForceStore in_force_;
  BlobStore blobs_;
  ContentBudget budget_;
  LoadProgressFn load_progress_;
  StopFn stop_;
};

// Result: the set that `trusted` describes, without what `faults` leave out of it (as
// WithTargets::UpdateDelegated gives them). REQUIRES: all roles were updated.
// Errors: METADATA_TOO_LONG, as VisibleTargets.
absl::StatusOr<InForceSet> ToInForceSet(const MemberId& publisher,
                                        const TrustedMetadataSet& trusted,
                                        const std::vector<DelegationFault>& faults);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_UPDATER_H_
