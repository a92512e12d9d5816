#ifndef MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_
#define MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_

// What a node says of the histories it trusts, and the comparison of what another one says with
// them. A head that contradicts is not believed and nothing is fetched for it: whoever is asked
// sends the signed files that contradict the asker, and only what is proved counts (fork_watch.h).

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

// A file that a node trusts, as it shows it to one whose heads it contradicts.
struct HeadFile {
  MemberId publisher;
  std::string role;
  std::string bytes;
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

  // Result: of HeadsOf what another node needs to find the files for FilesAgainst: the roots, and
  // the newest timestamp of each chain, which names those before it. Errors: as HeadsOf.
  absl::StatusOr<std::vector<Head>> NewestHeadsOf(const MemberId& publisher) const;

  // Result: the files trusted here that contradict `theirs`, the NewestHeadsOf another node; then
  // those that would if one root took the keys of both, and of each chain in which they are ahead
  // of what is trusted here the newest timestamp: whether that is in their history they alone can
  // tell. At most `limit`, each part in the order of `theirs`. Errors: STORE_UNAVAILABLE,
  // STORE_CORRUPT.
  absl::StatusOr<std::vector<HeadFile>> FilesAgainst(const std::vector<Head>& theirs,
                                                     size_t limit) const;

  // Result: how many of a peer's heads contradict what is trusted here; one that was counted before
  // is not counted again. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<int> CountContradictions(const std::vector<Head>& theirs);

  // Result: the publishers, in order, of which they name a root above the newest that is trusted
  // here; none of which nothing is trusted. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::vector<MemberId>> NewerRoots(const std::vector<Head>& theirs) const;

  // Compares a peer's files with what is trusted here. Proofs are kept; the publisher is then
  // frozen. What the publisher's keys did not sign is passed over, and so is a file that proved
  // something before. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Compare(const std::vector<HeadFile>& theirs, absl::Time now);

  // What a kept file says of itself.
  struct Link {
    std::string signed_sha256;
    std::string previous_sha256;
  };
  // Gives it of a version; nullopt when none is kept.
  using LinkOf = std::function<absl::StatusOr<std::optional<Link>>(int64_t version)>;

 private:
  // `timestamps`: how many of each chain.
  absl::StatusOr<std::vector<Head>> Heads(const MemberId& publisher, int64_t timestamps) const;
  // Where the file stands that is to be shown against a head.
  struct Place {
    uint64_t chain = 0;  // of a timestamp
    int64_t version = 0;
    bool contradicts = false;  // under the same keys
  };
  // At most one a chain.
  absl::StatusOr<std::vector<Place>> PlacesAgainst(const Head& theirs) const;
  LinkOf TimestampsOf(const MemberId& publisher, uint64_t chain) const;

  const MetadataStore metadata_;
  const TimestampHistory timestamps_;
  ForkWatch forks_;

  mutable Mutex mu_;
  // Of the timestamps by publisher, chain and version: what stands there never changes. Bounded.
  mutable std::map<std::tuple<std::string, uint64_t, int64_t>, Link> links_ ABSL_GUARDED_BY(mu_);
  // Heads that contradicted: publisher, role, version, digest. Bounded.
  std::set<std::tuple<std::string, std::string, int64_t, std::string>> counted_
      ABSL_GUARDED_BY(mu_);
  // Files that proved a fork: publisher, role, SHA-256 of the file. Bounded.
  std::set<std::tuple<std::string, std::string, std::string>> proved_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_HEAD_EXCHANGE_H_
