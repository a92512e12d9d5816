#include "gateway/licence_tag/status_query.h"

namespace mrg {

std::optional<StatusQuery> QueryAt(const EpochKeys& keys, const ListedEpochs& listed,
                                   const TaggedLicence& licence, absl::Time now) {
  const std::optional<EpochKey> in_use = InUseAt(keys, now);
  if (!in_use.has_value()) return std::nullopt;
  return QueryUnder(keys, in_use->epoch, listed, licence);
}

std::optional<StatusQuery> QueryUnder(const EpochKeys& keys, uint32_t epoch,
                                      const ListedEpochs& listed, const TaggedLicence& licence) {
  if (!keys.contains(epoch)) return std::nullopt;
  StatusQuery query{epoch, {}};
  for (const auto& [of_list, entry_count] : listed) {
    const auto key = keys.find(of_list);
    if (key == keys.end()) return std::nullopt;
    query.tags[of_list] = LicenceTag(key->second, licence);
  }
  return query;
}

}  // namespace mrg
