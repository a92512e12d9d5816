#include "trustlist/repository/repository_editor.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {
namespace {

constexpr char kSpecVersion[] = "1.0.31";

Json Header(const char* type, int64_t version, absl::Time expires) {
  return {{"_type", type},
          {"spec_version", kSpecVersion},
          {"version", version},
          {"expires", FormatTufTime(expires)}};
}

// Adds the signers' keys to `keys`. Result: {"keyids", "threshold"}.
Json SignersToJson(const RoleSigners& signers, Json* keys) {
  Json keyids = Json::array();
  for (const PublicKey& key : signers.keys) {
    const std::string keyid = TufKeyId(key);
    (*keys)[keyid] = TufKeyToJson(key);
    keyids.push_back(keyid);
  }
  return {{"keyids", std::move(keyids)}, {"threshold", signers.threshold}};
}

Json FileToJson(const NamedFile& file) {
  return {{"version", file.version},
          {"length", static_cast<int64_t>(file.bytes.size())},
          {"hashes", {{"sha256", absl::BytesToHexString(Sha256(file.bytes))}}}};
}

}  // namespace

MetadataDraft MakeRoot(const RootContent& content, int64_t version, absl::Time expires) {
  Json signed_part = Header(kRootRole, version, expires);
  signed_part["consistent_snapshot"] = true;
  Json keys = Json::object();
  Json roles = Json::object();
  roles[kRootRole] = SignersToJson(content.root, &keys);
  roles[kTimestampRole] = SignersToJson(content.timestamp, &keys);
  roles[kSnapshotRole] = SignersToJson(content.snapshot, &keys);
  roles[kTargetsRole] = SignersToJson(content.targets, &keys);
  signed_part["keys"] = std::move(keys);
  signed_part["roles"] = std::move(roles);
  return MetadataDraft::FromSigned(std::move(signed_part));
}

MetadataDraft MakeTargets(const std::vector<Delegation>& delegations, int64_t version,
                          absl::Time expires) {
  Json signed_part = Header(kTargetsRole, version, expires);
  signed_part["targets"] = Json::object();
  if (!delegations.empty()) {
    Json keys = Json::object();
    Json roles = Json::array();
    for (const Delegation& delegation : delegations) {
      Json role = SignersToJson(delegation.signers, &keys);
      role["name"] = delegation.role;
      role["paths"] = delegation.paths;
      role["terminating"] = true;
      roles.push_back(std::move(role));
    }
    signed_part["delegations"] = {{"keys", std::move(keys)}, {"roles", std::move(roles)}};
  }
  return MetadataDraft::FromSigned(std::move(signed_part));
}

MetadataDraft MakeSnapshot(const std::map<std::string, NamedFile>& files, int64_t version,
                           absl::Time expires) {
  Json signed_part = Header(kSnapshotRole, version, expires);
  Json meta = Json::object();
  for (const auto& [role, file] : files) meta[absl::StrCat(role, ".json")] = FileToJson(file);
  signed_part["meta"] = std::move(meta);
  return MetadataDraft::FromSigned(std::move(signed_part));
}

MetadataDraft MakeTimestamp(const NamedFile& snapshot,
                            const std::optional<PreviousTimestamp>& previous, int64_t version,
                            absl::Time expires) {
  Json signed_part = Header(kTimestampRole, version, expires);
  signed_part["meta"] = {{"snapshot.json", FileToJson(snapshot)}};
  if (previous.has_value()) {
    signed_part["x-mrg-prev"] = {{"version", previous->version},
                                 {"digest", absl::BytesToHexString(previous->signed_sha256)}};
  }
  return MetadataDraft::FromSigned(std::move(signed_part));
}

}  // namespace mrg
