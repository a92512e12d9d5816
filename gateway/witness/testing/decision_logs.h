#ifndef MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_
#define MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_

// Decision logs of one origin for tests that compare them: the true one, and ones that were
// restored or rewritten under the same key.

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/audit/decision_log.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

inline constexpr char kLogOfTests[] = "yangtze-delta/log-1";

// Result: a signer with a new Ed25519 key.
std::unique_ptr<Signer> NewLogSigner();

// Result: the log kLogOfTests in `store`; both must outlive it.
std::unique_ptr<DecisionLog> OpenLogOfTests(OrderedStore* store, const Signer* signer);

// Appends `count` records that begin with `what`. Result: the checkpoint after them.
std::string AppendRecords(DecisionLog* log, int count, absl::string_view what = "record");

// Lists the signer's key as the only one of kLogOfTests.
void ListLogKey(const Signer& signer, LogKeyBook* keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_
