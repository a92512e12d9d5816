#include "gateway/licence_tag/epoch_keyring.h"

#include <limits>
#include <utility>
#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr size_t kJurisdictionsMax = 100;  // ids of two digits
constexpr size_t kRowsMax = kJurisdictionsMax * kTagEpochsMax;

// Of others' keys, ("50", epoch) -> from, key.
std::string RowKey(const JurisdictionId& jurisdiction, uint32_t epoch) {
  return OrderedKey().Text(jurisdiction.value()).U64(epoch).Take();
}

// Of own keys, ("own", jurisdiction, epoch) -> SHA-256 of the key; behind all rows of others'.
constexpr char kOwnRows[] = "own";

std::string OwnRowKey(const JurisdictionId& jurisdiction, uint32_t epoch) {
  return OrderedKey().Text(kOwnRows).Text(jurisdiction.value()).U64(epoch).Take();
}

absl::StatusOr<uint32_t> ReadEpoch(OrderedKeyReader* reader) {
  MRG_ASSIGN_OR_RETURN(const uint64_t epoch, reader->U64());
  if (epoch == 0 || epoch > std::numeric_limits<uint32_t>::max()) {
    return MakeError(Reason::kStoreCorrupt, "expected the epoch of a licence-tag key");
  }
  return static_cast<uint32_t>(epoch);
}

struct ReadKey {
  JurisdictionId jurisdiction;
  EpochKey key;
};

absl::StatusOr<ReadKey> ReadRow(const Row& row) {
  OrderedKeyReader name(row.key);
  OrderedKeyReader value(row.value);
  MRG_ASSIGN_OR_RETURN(const std::string text, name.Text());
  auto jurisdiction = JurisdictionId::Parse(text);
  if (!jurisdiction.ok()) {
    return MakeError(Reason::kStoreCorrupt, "expected the jurisdiction of a licence-tag key");
  }
  EpochKey key;
  MRG_ASSIGN_OR_RETURN(key.epoch, ReadEpoch(&name));
  MRG_ASSIGN_OR_RETURN(key.from, value.Time());
  // As it was before it was written.
  if (absl::ToUnixMicros(key.from) == std::numeric_limits<int64_t>::min()) {
    key.from = absl::InfinitePast();
  }
  key.key = std::string(value.rest());
  return ReadKey{*std::move(jurisdiction), std::move(key)};
}

absl::Status Conflict() {
  return MakeError(Reason::kEpochKeyConflict,
                   "expected the key that is held of this epoch, or a further epoch");
}

EpochKeys FindIn(const std::map<JurisdictionId, EpochKeys>& keys,
                 const JurisdictionId& jurisdiction) {
  const auto found = keys.find(jurisdiction);
  return found == keys.end() ? EpochKeys() : found->second;
}

}  // namespace

absl::Status EpochKeyring::Load() {
  MRG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      store_->Scan(Keyspace::kEpochKey, "", OrderedKey().Text(kOwnRows).Take(), kRowsMax));
  MutexLock lock(mu_);
  for (const Row& row : rows) {
    MRG_ASSIGN_OR_RETURN(ReadKey read, ReadRow(row));
    foreign_[read.jurisdiction][read.key.epoch] = std::move(read.key);
  }
  return absl::OkStatus();
}

absl::Status EpochKeyring::SetOwn(const JurisdictionId& jurisdiction, EpochKey key) {
  const std::string row_key = OwnRowKey(jurisdiction, key.epoch);
  const std::string digest = Sha256(key.key);
  MRG_ASSIGN_OR_RETURN(const auto stored, store_->Get(Keyspace::kEpochKey, row_key));
  if (stored.has_value() && stored->value != digest) return Conflict();
  if (!stored.has_value()) {
    WriteSet writes;
    writes.RequireAbsent(Keyspace::kEpochKey, row_key);
    writes.Put(Keyspace::kEpochKey, row_key, digest);
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  }
  MutexLock lock(mu_);
  own_[jurisdiction][key.epoch] = std::move(key);
  return absl::OkStatus();
}

absl::Status EpochKeyring::SetForeign(const JurisdictionId& jurisdiction, EpochKey key) {
  {
    MutexLock lock(mu_);
    const EpochKeys& held = foreign_[jurisdiction];
    const auto same_epoch = held.find(key.epoch);
    if (same_epoch != held.end() && same_epoch->second.key != key.key) return Conflict();
    if (same_epoch == held.end() && held.size() >= kTagEpochsMax) {
      return MakeError(Reason::kEpochKeyUnavailable, "expected at most 64 epochs");
    }
  }
  const std::string row_key = RowKey(jurisdiction, key.epoch);
  const std::string value = OrderedKey().Time(key.from).Raw(key.key).Take();
  MRG_ASSIGN_OR_RETURN(const auto stored, store_->Get(Keyspace::kEpochKey, row_key));
  if (!stored.has_value() || stored->value != value) {
    // Required to be as it was read, so that of two keys at once one alone is stored.
    WriteSet writes;
    if (stored.has_value()) {
      MRG_ASSIGN_OR_RETURN(const ReadKey read, ReadRow({row_key, stored->value}));
      if (read.key.key != key.key) return Conflict();
      writes.RequireVersion(Keyspace::kEpochKey, row_key, stored->version);
    } else {
      writes.RequireAbsent(Keyspace::kEpochKey, row_key);
    }
    writes.Put(Keyspace::kEpochKey, row_key, value);
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  }
  MutexLock lock(mu_);
  foreign_[jurisdiction][key.epoch] = std::move(key);
  return absl::OkStatus();
}

absl::Status EpochKeyring::ForgetForeign() {
  MRG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      store_->Scan(Keyspace::kEpochKey, "", OrderedKey().Text(kOwnRows).Take(), kRowsMax));
  if (!rows.empty()) {
    WriteSet writes;
    for (const Row& row : rows) writes.Delete(Keyspace::kEpochKey, row.key);
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  }
  MutexLock lock(mu_);
  foreign_.clear();
  return absl::OkStatus();
}

EpochKeys EpochKeyring::KeysOf(const JurisdictionId& jurisdiction) const {
  MutexLock lock(mu_);
  EpochKeys own = FindIn(own_, jurisdiction);
  return own.empty() ? FindIn(foreign_, jurisdiction) : own;
}

EpochKeys EpochKeyring::OwnKeysOf(const JurisdictionId& jurisdiction) const {
  MutexLock lock(mu_);
  return FindIn(own_, jurisdiction);
}

}  // namespace mrg
