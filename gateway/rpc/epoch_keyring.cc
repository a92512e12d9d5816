#include "gateway/rpc/epoch_keyring.h"

#include <utility>
#include <vector>

#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr size_t kKeysMax = 100;  // GB/T 2260 has fewer than forty provinces

std::optional<EpochKey> FindIn(const std::map<std::string, EpochKey>& keys,
                               absl::string_view jurisdiction) {
  auto found = keys.find(std::string(jurisdiction));
  if (found == keys.end()) return std::nullopt;
  return found->second;
}

}  // namespace

absl::Status EpochKeyring::Load() {
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store_->Scan(Keyspace::kEpochKey, "", "", kKeysMax));
  MutexLock lock(mu_);
  for (const Row& row : rows) {
    OrderedKeyReader value(row.value);
    MRG_ASSIGN_OR_RETURN(const uint64_t epoch, value.U64());
    foreign_[row.key] = {static_cast<uint32_t>(epoch), std::string(value.rest())};
  }
  return absl::OkStatus();
}

void EpochKeyring::SetOwn(const std::string& jurisdiction, EpochKey key) {
  MutexLock lock(mu_);
  own_[jurisdiction] = std::move(key);
}

absl::Status EpochKeyring::SetForeign(const std::string& jurisdiction, EpochKey key) {
  WriteSet writes;
  writes.Put(Keyspace::kEpochKey, jurisdiction, OrderedKey().U64(key.epoch).Raw(key.key).Take());
  const CommitResult result = store_->Commit(writes);
  if (!result.committed()) return result.status;
  MutexLock lock(mu_);
  foreign_[jurisdiction] = std::move(key);
  return absl::OkStatus();
}

std::optional<EpochKey> EpochKeyring::Find(absl::string_view jurisdiction) const {
  MutexLock lock(mu_);
  if (auto own = FindIn(own_, jurisdiction)) return own;
  return FindIn(foreign_, jurisdiction);
}

std::optional<EpochKey> EpochKeyring::FindOwn(absl::string_view jurisdiction) const {
  MutexLock lock(mu_);
  return FindIn(own_, jurisdiction);
}

}  // namespace mrg
