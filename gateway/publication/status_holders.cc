#include "gateway/publication/status_holders.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusKind;

std::string KeyOf(const LicenceKey& licence) {
  return OrderedKey().Text(licence.jurisdiction.value()).U64(licence.epoch).Raw(licence.tag).Take();
}

// Of each holder the kind and the issuer code.
absl::StatusOr<StatusHolders> ReadHolders(const std::string& value) {
  StatusHolders holders;
  OrderedKeyReader reader(value);
  while (!reader.done()) {
    MRG_ASSIGN_OR_RETURN(const uint64_t kind, reader.U64());
    MRG_ASSIGN_OR_RETURN(std::string issuer_code, reader.Text());
    if (kind == 0 || kind > gateway::v1::LicenceStatusKind_MAX) {
      return MakeError(Reason::kStoreCorrupt, "a holder of no known status");
    }
    holders.emplace(static_cast<LicenceStatusKind>(kind), std::move(issuer_code));
  }
  return holders;
}

}  // namespace

absl::StatusOr<std::map<uint32_t, StoredHolders>> LoadHolders(const StoreReader& store,
                                                              const LicenceTags& licence) {
  std::vector<std::string> keys;
  for (const auto& [epoch, tag] : licence.tags) {
    keys.push_back(KeyOf({licence.jurisdiction, epoch, tag}));
  }
  MRG_ASSIGN_OR_RETURN(const auto rows, store.GetMany(Keyspace::kStatusHolder, keys));
  std::map<uint32_t, StoredHolders> stored;
  size_t next = 0;
  for (const auto& [epoch, tag] : licence.tags) {
    const std::optional<Versioned>& row = rows[next++];
    StoredHolders& of_epoch = stored[epoch];
    if (!row.has_value()) continue;
    of_epoch.version = row->version;
    MRG_ASSIGN_OR_RETURN(of_epoch.holders, ReadHolders(row->value));
  }
  return stored;
}

void KeepHolders(const LicenceKey& licence, const StatusHolders& holders,
                 const std::optional<uint64_t>& read_version, WriteSet* writes) {
  const std::string key = KeyOf(licence);
  if (read_version.has_value()) {
    writes->RequireVersion(Keyspace::kStatusHolder, key, *read_version);
  } else {
    writes->RequireAbsent(Keyspace::kStatusHolder, key);
  }
  if (holders.empty()) {
    writes->Delete(Keyspace::kStatusHolder, key);
    return;
  }
  OrderedKey value;
  for (const auto& [kind, issuer_code] : holders) value.U64(kind).Text(issuer_code);
  writes->Put(Keyspace::kStatusHolder, key, value.Take());
}

}  // namespace mrg
