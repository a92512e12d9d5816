#ifndef MRG_TRUSTLIST_UPDATER_H_
#define MRG_TRUSTLIST_UPDATER_H_

// The TUF client for one publisher: fetches what is new, has it judged by TrustedMetadataSet, keeps
// what was taken role by role, and puts a complete set in force in one commit. Refresh reads like
// clause 5 of the specification.
//
// Threads: one call at a time.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/blob_store.h"
#include "trustlist/fetcher.h"
#include "trustlist/in_force.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/metadata_store.h"
#include "trustlist/tree_sync.h"
#include "trustlist/trusted_metadata_set.h"

namespace mrg {

class Updater {
 public:
  // `store` and `fetcher` must outlive this. REQUIRES: a root of `publisher` is stored
  // (first_trust.h) before Refresh.
  Updater(MemberId publisher, OrderedStore* store, Fetcher* fetcher, MetadataLimits limits = {});

  struct Outcome {
    bool changed = false;  // a newer set went in force
    InForceSet in_force;
  };

  // One refresh at reference time `now`. Result: what is in force afterwards.
  // Errors: the reason of the step that refused (METADATA_*, TREE_NODE_*, TARGET_NOT_FOUND,
  // FETCH_FAILED, STORE_*), MEMBER_UNKNOWN without a stored root. Whatever fails, the set in force
  // stays what it was, and files that were accepted before the failing step stay trusted.
  // Source: TUF 1.0 section 5.
  absl::StatusOr<Outcome> Refresh(absl::Time now);

  // From now on `progress` is told how far each tree is while it is fetched; `path` is that of its
  // target. May be empty. REQUIRES: no Refresh is under way.
  using LoadProgressFn =
      std::function<void(absl::string_view path, const TreeSyncProgress& progress)>;
  void TellProgress(LoadProgressFn progress) { load_progress_ = std::move(progress); }

  const MemberId& publisher() const { return publisher_; }

 private:
  absl::Status UpdateRoot(TrustedMetadataSet* trusted);
  absl::Status UpdateTimestamp(TrustedMetadataSet* trusted);
  absl::Status UpdateSnapshot(TrustedMetadataSet* trusted);
  absl::Status UpdateAllTargets(TrustedMetadataSet* trusted);
  absl::Status FetchTargets(const InForceSet& set, const std::optional<InForceSet>& present,
                            std::map<std::string, std::string>* blobs);

  const MemberId publisher_;
  const MetadataLimits limits_;
  Fetcher* const fetcher_;
  MetadataStore metadata_;
  InForceStore in_force_;
  BlobStore blobs_;
  LoadProgressFn load_progress_;
};

// Result: the set that `trusted` describes. REQUIRES: all roles were updated.
InForceSet ToInForceSet(const MemberId& publisher, const TrustedMetadataSet& trusted);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_UPDATER_H_
