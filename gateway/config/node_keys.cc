#include "gateway/config/node_keys.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"

namespace mrg {
namespace {

absl::StatusOr<std::unique_ptr<Signer>> LoadSigner(absl::string_view field,
                                                   const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string pem, ReadPrivateKeyFile(field, path));
  auto signer = NewEvpSigner(Scheme::kEd25519, pem);
  if (signer.ok()) return signer;
  return MakeError(Reason::kKeyFileInvalid,
                   absl::StrCat(field, ": expected an Ed25519 key, PKCS#8 PEM, in ", path));
}

absl::StatusOr<std::vector<std::pair<JurisdictionId, EpochKey>>> ReadEpochKeys(
    absl::string_view field, const std::vector<EpochKeyConfig>& files) {
  std::vector<std::pair<JurisdictionId, EpochKey>> keys;
  for (const EpochKeyConfig& file : files) {
    MRG_ASSIGN_OR_RETURN(std::string secret, ReadSecretFile(field, file.path));
    keys.emplace_back(file.jurisdiction, EpochKey{file.epoch, std::move(secret), file.from});
  }
  return keys;
}

}  // namespace

std::vector<FieldKey> HistoryKeys(const NodeKeys& keys) {
  return {{"keys.timestamp_path", &keys.timestamp->public_key()},
          {"keys.snapshot_path", &keys.snapshot->public_key()},
          {"keys.log_path", &keys.log->public_key()}};
}

absl::StatusOr<NodeKeys> LoadNodeKeys(const NodeConfig& config) {
  NodeKeys keys;
  MRG_ASSIGN_OR_RETURN(keys.timestamp,
                       LoadSigner("keys.timestamp_path", config.timestamp_key_path));
  MRG_ASSIGN_OR_RETURN(keys.snapshot, LoadSigner("keys.snapshot_path", config.snapshot_key_path));
  if (!config.status_key_path.empty()) {
    MRG_ASSIGN_OR_RETURN(keys.status, LoadSigner("keys.status_path", config.status_key_path));
  }
  MRG_ASSIGN_OR_RETURN(keys.log, LoadSigner("keys.log_path", config.log_key_path));
  MRG_ASSIGN_OR_RETURN(keys.idempotency,
                       ReadSecretFile("keys.idempotency_path", config.idempotency_key_path));
  MRG_ASSIGN_OR_RETURN(keys.epoch_keys, ReadEpochKeys("keys.epoch_keys", config.epoch_keys));
  MRG_ASSIGN_OR_RETURN(keys.carried_epoch_keys,
                       ReadEpochKeys("keys.carried_epoch_keys", config.carried_epoch_keys));
  return keys;
}

}  // namespace mrg
