#ifndef MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_
#define MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_

// Where the log keys that members have in force are read, as their `log-keys` targets say: a part
// of the view in force (gateway/federation/in_force), and all that witnesses and receipts need of
// it.

#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/witness/log_keys.h"

namespace mrg {

// Thread-safe.
class LogKeyBook {
 public:
  virtual ~LogKeyBook() = default;

  // Result: the keys of the publisher's logs; empty when none are in force here.
  virtual std::vector<LogKey> KeysOf(const MemberId& publisher) const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_KEY_BOOK_H_
