#ifndef MRG_TRUSTLIST_FORK_FORK_WATCH_H_
#define MRG_TRUSTLIST_FORK_FORK_WATCH_H_

// Compares what is shown of a publisher's history with what is trusted here, and keeps the proof
// when the two cannot both be true. Nothing here changes what is trusted.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/timestamp_history.h"

namespace mrg {

// Told once of each fork that was not known before. Called without a lock held.
using OnForkFn = std::function<void(const trustlist::v1::ForkEvidence& evidence)>;

// Thread-safe, as far as `on_fork` is.
class ForkWatch {
 public:
  // `store` must outlive this. `on_fork` may be empty.
  explicit ForkWatch(OrderedStore* store, OnForkFn on_fork = {});

  enum class Verdict {
    kAgrees,        // no contradiction that can be proved
    kForked,        // the proof is kept, and no operator has answered it
    kForkAnswered,  // contradicts, and an operator has decided to go on in spite of it
  };

  // Compares a signed file of "root" or "timestamp" with those of its version, of the one before
  // and of the one after that were trusted here; of a timestamp in every chain that is kept. A file
  // that the publisher's keys did not sign agrees: it proves nothing. Errors: STORE_UNAVAILABLE,
  // STORE_CORRUPT.
  absl::StatusOr<Verdict> Compare(const MemberId& publisher, absl::string_view role,
                                  absl::string_view bytes, absl::Time now);

  // OK while nothing newer of the publisher is held back. Errors: PUBLISHER_FROZEN;
  // STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status CheckNotFrozen(const MemberId& publisher) const;

 private:
  // The files of the version, of each chain that has it.
  absl::StatusOr<std::vector<std::string>> FilesOf(const MemberId& publisher,
                                                   absl::string_view role, int64_t version,
                                                   const std::vector<TimestampChain>& chains) const;
  // The kept fork of which the proof is another one, so that an operator answers each fork once;
  // nullopt when there is none.
  absl::StatusOr<std::optional<KeptFork>> KeptAlready(const MemberId& publisher,
                                                      const trustlist::v1::ForkEvidence& evidence,
                                                      const ForkKeys& keys) const;

  const OnForkFn on_fork_;
  const MetadataStore metadata_;
  const TimestampHistory timestamps_;
  ForkStore forks_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_FORK_WATCH_H_
