#ifndef MRG_GATEWAY_WITNESS_LOG_FAULT_H_
#define MRG_GATEWAY_WITNESS_LOG_FAULT_H_

// That a record or a tile of the node's own log was found changed. Kept in the store, so that a
// start does not go on as if nothing had been found (docs/threats.md R18): at a start only the
// newest records are read again.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class LogFault {
 public:
  // `store` must outlive this. `origin`: of the log, "<member>/<log-id>".
  LogFault(OrderedStore* store, std::string origin) : store_(store), origin_(std::move(origin)) {}

  // Result: what is kept, as STORE_CORRUPT; OK when nothing is.
  absl::Status Kept() const;
  // Keeps the fault in the place of one that is kept.
  absl::Status Keep(const absl::Status& fault);
  // An operator goes on in spite of it.
  absl::Status Forget();

 private:
  std::string Key() const;

  OrderedStore* const store_;
  const std::string origin_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_FAULT_H_
