#ifndef MRG_GATEWAY_RPC_EPOCH_KEYRING_H_
#define MRG_GATEWAY_RPC_EPOCH_KEYRING_H_

// The licence-tag keys this node holds: its own jurisdictions' from files, others' as their members
// gave them over the federation listener. Kept in the store, so that a restart needs no peer.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/mutex.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

struct EpochKey {
  uint32_t epoch = 0;  // from 1
  std::string key;     // at least 32 bytes; secret
};

// Thread-safe.
class EpochKeyring {
 public:
  // `store` must outlive this.
  explicit EpochKeyring(OrderedStore* store) : store_(store) {}

  // Loads what was stored. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Load();

  // Sets a key that this member owns, from its file; not stored a second time.
  void SetOwn(const std::string& jurisdiction, EpochKey key);

  // Stores a key that another member gave. Errors: STORE_UNAVAILABLE.
  absl::Status SetForeign(const std::string& jurisdiction, EpochKey key);

  // Result: the jurisdiction's key; nullopt when it is not held.
  std::optional<EpochKey> Find(absl::string_view jurisdiction) const;

  // Result: the key if the jurisdiction is our own; only those are given to others.
  std::optional<EpochKey> FindOwn(absl::string_view jurisdiction) const;

 private:
  OrderedStore* const store_;
  mutable Mutex mu_;
  std::map<std::string, EpochKey> own_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, EpochKey> foreign_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_EPOCH_KEYRING_H_
