#ifndef MRG_GATEWAY_RECEIPT_KEPT_SALTS_H_
#define MRG_GATEWAY_RECEIPT_KEPT_SALTS_H_

// The salts of the records of decisions, in the one place where a node keeps them. With the salt
// whoever guesses a document can tell by the record whether the guess is right; once it is erased
// here nobody can but who holds the receipt (docs/threats.md R19). So nothing else in a store may
// hold it.
//
// Thread-safe: functions over a thread-safe store.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"
#include "mrg/gateway/v1/stored_salt.pb.h"

namespace mrg {

// Adds to `writes`, the commit of the record, that its salt is kept. `salt`: 32 bytes.
void KeepSalt(absl::string_view log_origin, uint64_t index, int64_t decided_at_us,
              absl::string_view salt, WriteSet* writes);

// Result: the record's salt, 32 bytes.
// Errors: SALT_ERASED, also for a record that never was; STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::string> RecallSalt(const StoreReader& store, absl::string_view log_origin,
                                       uint64_t index);

// Erases the salt of one record. When it succeeds no file of the store holds the salt, whether this
// call erased it or an earlier one. May take seconds.
// Result: what is kept of it; `erased_at_us` is 0 when nothing is, as its time had passed.
// Errors: STORE_CONFLICT (it was erased meanwhile; ask again), STORE_UNAVAILABLE (it is not known
// whether it was erased; ask again), STORE_CORRUPT.
absl::StatusOr<gateway::v1::StoredSalt> EraseSalt(OrderedStore& store, absl::string_view log_origin,
                                                  uint64_t index, const std::string& because,
                                                  absl::Time now);

// Forgets what is kept of records decided before `decided_before`, at most `limit` a call and in
// the order of their logs: what stands before such a record goes with it, whatever time a clock
// that was set had given it. Files of the store hold them until EraseForgottenSalts.
// Ranges: limit >= 1.
// Result: how many were forgotten; call again while it equals `limit`.
// Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<size_t> ForgetOldSalts(OrderedStore& store, absl::Time decided_before, size_t limit);

// Takes what was forgotten out of the store's files. May take seconds; what is still kept is not
// written anew, as each log is forgotten from its beginning. Errors: as ForgetOldSalts.
absl::Status EraseForgottenSalts(OrderedStore& store);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_KEPT_SALTS_H_
