#ifndef MRG_GATEWAY_STORAGE_KEYSPACE_H_
#define MRG_GATEWAY_STORAGE_KEYSPACE_H_

// The closed list of keyspaces: one table of the store each. A key means something in its keyspace
// only; the package that owns a keyspace defines its keys and values. Not here: any key layout.
//
// Thread-safe: constants.

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace mrg {

enum class Keyspace {
  kLogLeaf,
  kLogTile,
  kLogState,
  kRequest,
  kSalt,
  kTrustMetadata,
  kTrustInForce,
  kBlob,  // targets and tree nodes, by SHA-256
  kSnapshotArchive,
  kEpochKey,
  kStatusHolder,
  kDisputeEvent,
  kDisputeIndex,
  kDisputeQueue,
  kDisputeOutbox,
  kDisputeMarkQueue,
  kNodeState,
};

// Names on disk (column families), in the order of the enum. A name never changes once it shipped.
inline constexpr std::array<absl::string_view, 17> kKeyspaceNames = {
    "log-leaf",           "log-tile",       "log-state",     "request",          "salt",
    "trust-metadata",     "trust-in-force", "blob",          "snapshot-archive", "epoch-key",
    "status-holder",      "dispute-event",  "dispute-index", "dispute-queue",    "dispute-outbox",
    "dispute-mark-queue", "node-state",
};
inline constexpr size_t kKeyspaceCount = kKeyspaceNames.size();
static_assert(static_cast<size_t>(Keyspace::kNodeState) + 1 == kKeyspaceCount);

// Result: the name on disk, [a-z-]{1,32}.
constexpr absl::string_view KeyspaceName(Keyspace keyspace) {
  return kKeyspaceNames[static_cast<size_t>(keyspace)];
}

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_KEYSPACE_H_
