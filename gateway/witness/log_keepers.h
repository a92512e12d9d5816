#ifndef MRG_GATEWAY_WITNESS_LOG_KEEPERS_H_
#define MRG_GATEWAY_WITNESS_LOG_KEEPERS_H_

// Which peers have kept a checkpoint of the node's own log before. Kept in the store, so that a
// node that starts knows who may have more to say than one that keeps nothing (ADR-0029).

#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class LogKeepers {
 public:
  // `store` must outlive this. `origin`: of the log, "<member>/<log-id>".
  LogKeepers(OrderedStore* store, std::string origin) : store_(store), origin_(std::move(origin)) {}

  // Result: the peers that Note was told of, also those that are peers no more.
  absl::StatusOr<std::set<MemberId>> All() const;

  // The peer keeps a checkpoint of the log.
  absl::Status Note(const MemberId& peer);

 private:
  std::string Prefix() const;

  OrderedStore* const store_;
  const std::string origin_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_KEEPERS_H_
