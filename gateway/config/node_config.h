#ifndef MRG_GATEWAY_CONFIG_NODE_CONFIG_H_
#define MRG_GATEWAY_CONFIG_NODE_CONFIG_H_

// The node's configuration after every check, with the TLS and root files read. Private keys of the
// signing roles stay in their files; only their paths are here.
//
// Thread-safe: plain values and pure functions; LoadNodeConfig reads files.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/config/tls_files.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/federation/peer.h"
#include "gateway/membership/trust_bundles.h"
#include "mrg/gateway/v1/config.pb.h"

namespace mrg {

enum class NodeRole { kRegion, kHub };

// How long a signature of the node holds, and when it is renewed; renew_after < valid.
struct LifetimeConfig {
  absl::Duration valid;
  absl::Duration renew_after;
};

struct EpochKeyConfig {
  JurisdictionId jurisdiction;
  uint32_t epoch = 0;
  std::string path;
  absl::Time from = absl::InfinitePast();  // of use for new entries and records
};

struct NodeConfig {
  explicit NodeConfig(MemberId id) : member(std::move(id)) {}

  MemberId member;
  NodeRole role = NodeRole::kRegion;
  std::string data_dir;
  std::string log_id;
  std::string log_mark_path;                  // outside data_dir
  std::vector<JurisdictionId> jurisdictions;  // in the order of the file

  // "host:port"; empty: not asked for.
  std::string api_address;
  std::string federation_address;
  std::string metrics_address;
  std::string rest_address;
  std::string admin_socket;

  std::string trust_domain;
  TlsFiles tls_files;
  // What stood in them.
  OwnCertificate own_certificate;
  TrustBundles trust_bundles;
  RevocationsByDomain revocations;

  std::vector<Peer> peers;

  // Files, all different; status_key_path may be empty on the hub.
  std::string timestamp_key_path;
  std::string snapshot_key_path;
  std::string status_key_path;
  std::string log_key_path;
  std::string idempotency_key_path;
  std::vector<EpochKeyConfig> epoch_keys;
  std::vector<EpochKeyConfig> carried_epoch_keys;  // of other members' jurisdictions

  LifetimeConfig timestamp_lifetime = {absl::Hours(1), absl::Minutes(20)};
  LifetimeConfig snapshot_lifetime = {absl::Hours(24 * 7), absl::Hours(24)};
  LifetimeConfig status_lifetime = {absl::Hours(24), absl::Hours(8)};
  absl::Duration root_alarm = absl::Hours(24 * 30);
  absl::Duration targets_alarm = absl::Hours(24 * 14);

  std::vector<AuthorizationRule> authorization_rules;
  size_t executor_threads = 8;
  absl::Duration poll_period = absl::Seconds(30);
  std::optional<absl::Duration> salt_retention;  // nullopt: salts are kept for good
  EventLevel log_level = EventLevel::kInfo;      // the lowest that is written
  bool call_log = true;                          // a line a call, of level info

  gateway::v1::NodeConfig written;  // as it stood in the file
};

// Parses the textproto `text`. Nothing is checked but its form.
// Errors: CONFIG_INVALID with line and column, also for unknown keys and keys given twice.
absl::StatusOr<gateway::v1::NodeConfig> ParseNodeConfigText(absl::string_view text);

// Checks every field and reads the TLS, CA and root files; relative paths count from `folder`, and
// certificates must hold at `now`.
// Errors: CONFIG_INVALID naming the field; CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH,
// KEY_FILE_INVALID naming field and file.
absl::StatusOr<NodeConfig> CheckNodeConfig(const gateway::v1::NodeConfig& config,
                                           const std::string& folder, absl::Time now);

// Reads the file at `path` (at most 1 MiB), parses and checks it.
// Errors: CONFIG_INVALID naming the file, and those of the two functions above.
absl::StatusOr<NodeConfig> LoadNodeConfig(const std::string& path, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_NODE_CONFIG_H_
