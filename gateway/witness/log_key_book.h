#ifndef MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_
#define MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_

// The log keys that members have in force, as their `log-keys` targets say.

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/witness/log_keys.h"

namespace mrg {

// Thread-safe.
class LogKeyBook {
 public:
  // Takes the publisher's `log-keys` target in place of the one before. Errors: METADATA_MALFORMED,
  // also when it lists a key for another member's log; then the keys before stay.
  absl::Status Update(const MemberId& publisher, absl::string_view target_bytes);

  // Result: the keys of the publisher's logs; empty when none are in force here.
  std::vector<LogKey> KeysOf(const MemberId& publisher) const;

 private:
  mutable Mutex mu_;
  std::map<std::string, std::vector<LogKey>> keys_ ABSL_GUARDED_BY(mu_);  // by publisher
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_
