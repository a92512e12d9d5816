#ifndef MRG_GATEWAY_STORAGE_ORDERED_STORE_H_
#define MRG_GATEWAY_STORAGE_ORDERED_STORE_H_

// The one seam of storage: an ordered, transactional key-value store with one table a keyspace.
// Keys are compared as unsigned bytes. Every row has a version: the number of the commit that wrote
// it, rising store-wide and never reused, so that a deleted and rewritten row differs from the old.
// All logic is written once above this interface; an implementation passes the conformance suite
// (testing/store_conformance.h) before it is used.
//
// Thread-safe: every function of a store may be called from any thread. A snapshot
// belongs to one thread at a time.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/write_set.h"

namespace mrg {

struct Versioned {
  std::string value;
  uint64_t version = 0;  // >= 1 for a stored row
};

struct Row {
  std::string key;
  std::string value;
  uint64_t version = 0;
};

// How a commit ended.
struct CommitResult {
  enum Outcome {
    kCommitted,           // applied and, unless the set may be lost, durable
    kPreconditionFailed,  // nothing applied; `failed_precondition` tells which, the first one
    kUnknown,             // the store failed: applied or not. Re-read the set's own unique key
  };
  Outcome outcome = kUnknown;
  int failed_precondition = -1;  // index given by WriteSet, -1 unless kPreconditionFailed
  absl::Status status;           // OK | STORE_CONFLICT | STORE_UNAVAILABLE, by outcome

  bool committed() const { return outcome == kCommitted; }

  static CommitResult Committed();
  static CommitResult PreconditionFailed(int index);
  static CommitResult Unknown(absl::string_view detail);
};

// Whether a store takes commits.
enum class StoreStanding {
  kWorks,
  kFailed,      // a write or a read failed: no room, no descriptor. Opened again it may work
  kSyncFailed,  // a sync failed: what the disk holds is not known (N03). An operator must look
  kCorrupt,     // what was read is not what was written. An operator must look
};

// Reads of committed rows.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  // Result: the row's value and version; nullopt when absent.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  virtual absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                                       absl::string_view key) const = 0;

  // Reads the rows of `keys` at one moment of the store.
  // Result: one answer a key, in the order of `keys`; nullopt where the row is absent. A key that
  // stands twice is answered twice; no keys give no answers.
  // Ranges: at most kStoreKeysMax keys. Errors: INVARIANT_BROKEN (more keys), STORE_UNAVAILABLE,
  // STORE_CORRUPT; then nothing is answered.
  virtual absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const = 0;

  // Reads rows with begin <= key < end in key order, from one moment of the store.
  // Ranges: end "" means to the end of the keyspace; limit >= 1, the caller pages on with
  // begin = last key + '\0'. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  virtual absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                                absl::string_view end, size_t limit) const = 0;
};

// A frozen view: later commits do not show. Must not outlive its store.
class StoreSnapshot : public StoreReader {};

class OrderedStore : public StoreReader {
 public:
  // Applies `set` when all its preconditions hold, as one transaction. Durable (synced) before it
  // returns kCommitted, with all that was committed before; a set that may be lost is durable with
  // the next one that may not. Preconditions and writes are one step: no other commit falls
  // between. After a failed write or sync the store refuses every further commit (kUnknown) until
  // it is opened again; a failed sync is never retried, as the kernel may have dropped the pages.
  virtual CommitResult Commit(const WriteSet& set);

  // Applies each set on its own, in order, under one sync; a later set sees what an earlier one
  // wrote. Result: one answer a set, same order. A failed sync makes all of them kUnknown.
  virtual std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) = 0;

  // Takes what was deleted or overwritten in begin <= key < end out of the store's files, for rows
  // that must not be found on the disk again. When it succeeds, no file of the store holds an
  // earlier value of the range, but those that a snapshot shows which is still held. Writes what
  // waits in memory and the range's files anew, while reads and commits go on: for what is seldom
  // done, and on a thread that may be held up for seconds.
  // Ranges: end "" means to the end of the keyspace. Errors: STORE_UNAVAILABLE; then it is not
  // known what is gone, and it can be called again.
  virtual absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                                    absl::string_view end) = 0;
  // The process is about to end and must not wait for files to be written anew: an EraseDeleted
  // that runs ends soon with STORE_UNAVAILABLE, a later one at once. From any thread.
  virtual void EndErasing() {}

  // Result: how the store stands. What failed stays so until the store is opened again.
  virtual StoreStanding Standing() const = 0;

  // Result: a number of the commit that is being made at this moment, never that of another one; 0
  // when none is. Whoever sees one number for long knows that the disk does not answer. Waits for
  // nothing.
  virtual uint64_t CommitUnderWay() const = 0;

  // Result: a view of the store as it is now. Never null.
  virtual std::unique_ptr<StoreSnapshot> Snapshot() const = 0;
};

// For implementations. Errors: INVARIANT_BROKEN above kStoreKeysMax keys.
absl::Status CheckKeyCount(size_t keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ORDERED_STORE_H_
