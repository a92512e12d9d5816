#ifndef MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_
#define MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_

// Decision logs of one origin for tests that compare them: the true one, and ones that were
// restored or rewritten under the same key.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_key_book.h"
#include "gateway/witness/log_keys.h"

namespace mrg {

inline constexpr char kLogOfTests[] = "yangtze-delta/log-1";

// The log keys that a test has put in force.
class ListedLogKeys : public LogKeyBook {
 public:
  std::vector<LogKey> KeysOf(const MemberId& publisher) const override {
    const auto found = keys_.find(publisher);
    return found == keys_.end() ? std::vector<LogKey>() : found->second;
  }
  // In place of the publisher's keys before.
  void Put(const MemberId& publisher, std::vector<LogKey> keys) {
    keys_.insert_or_assign(publisher, std::move(keys));
  }

 private:
  std::map<MemberId, std::vector<LogKey>> keys_;
};

// Result: a signer with a new Ed25519 key.
std::unique_ptr<Signer> NewLogSigner();

// Result: the log kLogOfTests in `store`; both must outlive it.
std::unique_ptr<DecisionLog> OpenLogOfTests(OrderedStore* store, const Signer* signer);

// Appends `count` records that begin with `what`. Result: the checkpoint after them.
std::string AppendRecords(DecisionLog* log, int count, absl::string_view what = "record");

// Lists the signer's key as the only one of kLogOfTests.
void ListLogKey(const Signer& signer, ListedLogKeys* keys);

// Lists the signer's key for each of the member's logs `ids`, each from a second later than the one
// before it, in place of what the member listed before.
void ListLogs(const MemberId& member, const std::vector<std::string>& ids, const Signer& signer,
              ListedLogKeys* keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_TESTING_DECISION_LOGS_H_
