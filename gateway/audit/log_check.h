#ifndef MRG_GATEWAY_AUDIT_LOG_CHECK_H_
#define MRG_GATEWAY_AUDIT_LOG_CHECK_H_

// The integrity check of a whole log: everything that can be computed from the leaves is computed
// again and compared with what is stored. It shares no tree code with the log that wrote it.
//
// Thread-safe: free functions over a reader. A log that is written to meanwhile is checked through
// a snapshot of its store.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/public_key.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Findings that are listed; a log with more is not read further.
inline constexpr size_t kLogFindingsMax = 100;

struct LogCheckReport {
  uint64_t leaf_count = 0;            // leaves that the checkpoint covers
  std::string root;                   // computed from the leaves, 32 raw bytes
  std::string checkpoint;             // the newest signed note; empty for an empty log
  std::vector<std::string> findings;  // sentences; index, tile or rule named; empty for a sound log

  bool sound() const { return findings.empty(); }
};

// Judges one leaf. Result: an error becomes a finding.
using LeafCheck = std::function<absl::Status(uint64_t index, absl::string_view leaf)>;

// Checks the log `origin` in `store`: the checkpoint verifies under one of `log_keys`; leaves are
// there from 0 to its size and no further; each passes `check_leaf` (may be empty); their hashes
// are those in the tiles, every tile is the one they give, and none is missing or too many; the
// root is the checkpoint's. Memory: one page of 256 leaves. Time: about 2 us a leaf of 1 KB.
// Errors: STORE_UNAVAILABLE, STORE_CORRUPT when the store itself cannot be read. What is wrong with
// the log is no error but a finding. Source: RFC 6962 2.1; C2SP tlog-tiles; docs/threats.md R18.
absl::StatusOr<LogCheckReport> CheckLog(const StoreReader& store, const std::string& origin,
                                        std::span<const PublicKey> log_keys,
                                        const LeafCheck& check_leaf);

// Checks the newest `newest` leaves of the log, or some more up to a tile's beginning: each is
// there, has the form of CheckLeafForm and the hash in its tile, and the leaves before them, as
// their tiles say, give with these the root of the checkpoint. For a start, when a log of millions
// would take minutes. REQUIRES nothing of the log. Result, errors and time: as CheckLog.
absl::StatusOr<LogCheckReport> CheckNewestLeaves(const StoreReader& store,
                                                 const std::string& origin,
                                                 std::span<const PublicKey> log_keys,
                                                 uint64_t newest);

// Checks that `leaf` is a canonical LogLeaf of a known kind and schema, and its body what the kind
// says, of the log `origin`. Errors: STORE_CORRUPT. Source: docs/formats/log.md.
absl::Status CheckLeafForm(absl::string_view leaf, absl::string_view origin);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_LOG_CHECK_H_
