#ifndef MRG_GATEWAY_CONFIG_NODE_KEYS_H_
#define MRG_GATEWAY_CONFIG_NODE_KEYS_H_

// The private keys and secrets of the node, read once from the files that the configuration names.
//
// Thread-safe: immutable after Load.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/config/node_config.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/signer.h"
#include "gateway/licence_tag/epoch_keyring.h"

namespace mrg {

struct NodeKeys {
  std::unique_ptr<Signer> timestamp;
  std::unique_ptr<Signer> snapshot;
  std::unique_ptr<Signer> status;  // null at a hub without one
  std::unique_ptr<Signer> log;
  std::string idempotency;  // at least 32 bytes
  // (jurisdiction, key): every epoch of each.
  std::vector<std::pair<JurisdictionId, EpochKey>> epoch_keys;
  std::vector<std::pair<JurisdictionId, EpochKey>> carried_epoch_keys;  // of other members
};

// A public key that the node signs with, and the field of the configuration that names its file.
using FieldKey = std::pair<const char*, const PublicKey*>;

// Those whose signatures follow one another, so that each stands for one history: of timestamp,
// snapshot and log. They live as long as `keys`.
std::vector<FieldKey> HistoryKeys(const NodeKeys& keys);

// Errors: KEY_FILE_INVALID naming the field and the file.
absl::StatusOr<NodeKeys> LoadNodeKeys(const NodeConfig& config);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_NODE_KEYS_H_
