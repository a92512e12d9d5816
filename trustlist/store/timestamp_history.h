#ifndef MRG_TRUSTLIST_STORE_TIMESTAMP_HISTORY_H_
#define MRG_TRUSTLIST_STORE_TIMESTAMP_HISTORY_H_

// The signed timestamps that were taken of a publisher, kept as evidence: with them forks are
// proved, and followers that were away close their gaps. They are kept chain by chain. A chain ends
// where its keys are replaced or what is trusted is forgotten (TUF 5.3.11), and another begins, in
// which versions may start anew; what was kept of the ended one stays (ADR-0027).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// What is kept at least, whichever is less: in a gap another history could hide, and a follower
// that was away closes it with them.
inline constexpr int64_t kKeptTimestamps = 50'000;  // over all chains, as versions count them
inline constexpr absl::Duration kKeptTimestampsFor = absl::Hours(24 * 31);
// Ended chains that stay, of a publisher that replaces its keys very often.
inline constexpr size_t kEndedChainsMax = 16;

struct TimestampChain {
  uint64_t serial = 0;
  std::string keys_sha256;  // RoleKeysSha256 of the keys that sign it, 32 raw bytes
  int64_t first = 0;        // versions that were taken, without a gap
  int64_t last = 0;
};

// Which commits are to make what was trusted worthless.
enum class Forgets {
  kTrust,            // what is trusted, and no evidence
  kTrustAndHistory,  // evidence too: no root that is trusted leads to it any more
};

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class TimestampHistory {
 public:
  // `store` must outlive this.
  explicit TimestampHistory(OrderedStore* store) : store_(store) {}

  // Result: the chains of which timestamps are kept, oldest first.
  absl::StatusOr<std::vector<TimestampChain>> Chains(const MemberId& publisher) const;

  // Result: how often what is trusted of the publisher was forgotten here.
  absl::StatusOr<uint64_t> Epoch(const MemberId& publisher) const;

  // Result: the timestamp of that version in the chain; nullopt when it is not kept.
  absl::StatusOr<std::optional<std::string>> Read(const MemberId& publisher, uint64_t chain,
                                                  int64_t version) const;

  // Result: the timestamps of the newest chain from version `first` on, in order and without a gap;
  // empty when `first` is not kept. It ends at `last`, at `count_max` of them, or before the one
  // that would take it above `bytes_max`, unless that is the first.
  // REQUIRES: first >= 1, count_max >= 1.
  absl::StatusOr<std::vector<std::string>> ReadRange(const MemberId& publisher, int64_t first,
                                                     int64_t last, size_t count_max,
                                                     size_t bytes_max) const;

  // Adds to `writes` the next timestamp, with a precondition on the chains as they are now, and
  // what forgets a few of those that need not be kept any more. `keys_sha256`: names the keys that
  // signed it. Result: true when it begins a chain.
  absl::StatusOr<bool> StageNext(const MemberId& publisher, absl::string_view keys_sha256,
                                 int64_t version, absl::string_view bytes, absl::Time now,
                                 WriteSet* writes) const;

  // Keeps timestamps of the versions from `first` on, from between two that were taken of the chain
  // that is gone on with; passes over those that are kept already, and does nothing when those keys
  // no longer go on with it. One commit. Errors: STORE_CONFLICT.
  absl::Status KeepEarlier(const MemberId& publisher, absl::string_view keys_sha256, int64_t first,
                           std::span<const std::string> timestamps) const;

  // Adds to `writes` what begins a new epoch, with a precondition on the present one: one row,
  // however much is kept.
  absl::Status StageForget(const MemberId& publisher, Forgets forgets, WriteSet* writes) const;

 private:
  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_TIMESTAMP_HISTORY_H_
