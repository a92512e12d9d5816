#include "gateway/licence_tag/epoch_keyring.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
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

constexpr size_t kScanPage = 256;

// Of own keys, ("own", jurisdiction, epoch) -> SHA-256 of the key.
constexpr char kOwnRows[] = "own";

std::string OwnRowKey(const JurisdictionId& jurisdiction, uint32_t epoch) {
  return OrderedKey().Text(kOwnRows).Text(jurisdiction.value()).U64(epoch).Take();
}

// Of others' keys, ("sealed", jurisdiction, who gave it, epoch) -> from, SHA-256 of the key, seal
// of the key; behind all other rows. By the digest another key is told from the same one also when
// the seal does not open.
constexpr char kSealedRows[] = "sealed";

// No member's id.
constexpr char kFromFile[] = "@file";

std::string SealedRowKey(const JurisdictionId& jurisdiction, absl::string_view from_whom,
                         uint32_t epoch) {
  return OrderedKey()
      .Text(kSealedRows)
      .Text(jurisdiction.value())
      .Text(from_whom)
      .U64(epoch)
      .Take();
}

constexpr char kPurpose[] = "mrg licence-tag keys of other members";

absl::StatusOr<uint32_t> ReadEpoch(OrderedKeyReader* reader) {
  MRG_ASSIGN_OR_RETURN(const uint64_t epoch, reader->U64());
  if (epoch == 0 || epoch > std::numeric_limits<uint32_t>::max()) {
    return MakeError(Reason::kStoreCorrupt, "expected the epoch of a licence-tag key");
  }
  return static_cast<uint32_t>(epoch);
}

// Which key a row is of.
struct RowName {
  JurisdictionId jurisdiction;
  uint32_t epoch;
  std::string from_whom;
};

absl::StatusOr<RowName> ReadSealedName(absl::string_view key) {
  OrderedKeyReader name(key);
  MRG_RETURN_IF_ERROR(name.Text().status());
  MRG_ASSIGN_OR_RETURN(const std::string text, name.Text());
  auto jurisdiction = JurisdictionId::Parse(text);
  if (!jurisdiction.ok()) {
    return MakeError(Reason::kStoreCorrupt, "expected the jurisdiction of a licence-tag key");
  }
  MRG_ASSIGN_OR_RETURN(std::string from_whom, name.Text());
  MRG_ASSIGN_OR_RETURN(const uint32_t epoch, ReadEpoch(&name));
  return RowName{*std::move(jurisdiction), epoch, std::move(from_whom)};
}

absl::StatusOr<absl::Time> ReadFrom(OrderedKeyReader* value) {
  MRG_ASSIGN_OR_RETURN(const absl::Time from, value->Time());
  // As it was before it was written.
  if (absl::ToUnixMicros(from) == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  return from;
}

struct SealedValue {
  absl::Time from;
  std::string digest;
  std::string seal;
};

absl::StatusOr<SealedValue> ReadSealed(absl::string_view bytes) {
  OrderedKeyReader value(bytes);
  SealedValue sealed;
  MRG_ASSIGN_OR_RETURN(sealed.from, ReadFrom(&value));
  MRG_ASSIGN_OR_RETURN(sealed.digest, value.Raw(kDigestBytes));
  sealed.seal = std::string(value.rest());
  return sealed;
}

// Where the seal stands and what stands beside it, so that neither can be exchanged.
std::string ContextOf(absl::string_view row_key, absl::Time from) {
  return OrderedKey().Text(row_key).Time(from).Take();
}

absl::Status Conflict() {
  return MakeError(Reason::kEpochKeyConflict,
                   "expected the key that is held of this epoch, or a further epoch");
}

template <typename Name>
EpochKeys FindIn(const std::map<Name, EpochKeys>& keys, const Name& name) {
  const auto found = keys.find(name);
  return found == keys.end() ? EpochKeys() : found->second;
}

// Result: all rows of the range.
absl::StatusOr<std::vector<Row>> ScanAll(const StoreReader& store, std::string begin,
                                         absl::string_view end) {
  std::vector<Row> all;
  while (true) {
    MRG_ASSIGN_OR_RETURN(std::vector<Row> rows,
                         store.Scan(Keyspace::kEpochKey, begin, end, kScanPage));
    const bool is_last = rows.size() < kScanPage;
    if (!is_last) begin = KeyAfter(rows.back().key);
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
    if (is_last) return all;
  }
}

}  // namespace

EpochKeyring::EpochKeyring(OrderedStore* store, absl::string_view node_secret)
    : store_(store), sealing_key_(SealingKey::Derive(node_secret, kPurpose)) {}

absl::StatusOr<size_t> EpochKeyring::Load() {
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       ScanAll(*store_, OrderedKey().Text(kSealedRows).Take(), ""));
  size_t unopened = 0;
  MutexLock lock(mu_);
  for (const Row& row : rows) {
    MRG_ASSIGN_OR_RETURN(const RowName name, ReadSealedName(row.key));
    MRG_ASSIGN_OR_RETURN(const SealedValue value, ReadSealed(row.value));
    std::optional<std::string> key = sealing_key_.Open(value.seal, ContextOf(row.key, value.from));
    if (!key.has_value()) {
      ++unopened;
      continue;
    }
    foreign_[{name.jurisdiction, name.from_whom}][name.epoch] =
        EpochKey{name.epoch, *std::move(key), value.from};
  }
  return unopened;
}

std::string EpochKeyring::SealedRow(absl::string_view row_key, const EpochKey& key) const {
  return OrderedKey()
      .Time(key.from)
      .Raw(Sha256(key.key))
      .Raw(sealing_key_.Seal(key.key, ContextOf(row_key, key.from)))
      .Take();
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

absl::Status EpochKeyring::SetForeign(const JurisdictionId& jurisdiction, const MemberId& member,
                                      EpochKey key) {
  {
    MutexLock lock(mu_);
    const EpochKeys carried = FindIn(foreign_, Slot(jurisdiction, kFromFile));
    const auto same_epoch = carried.find(key.epoch);
    if (same_epoch != carried.end() && same_epoch->second.key != key.key) return Conflict();
  }
  return Set({jurisdiction, member.value()}, std::move(key));
}

absl::Status EpochKeyring::SetCarried(const JurisdictionId& jurisdiction, EpochKey key) {
  return Set({jurisdiction, kFromFile}, std::move(key));
}

absl::Status EpochKeyring::Set(const Slot& slot, EpochKey key) {
  {
    MutexLock lock(mu_);
    const EpochKeys& held = foreign_[slot];
    const auto same_epoch = held.find(key.epoch);
    if (same_epoch != held.end()) {
      if (same_epoch->second.key != key.key) return Conflict();
      if (same_epoch->second.from == key.from) return absl::OkStatus();
    }
    if (same_epoch == held.end() && held.size() >= kTagEpochsMax) {
      return MakeError(Reason::kEpochKeyUnavailable, "expected at most 64 epochs");
    }
  }
  const std::string row_key = SealedRowKey(slot.first, slot.second, key.epoch);
  MRG_ASSIGN_OR_RETURN(const auto stored, store_->Get(Keyspace::kEpochKey, row_key));
  // Required to be as it was read, so that of two keys at once one alone is stored.
  WriteSet writes;
  if (stored.has_value()) {
    MRG_ASSIGN_OR_RETURN(const SealedValue value, ReadSealed(stored->value));
    if (value.digest != Sha256(key.key)) return Conflict();
    writes.RequireVersion(Keyspace::kEpochKey, row_key, stored->version);
  } else {
    writes.RequireAbsent(Keyspace::kEpochKey, row_key);
  }
  writes.Put(Keyspace::kEpochKey, row_key, SealedRow(row_key, key));
  MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  MutexLock lock(mu_);
  foreign_[slot][key.epoch] = std::move(key);
  return absl::OkStatus();
}

absl::Status EpochKeyring::ForgetForeign() {
  WriteSet writes;
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       ScanAll(*store_, OrderedKey().Text(kSealedRows).Take(), ""));
  for (const Row& row : rows) writes.Delete(Keyspace::kEpochKey, row.key);
  if (!writes.empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  MutexLock lock(mu_);
  foreign_.clear();
  return absl::OkStatus();
}

EpochKeys EpochKeyring::KeysOf(const JurisdictionId& jurisdiction,
                               const std::optional<MemberId>& member) const {
  MutexLock lock(mu_);
  EpochKeys own = FindIn(own_, jurisdiction);
  if (!own.empty() || !member.has_value()) return own;
  const EpochKeys carried = FindIn(foreign_, Slot(jurisdiction, kFromFile));
  // When a carried key comes into use its member has said, if it gave the same one.
  EpochKeys keys = FindIn(foreign_, Slot(jurisdiction, member->value()));
  for (const auto& [epoch, key] : carried) {
    const auto given = keys.find(epoch);
    if (given == keys.end() || given->second.key != key.key) keys[epoch] = key;
  }
  return keys;
}

EpochKeys EpochKeyring::GivenBy(const MemberId& member, const JurisdictionId& jurisdiction) const {
  MutexLock lock(mu_);
  return FindIn(foreign_, Slot(jurisdiction, member.value()));
}

EpochKeys EpochKeyring::OwnKeysOf(const JurisdictionId& jurisdiction) const {
  MutexLock lock(mu_);
  return FindIn(own_, jurisdiction);
}

}  // namespace mrg
