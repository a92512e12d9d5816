#include "gateway/rpc/licence_tags.h"

namespace mrg {
namespace {

std::string TagUnder(const EpochKey& key, const TaggedLicence& licence) {
  return LicenceTag(key.key, licence.jurisdiction.value(), licence.type_code.value(),
                    licence.number);
}

}  // namespace

std::map<uint32_t, std::string> TagsUnder(const EpochKeys& keys, const TaggedLicence& licence) {
  std::map<uint32_t, std::string> tags;
  for (const auto& [epoch, key] : keys) tags[epoch] = TagUnder(key, licence);
  return tags;
}

std::optional<StatusQuery> QueryOf(const EpochKeys& keys, uint32_t epoch,
                                   const LicenceStatusList& list, const TaggedLicence& licence) {
  if (!keys.contains(epoch)) return std::nullopt;
  StatusQuery query{epoch, {}};
  for (const auto& [of_list, entry_count] : list.epochs()) {
    const auto key = keys.find(of_list);
    if (key == keys.end()) return std::nullopt;
    query.tags[of_list] = TagUnder(key->second, licence);
  }
  return query;
}

}  // namespace mrg
