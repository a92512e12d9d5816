#ifndef MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYS_H_
#define MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYS_H_

// The licence-tag keys of one jurisdiction, and which of them is in use at an instant. Where they
// come from and are kept: epoch_keyring.h.
//
// Thread-safe: plain values and pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace mrg {

struct EpochKey {
  uint32_t epoch = 0;  // from 1
  std::string key;     // at least 32 bytes; secret
  // When new status entries and records begin to use it, UTC, inclusive. Handed out before.
  absl::Time from = absl::InfinitePast();
};

// The keys of one jurisdiction, by epoch.
using EpochKeys = std::map<uint32_t, EpochKey>;

// Result: the newest key in use at `now`; nullopt when none is.
std::optional<EpochKey> InUseAt(const EpochKeys& keys, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYS_H_
