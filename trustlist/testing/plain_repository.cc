#include "trustlist/testing/plain_repository.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "trustlist/client/mirror_names.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/tuf_key.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

constexpr absl::Duration kValid = absl::Hours(24 * 30);

void PutKeys(const PlainRepository::Keys& signers, Json* keys, Json* keyids) {
  *keyids = Json::array();
  for (const auto& signer : signers) {
    const std::string keyid = TufKeyId(signer->public_key());
    (*keys)[keyid] = TufKeyToJson(signer->public_key());
    keyids->push_back(keyid);
  }
}

}  // namespace

absl::StatusOr<std::string> ServedFiles::Fetch(absl::string_view path, size_t bytes_max) {
  requests.emplace_back(path);
  const auto found = files.find(std::string(path));
  if (found == files.end()) return MakeError(Reason::kMetadataNotFound, path);
  if (found->second.size() > bytes_max) return MakeError(Reason::kMetadataTooLong, path);
  return found->second;
}

PlainRepository::PlainRepository(absl::Time now, bool consistent_snapshot)
    : expires_(FormatTufTime(now + kValid)) {
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    signed_[role] = {
        {"_type", role}, {"spec_version", "1.0.33"}, {"version", 1}, {"expires", expires_}};
  }
  signed_[kRootRole]["consistent_snapshot"] = consistent_snapshot;
  signed_[kTargetsRole]["targets"] = Json::object();
  signed_[kSnapshotRole]["meta"] = Json::object();
  signed_[kTimestampRole]["meta"] = Json::object();
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    SetSigners(role, {NewKey()});
    SetRootKeys(role, signers(role));
  }
  Publish({kRootRole, kTargetsRole, kSnapshotRole, kTimestampRole});
}

std::shared_ptr<const Signer> PlainRepository::NewKey(Scheme scheme) {
  return *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
}

void PlainRepository::SetRootKeys(const std::string& role, const Keys& keys, int threshold) {
  Json& root = signed_[kRootRole];
  PutKeys(keys, &root["keys"], &root["roles"][role]["keyids"]);
  root["roles"][role]["threshold"] = threshold;
}

void PlainRepository::Delegate(const std::string& delegator, const std::string& role,
                               const std::vector<std::string>& paths, bool terminating) {
  if (!signers_.contains(role)) {
    signers_[role] = {NewKey()};
    signed_[role] = {{"_type", kTargetsRole},
                     {"spec_version", "1.0.33"},
                     {"version", 1},
                     {"expires", expires_},
                     {"targets", Json::object()}};
  }
  Json& delegations = signed_[delegator]["delegations"];
  Json stated = {{"name", role}, {"threshold", 1}, {"terminating", terminating}, {"paths", paths}};
  PutKeys(signers_[role], &delegations["keys"], &stated["keyids"]);
  delegations["roles"].push_back(std::move(stated));
}

void PlainRepository::AddTarget(const std::string& role, const std::string& path,
                                const std::string& content) {
  const std::string hex = absl::BytesToHexString(Sha256(content));
  signed_[role]["targets"][path] = {{"length", content.size()}, {"hashes", {{"sha256", hex}}}};
  const size_t name = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  targets_.files[consistent() ? absl::StrCat(path.substr(0, name), hex, ".", path.substr(name))
                              : path] = content;
}

void PlainRepository::Publish(const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    MetadataDraft draft = MetadataDraft::FromSigned(signed_.at(role));
    for (const auto& signer : signers_.at(role)) draft.Sign(*signer).IgnoreError();
    const int64_t version = signed_[role]["version"];
    const std::string name = absl::StrCat(PercentEncoded(role), ".json");
    const bool versioned = role == kRootRole || (consistent() && role != kTimestampRole);
    metadata_.files[versioned ? absl::StrCat(version, ".", name) : name] = draft.Bytes();
    published_[role] = draft.Bytes();
    if (role == kRootRole || role == kTimestampRole) continue;
    const char* parent = role == kSnapshotRole ? kTimestampRole : kSnapshotRole;
    signed_[parent]["meta"][role + ".json"] = {{"version", version}};
  }
}

void PlainRepository::PublishNext(const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    SetVersion(role, signed_[role]["version"].get<int64_t>() + 1);
    Publish({role});
  }
}

std::string PlainRepository::root(int64_t version) const {
  return metadata_.files.at(absl::StrCat(version, ".root.json"));
}

}  // namespace mrg
