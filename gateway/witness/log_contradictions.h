#ifndef MRG_GATEWAY_WITNESS_LOG_CONTRADICTIONS_H_
#define MRG_GATEWAY_WITNESS_LOG_CONTRADICTIONS_H_

// What was found to contradict the node's own decision log, and what of it an operator has
// accepted. Kept in the store, so that an operator accepts what the node has named, and never what
// it finds later (docs/threats.md R18).

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class LogContradictions {
 public:
  // `store` must outlive this. `origin`: of the log, "<member>/<log-id>".
  LogContradictions(OrderedStore* store, std::string origin)
      : store_(store), origin_(std::move(origin)) {}

  // Result: true when an operator has accepted that the log is without what `kept` states: that
  // very checkpoint, or one of records that were accepted as lost.
  absl::StatusOr<bool> IsAccepted(const Checkpoint& kept) const;

  // Notes that `kept` contradicts the log. Of one log kContradictionsMax are noted.
  absl::Status Note(const Checkpoint& kept);

  // Result: what is noted and nobody has accepted.
  absl::StatusOr<std::vector<Checkpoint>> NotAccepted() const;

  // Accepts all that is noted for a log of `own_size` records. Result: how many it accepted now.
  absl::StatusOr<size_t> AcceptAll(uint64_t own_size);

 private:
  struct Found;

  absl::StatusOr<std::vector<Found>> All() const;
  std::string Prefix() const;

  OrderedStore* const store_;
  const std::string origin_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_CONTRADICTIONS_H_
