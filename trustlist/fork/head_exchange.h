#ifndef MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_
#define MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_

// What a node says of the histories it trusts, and the comparison of what another one says with
// them. A head that contradicts is not believed: the signed file behind it is fetched, and only
// what is proved counts (fork_watch.h).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/fork/fork_watch.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/timestamp_history.h"

namespace mrg {

// One version of "root" or "timestamp" of a publisher.
struct Head {
  MemberId publisher;
  int64_t root_version = 0;  // of the newest trusted root
  std::string role;
  int64_t version = 0;
  std::string signed_sha256;    // of the canonical `signed` part, 32 raw bytes
  std::string previous_sha256;  // named by a timestamp's x-mrg-prev, 32 raw bytes; empty: none
  // RoleKeysSha256 of the keys that signed a timestamp, 32 raw bytes; empty for a root. Nodes that
  // stand at different roots know by it which of their chains to compare.
  std::string keys_sha256 = {};
};

// Thread-safe.
class HeadExchange {
 public:
  // `store` must outlive this. `on_fork`: see ForkWatch.
  explicit HeadExchange(OrderedStore* store, OnForkFn on_fork = {});

  // Result: the newest 32 roots of the publisher and the newest 32 timestamps of each of its chains
  // that is kept, ended ones too, oldest first; empty when nothing of it is trusted.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::vector<Head>> HeadsOf(const MemberId& publisher) const;

  // Gives the peer's file behind one of its heads.
  using FetchFile = std::function<absl::StatusOr<std::string>(const Head& head)>;

  // Compares a peer's heads with what is trusted here. Proofs are kept; the publisher is then
  // frozen. Result: how many heads contradicted. A file that cannot be fetched, or is not that of
  // its head, is passed over until the next exchange. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<int> Compare(const std::vector<Head>& theirs, const FetchFile& fetch,
                              absl::Time now);

  // What a kept file says of itself.
  struct Link {
    std::string signed_sha256;
    std::string previous_sha256;
  };
  // Gives it of a version; nullopt when none is kept.
  using LinkOf = std::function<absl::StatusOr<std::optional<Link>>(int64_t version)>;

 private:
  absl::StatusOr<bool> Contradicts(const Head& theirs) const;
  LinkOf TimestampsOf(const MemberId& publisher, uint64_t chain) const;

  const MetadataStore metadata_;
  const TimestampHistory timestamps_;
  ForkWatch forks_;

  mutable Mutex mu_;
  // Of the timestamps by publisher, chain and version: what stands there never changes. Bounded.
  mutable std::map<std::tuple<std::string, uint64_t, int64_t>, Link> links_ ABSL_GUARDED_BY(mu_);
  // Heads whose file was compared before: publisher, role, version, digest. Bounded.
  std::set<std::tuple<std::string, std::string, int64_t, std::string>> compared_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_
