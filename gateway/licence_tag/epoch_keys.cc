#include "gateway/licence_tag/epoch_keys.h"

namespace mrg {

std::optional<EpochKey> InUseAt(const EpochKeys& keys, absl::Time now) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    if (key->second.from <= now) return key->second;
  }
  return std::nullopt;
}

}  // namespace mrg
