#ifndef MRG_GATEWAY_AUDIT_LOG_RECOUNT_H_
#define MRG_GATEWAY_AUDIT_LOG_RECOUNT_H_

// The integrity check of a log whose leaves come from a node that runs: what it serves is compared
// with what it signed. The stored tiles are not seen; CheckLog of log_check.h sees them.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/leaf_root.h"
#include "gateway/audit/log_check.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

class LogRecount {
 public:
  // Begins with the signed note of the log `origin`. Errors: RECEIPT_CHECKPOINT_INVALID when none
  // of `log_keys` signed it.
  static absl::StatusOr<LogRecount> Begin(absl::string_view note, const std::string& origin,
                                          std::span<const PublicKey> log_keys);

  // The leaves that the checkpoint covers.
  uint64_t size() const { return checkpoint_.size; }
  // The leaves that were added: the index of the next one.
  uint64_t added() const { return root_.size(); }

  // Adds the leaf `added()`; one beyond the checkpoint's size is ignored, since a log grows.
  void Add(absl::string_view leaf);

  // Result: what was found, once the last leaf was added. A leaf that was not added is a finding.
  LogCheckReport Finish() &&;

 private:
  LogRecount(Checkpoint checkpoint, absl::string_view note);

  Checkpoint checkpoint_;
  LeafRoot root_;
  LogCheckReport report_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_LOG_RECOUNT_H_
