#include "gateway/config/node_config.h"

#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/authorization_fields.h"
#include "gateway/config/config_fields.h"
#include "gateway/crypto/digest.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "trustlist/client/trusted_metadata_set.h"

namespace mrg {
namespace {

constexpr uint32_t kExecutorThreadsMax = 256;
constexpr uint32_t kSaltRetentionDaysMax = 36500;

// Keeps the first error; the parser's later ones follow from it.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty())
      text_ = absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Indexed(absl::string_view list, int i, absl::string_view field) {
  return absl::StrCat(list, "[", i, "].", field);
}

// REQUIRES: data_dir and log_id are checked.
absl::Status CheckLogMark(const gateway::v1::NodeConfig& proto, const std::string& folder,
                          NodeConfig* config) {
  std::string data = config->data_dir;
  while (data.size() > 1 && data.back() == '/') data.pop_back();
  if (proto.log_mark_path().empty()) {
    config->log_mark_path = absl::StrCat(data, ".", config->log_id, ".mark");
    return absl::OkStatus();
  }
  MRG_ASSIGN_OR_RETURN(config->log_mark_path,
                       ConfigPath("log_mark_path", proto.log_mark_path(), folder));
  // Whoever restores the folder would restore the mark with it.
  if (!absl::StartsWith(config->log_mark_path, absl::StrCat(data, "/"))) return absl::OkStatus();
  return ConfigInvalid("log_mark_path", "a path outside data_dir");
}

absl::Status CheckIdentityFields(const gateway::v1::NodeConfig& proto, NodeConfig* config) {
  if (proto.role() == gateway::v1::NODE_ROLE_UNSPECIFIED) {
    return ConfigInvalid("role", "NODE_ROLE_REGION or NODE_ROLE_HUB");
  }
  config->role = proto.role() == gateway::v1::NODE_ROLE_HUB ? NodeRole::kHub : NodeRole::kRegion;
  if (!MemberIdKind::IsValid(proto.log_id())) {
    return ConfigInvalid("log_id", "a log id, [a-z0-9-]{1,63}");
  }
  config->log_id = proto.log_id();
  std::set<std::string> seen;
  for (int i = 0; i < proto.jurisdictions_size(); ++i) {
    const std::string field = absl::StrCat("jurisdictions[", i, "]");
    MRG_ASSIGN_OR_RETURN(JurisdictionId id,
                         ConfigId<JurisdictionId>(field, proto.jurisdictions(i)));
    if (!seen.insert(id.value()).second) return ConfigInvalid(field, "no jurisdiction twice");
    config->jurisdictions.push_back(std::move(id));
  }
  if (config->role == NodeRole::kRegion && seen.empty()) {
    return ConfigInvalid("jurisdictions", "at least one for a region");
  }
  if (config->role == NodeRole::kHub && !seen.empty()) {
    return ConfigInvalid("jurisdictions", "none for the hub");
  }
  return absl::OkStatus();
}

absl::Status CheckListeners(const gateway::v1::Listeners& listeners, const std::string& folder,
                            NodeConfig* config) {
  if (!listeners.api().empty()) {
    MRG_RETURN_IF_ERROR(CheckAddress("listeners.api", listeners.api(), false));
  }
  if (!listeners.metrics().empty()) {
    MRG_RETURN_IF_ERROR(CheckAddress("listeners.metrics", listeners.metrics(), false));
  }
  if (!listeners.rest().empty()) {
    MRG_RETURN_IF_ERROR(CheckAddress("listeners.rest", listeners.rest(), false));
  }
  MRG_RETURN_IF_ERROR(CheckAddress("listeners.federation", listeners.federation(), false));
  MRG_ASSIGN_OR_RETURN(config->admin_socket,
                       ConfigPath("listeners.admin_socket", listeners.admin_socket(), folder));
  config->api_address = listeners.api();
  config->federation_address = listeners.federation();
  config->metrics_address = listeners.metrics();
  config->rest_address = listeners.rest();
  return absl::OkStatus();
}

absl::Status CheckTls(const gateway::v1::NodeConfig& proto, const std::string& folder,
                      absl::Time now, NodeConfig* config) {
  TlsFiles& files = config->tls_files;
  for (int i = 0; i < proto.trust_domains_size(); ++i) {
    const gateway::v1::TrustDomain& domain = proto.trust_domains(i);
    MRG_ASSIGN_OR_RETURN(std::string path, ConfigPath(Indexed("trust_domains", i, "ca_bundle_path"),
                                                      domain.ca_bundle_path(), folder));
    if (!files.ca_bundle_paths.emplace(domain.name(), std::move(path)).second) {
      return ConfigInvalid(Indexed("trust_domains", i, "name"), "no trust domain twice");
    }
    if (domain.crl_path().empty()) continue;
    MRG_ASSIGN_OR_RETURN(
        files.crl_paths[domain.name()],
        ConfigPath(Indexed("trust_domains", i, "crl_path"), domain.crl_path(), folder));
  }
  MRG_ASSIGN_OR_RETURN(config->trust_bundles, LoadTrustBundles(files));
  MRG_ASSIGN_OR_RETURN(config->revocations, LoadRevocations(files));
  const gateway::v1::TlsFiles& tls = proto.tls();
  if (config->trust_bundles.Find(tls.trust_domain()) == nullptr) {
    return ConfigInvalid("tls.trust_domain", "one of trust_domains");
  }
  config->trust_domain = tls.trust_domain();
  files.identity = absl::StrCat("spiffe://", config->trust_domain, "/node/", config->log_id);
  MRG_ASSIGN_OR_RETURN(files.certificate_path,
                       ConfigPath("tls.cert_path", tls.cert_path(), folder));
  MRG_ASSIGN_OR_RETURN(files.key_path, ConfigPath("tls.key_path", tls.key_path(), folder));
  MRG_ASSIGN_OR_RETURN(config->own_certificate,
                       LoadOwnCertificate(files, config->trust_bundles, now));
  return absl::OkStatus();
}

absl::Status CheckRoot(const std::string& field, const std::string& path, absl::string_view root) {
  // The time plays no part: a root that has run out still leads to its successors.
  const absl::Status status =
      TrustedMetadataSet::FromTrustedRoot(root, absl::InfinitePast()).status();
  if (status.ok()) return status;
  return ConfigInvalid(field, absl::StrCat("root metadata of the member in ", path,
                                           "; this file: ", status.message()));
}

absl::Status CheckPeers(const gateway::v1::NodeConfig& proto, const std::string& folder,
                        NodeConfig* config) {
  std::set<std::string> seen = {config->member.value()};
  int hubs = 0;
  for (int i = 0; i < proto.peers_size(); ++i) {
    const gateway::v1::Peer& peer = proto.peers(i);
    MRG_ASSIGN_OR_RETURN(MemberId member,
                         ConfigId<MemberId>(Indexed("peers", i, "member"), peer.member()));
    if (!seen.insert(member.value()).second) {
      return ConfigInvalid(Indexed("peers", i, "member"), "another member, none twice");
    }
    MRG_RETURN_IF_ERROR(CheckAddress(Indexed("peers", i, "endpoint"), peer.endpoint(), true));
    Peer checked{std::move(member), peer.endpoint(), peer.trust_domain(), "", {}, "",
                 peer.is_hub(),     peer.pinned()};
    checked.ca_bundle_pem = config->trust_bundles.PemOf(peer.trust_domain());
    if (checked.ca_bundle_pem.empty()) {
      return ConfigInvalid(Indexed("peers", i, "trust_domain"), "one of trust_domains");
    }
    if (peer.first_root_case() == gateway::v1::Peer::kRootPath) {
      const std::string field = Indexed("peers", i, "root_path");
      MRG_ASSIGN_OR_RETURN(const std::string path, ConfigPath(field, peer.root_path(), folder));
      MRG_ASSIGN_OR_RETURN(std::string root, ReadConfigFile(field, path, Reason::kConfigInvalid));
      MRG_RETURN_IF_ERROR(CheckRoot(field, path, root));
      checked.first_root = std::move(root);
    } else if (peer.is_hub()) {
      // Nobody else could say which of the hub's roots is the right one.
      return ConfigInvalid(Indexed("peers", i, "root_path"),
                           "for the hub the file of its root metadata, handed over beforehand");
    } else if (peer.first_root_case() == gateway::v1::Peer::kRootSha256) {
      const std::string hex = absl::StrReplaceAll(peer.root_sha256(), {{" ", ""}});
      if (hex.size() != 2 * kDigestBytes ||
          hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return ConfigInvalid(Indexed("peers", i, "root_sha256"),
                             "root_path, or 64 lowercase hex digits");
      }
      checked.first_root_sha256 = absl::HexStringToBytes(hex);
    }
    hubs += peer.is_hub() ? 1 : 0;
    config->peers.push_back(std::move(checked));
  }
  if (hubs != (config->role == NodeRole::kHub ? 0 : 1)) {
    return ConfigInvalid("peers", "exactly one with is_hub for a region, none for the hub");
  }
  return absl::OkStatus();
}

// One epoch is in use at any time, each from the end of the one before. `is_own`: the first one
// listed is in use from the start; of carried keys, earlier ones may be in the store.
absl::Status CheckEpochTerms(absl::string_view list, const std::vector<EpochKeyConfig>& keys,
                             bool is_own) {
  std::map<JurisdictionId, std::map<uint32_t, absl::Time>> terms;
  for (const EpochKeyConfig& key : keys) terms[key.jurisdiction][key.epoch] = key.from;
  for (const auto& [jurisdiction, epochs] : terms) {
    const auto named = [&, &of = jurisdiction](uint32_t epoch) {
      return absl::StrCat(list, ": from of epoch ", epoch, " of ", of.value());
    };
    if (epochs.size() > kTagEpochsMax) {
      return ConfigInvalid(list, absl::StrCat("at most 64 epochs of ", jurisdiction.value()));
    }
    if (is_own && epochs.begin()->second != absl::InfinitePast()) {
      return ConfigInvalid(named(epochs.begin()->first),
                           "none: the first is in use from the start");
    }
    absl::Time before = absl::InfinitePast();
    for (const auto& [epoch, from] : epochs) {
      if (from < before || (from == before && from != absl::InfinitePast())) {
        return ConfigInvalid(named(epoch), "a time after that of the epoch before");
      }
      before = from;
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKeys(const gateway::v1::KeyFiles& keys, const std::string& folder,
                       NodeConfig* config) {
  std::set<std::string> seen;
  const auto take = [&](const std::string& field, const std::string& path,
                        std::string* target) -> absl::Status {
    MRG_ASSIGN_OR_RETURN(*target, ConfigPath(field, path, folder));
    if (!seen.insert(*target).second) {
      return ConfigInvalid(field, "a file of its own: a key serves one role");
    }
    return absl::OkStatus();
  };
  MRG_RETURN_IF_ERROR(
      take("keys.timestamp_path", keys.timestamp_path(), &config->timestamp_key_path));
  MRG_RETURN_IF_ERROR(take("keys.snapshot_path", keys.snapshot_path(), &config->snapshot_key_path));
  if (config->role == NodeRole::kRegion || !keys.status_path().empty()) {
    MRG_RETURN_IF_ERROR(take("keys.status_path", keys.status_path(), &config->status_key_path));
  }
  MRG_RETURN_IF_ERROR(take("keys.log_path", keys.log_path(), &config->log_key_path));
  MRG_RETURN_IF_ERROR(
      take("keys.idempotency_path", keys.idempotency_path(), &config->idempotency_key_path));

  const std::set<JurisdictionId> own(config->jurisdictions.begin(), config->jurisdictions.end());
  std::set<std::pair<std::string, uint32_t>> epochs;
  std::set<JurisdictionId> with_key;
  const auto take_epoch_key = [&](const std::string& field, const gateway::v1::EpochKeyFile& key,
                                  bool is_own,
                                  std::vector<EpochKeyConfig>* target) -> absl::Status {
    MRG_ASSIGN_OR_RETURN(JurisdictionId jurisdiction,
                         ConfigId<JurisdictionId>(field + ".jurisdiction", key.jurisdiction()));
    if (own.contains(jurisdiction) != is_own) {
      return ConfigInvalid(field + ".jurisdiction",
                           is_own ? "one of jurisdictions" : "none of jurisdictions");
    }
    if (key.epoch() == 0 || !epochs.emplace(jurisdiction.value(), key.epoch()).second) {
      return ConfigInvalid(field + ".epoch", "a number from 1, once for the jurisdiction");
    }
    EpochKeyConfig checked{std::move(jurisdiction), key.epoch(), ""};
    if (key.has_from()) {
      if (!IsInYears1To9999(key.from()) || key.from().nanos() != 0 || key.from().seconds() <= 0) {
        return ConfigInvalid(field + ".from", "whole seconds of the years 1970 to 9999");
      }
      checked.from = ToTime(key.from());
    }
    MRG_RETURN_IF_ERROR(take(field + ".path", key.path(), &checked.path));
    target->push_back(std::move(checked));
    return absl::OkStatus();
  };
  for (int i = 0; i < keys.epoch_keys_size(); ++i) {
    MRG_RETURN_IF_ERROR(take_epoch_key(absl::StrCat("keys.epoch_keys[", i, "]"), keys.epoch_keys(i),
                                       true, &config->epoch_keys));
    with_key.insert(config->epoch_keys.back().jurisdiction);
  }
  if (config->role == NodeRole::kHub && keys.carried_epoch_keys_size() != 0) {
    return ConfigInvalid("keys.carried_epoch_keys", "none for the hub");
  }
  for (int i = 0; i < keys.carried_epoch_keys_size(); ++i) {
    MRG_RETURN_IF_ERROR(take_epoch_key(absl::StrCat("keys.carried_epoch_keys[", i, "]"),
                                       keys.carried_epoch_keys(i), false,
                                       &config->carried_epoch_keys));
  }
  MRG_RETURN_IF_ERROR(CheckEpochTerms("keys.epoch_keys", config->epoch_keys, true));
  MRG_RETURN_IF_ERROR(
      CheckEpochTerms("keys.carried_epoch_keys", config->carried_epoch_keys, false));
  for (const JurisdictionId& jurisdiction : own) {
    if (with_key.count(jurisdiction) == 0) {
      return ConfigInvalid("keys.epoch_keys", absl::StrCat("a key for ", jurisdiction.value()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLifetime(absl::string_view field, const gateway::v1::Lifetime& lifetime,
                           LifetimeConfig* target) {
  MRG_ASSIGN_OR_RETURN(target->valid,
                       ConfigDuration(absl::StrCat(field, ".valid"), lifetime.valid(),
                                      absl::Seconds(1), absl::Hours(24 * 365)));
  MRG_ASSIGN_OR_RETURN(target->renew_after,
                       ConfigDuration(absl::StrCat(field, ".renew_after"), lifetime.renew_after(),
                                      absl::Milliseconds(1), target->valid));
  if (target->renew_after == target->valid) {
    return ConfigInvalid(absl::StrCat(field, ".renew_after"), "less than valid");
  }
  return absl::OkStatus();
}

absl::Status CheckLogLevel(gateway::v1::LogLevel level, NodeConfig* config) {
  switch (level) {
    case gateway::v1::LOG_LEVEL_UNSPECIFIED:
    case gateway::v1::LOG_LEVEL_INFO:
      config->log_level = EventLevel::kInfo;
      return absl::OkStatus();
    case gateway::v1::LOG_LEVEL_WARNING:
      config->log_level = EventLevel::kWarning;
      return absl::OkStatus();
    case gateway::v1::LOG_LEVEL_ERROR:
      config->log_level = EventLevel::kError;
      return absl::OkStatus();
    default:
      return ConfigInvalid("log_level", "LOG_LEVEL_INFO, LOG_LEVEL_WARNING or LOG_LEVEL_ERROR");
  }
}

absl::Status CheckLimits(const gateway::v1::NodeConfig& proto, NodeConfig* config) {
  const gateway::v1::Lifetimes& lifetimes = proto.lifetimes();
  if (lifetimes.has_timestamp()) {
    MRG_RETURN_IF_ERROR(
        CheckLifetime("lifetimes.timestamp", lifetimes.timestamp(), &config->timestamp_lifetime));
  }
  if (lifetimes.has_snapshot()) {
    MRG_RETURN_IF_ERROR(
        CheckLifetime("lifetimes.snapshot", lifetimes.snapshot(), &config->snapshot_lifetime));
  }
  if (lifetimes.has_status()) {
    MRG_RETURN_IF_ERROR(
        CheckLifetime("lifetimes.status", lifetimes.status(), &config->status_lifetime));
  }
  if (lifetimes.has_root_alarm()) {
    MRG_ASSIGN_OR_RETURN(config->root_alarm,
                         ConfigDuration("lifetimes.root_alarm", lifetimes.root_alarm(),
                                        absl::Seconds(1), absl::Hours(24 * 365)));
  }
  if (lifetimes.has_targets_alarm()) {
    MRG_ASSIGN_OR_RETURN(config->targets_alarm,
                         ConfigDuration("lifetimes.targets_alarm", lifetimes.targets_alarm(),
                                        absl::Seconds(1), absl::Hours(24 * 365)));
  }
  if (proto.executor_threads() > kExecutorThreadsMax) {
    return ConfigInvalid("executor_threads", absl::StrCat("at most ", kExecutorThreadsMax));
  }
  if (proto.executor_threads() != 0) config->executor_threads = proto.executor_threads();
  if (proto.salt_retention_days() > kSaltRetentionDaysMax) {
    return ConfigInvalid("salt_retention_days", absl::StrCat("at most ", kSaltRetentionDaysMax));
  }
  if (proto.salt_retention_days() != 0) {
    config->salt_retention = absl::Hours(24) * proto.salt_retention_days();
  }
  MRG_RETURN_IF_ERROR(CheckLogLevel(proto.log_level(), config));
  config->call_log = !proto.no_call_log();
  if (proto.has_poll_period()) {
    MRG_ASSIGN_OR_RETURN(config->poll_period,
                         ConfigDuration("poll_period", proto.poll_period(), absl::Milliseconds(100),
                                        absl::Hours(1)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<gateway::v1::NodeConfig> ParseNodeConfigText(absl::string_view text) {
  gateway::v1::NodeConfig config;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(text), &config)) {
    return MakeError(Reason::kConfigInvalid, error.text());
  }
  return config;
}

absl::StatusOr<NodeConfig> CheckNodeConfig(const gateway::v1::NodeConfig& proto,
                                           const std::string& folder, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(MemberId member, ConfigId<MemberId>("member", proto.member()));
  NodeConfig config(std::move(member));
  MRG_ASSIGN_OR_RETURN(config.data_dir, ConfigPath("data_dir", proto.data_dir(), folder));
  MRG_RETURN_IF_ERROR(CheckIdentityFields(proto, &config));
  MRG_RETURN_IF_ERROR(CheckLogMark(proto, folder, &config));
  MRG_RETURN_IF_ERROR(CheckListeners(proto.listeners(), folder, &config));
  MRG_RETURN_IF_ERROR(CheckLimits(proto, &config));
  MRG_RETURN_IF_ERROR(CheckKeys(proto.keys(), folder, &config));
  MRG_RETURN_IF_ERROR(CheckTls(proto, folder, now, &config));
  absl::flat_hash_set<std::string> trust_domains;
  for (const auto& domain : proto.trust_domains()) trust_domains.insert(domain.name());
  MRG_ASSIGN_OR_RETURN(config.authorization_rules,
                       CheckAuthorization(proto.authorization(), trust_domains));
  MRG_RETURN_IF_ERROR(CheckPeers(proto, folder, &config));
  config.written = proto;
  return config;
}

absl::StatusOr<NodeConfig> LoadNodeConfig(const std::string& path, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::string text,
                       ReadConfigFile("configuration", path, Reason::kConfigInvalid));
  const auto parsed = ParseNodeConfigText(text);
  if (!parsed.ok()) {
    absl::string_view message = parsed.status().message();
    message.remove_prefix(message.find(": ") + 2);
    return MakeError(Reason::kConfigInvalid, absl::StrCat(path, ": ", message));
  }
  const size_t slash = path.rfind('/');
  return CheckNodeConfig(*parsed, slash == std::string::npos ? "." : path.substr(0, slash), now);
}

}  // namespace mrg
