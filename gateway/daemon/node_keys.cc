#include "gateway/daemon/node_keys.h"

#include <map>
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

}  // namespace

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
  std::map<std::string, EpochKey> newest;
  for (const EpochKeyConfig& file : config.epoch_keys) {
    MRG_ASSIGN_OR_RETURN(std::string secret, ReadSecretFile("keys.epoch_keys", file.path));
    EpochKey& key = newest[file.jurisdiction.value()];
    if (key.epoch < file.epoch) key = {file.epoch, std::move(secret)};
  }
  keys.epoch_keys.assign(newest.begin(), newest.end());
  return keys;
}

}  // namespace mrg
