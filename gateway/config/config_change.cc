#include "gateway/config/config_change.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/message_differencer.h"

namespace mrg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

struct ChangedField {
  std::string path;   // "peers.endpoint"
  std::string shown;  // "peers[1].endpoint"

  auto operator<=>(const ChangedField&) const = default;
};

// Collects the fields that differ, down to those of the configuration's own messages; of a list
// only itself, but for peers, which are told apart by their member.
class ChangedFields : public MessageDifferencer::Reporter {
 public:
  using Path = std::vector<MessageDifferencer::SpecificField>;

  void ReportAdded(const Message&, const Message&, const Path& path) override { Add(path); }
  void ReportDeleted(const Message&, const Message&, const Path& path) override { Add(path); }
  // Told of a message, too, when one of its fields was modified.
  void ReportModified(const Message&, const Message&, const Path& path) override {
    const FieldDescriptor* const last = path.back().field;
    if (last == nullptr || last->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) Add(path);
  }

  const std::set<ChangedField>& all() const { return all_; }

 private:
  void Add(const Path& path) {
    ChangedField changed;
    for (size_t i = 0; i < path.size(); ++i) {
      const FieldDescriptor* const field = path[i].field;
      if (field == nullptr || field->file()->package() != "mrg.gateway.v1") break;
      const char* const dot = changed.path.empty() ? "" : ".";
      absl::StrAppend(&changed.path, dot, field->name());
      absl::StrAppend(&changed.shown, dot, field->name());
      if (!field->is_repeated()) continue;
      const bool stays = field->name() == "peers" && i + 1 < path.size();
      if (!stays) break;
      absl::StrAppend(&changed.shown, "[", path[i].new_index, "]");
    }
    all_.insert(std::move(changed));
  }

  std::set<ChangedField> all_;
};

std::set<ChangedField> ChangesBetween(const gateway::v1::NodeConfig& running,
                                      const gateway::v1::NodeConfig& next) {
  MessageDifferencer differencer;
  ChangedFields fields;
  differencer.ReportDifferencesTo(&fields);
  differencer.TreatAsMap(gateway::v1::NodeConfig::descriptor()->FindFieldByName("peers"),
                         gateway::v1::Peer::descriptor()->FindFieldByName("member"));
  differencer.Compare(running, next);
  return fields.all();
}

// Whether no trust domain is gone by which the node itself or one of its peers is known.
bool KeepsTrustDomains(const NodeConfig& running, const NodeConfig& next) {
  const auto& bundles = next.tls_files.ca_bundle_paths;
  if (!bundles.contains(running.trust_domain)) return false;
  for (const Peer& peer : running.peers) {
    if (!bundles.contains(peer.trust_domain)) return false;
  }
  return true;
}

// Takes over the field at `path`. Result: false when it needs a restart.
bool TakeUp(const std::string& path, const NodeConfig& next, NodeConfig* now) {
  gateway::v1::NodeConfig& written = now->written;
  if (path == "log_level") {
    now->log_level = next.log_level;
    written.set_log_level(next.written.log_level());
  } else if (path == "no_call_log") {
    now->call_log = next.call_log;
    written.set_no_call_log(next.written.no_call_log());
  } else if (absl::StartsWith(path, "authorization")) {
    now->authorization_rules = next.authorization_rules;
    *written.mutable_authorization() = next.written.authorization();
  } else if (path == "tls.cert_path" || path == "tls.key_path") {
    now->tls_files.certificate_path = next.tls_files.certificate_path;
    now->tls_files.key_path = next.tls_files.key_path;
    now->own_certificate = next.own_certificate;
    written.mutable_tls()->set_cert_path(next.written.tls().cert_path());
    written.mutable_tls()->set_key_path(next.written.tls().key_path());
  } else if (path == "trust_domains" && KeepsTrustDomains(*now, next)) {
    now->tls_files.ca_bundle_paths = next.tls_files.ca_bundle_paths;
    now->tls_files.crl_paths = next.tls_files.crl_paths;
    now->trust_bundles = next.trust_bundles;
    now->revocations = next.revocations;
    *written.mutable_trust_domains() = next.written.trust_domains();
  } else if (path == "peers.endpoint" || path == "peers.pinned") {
    for (size_t i = 0; i < now->peers.size(); ++i) {
      for (size_t j = 0; j < next.peers.size(); ++j) {
        if (next.peers[j].member != now->peers[i].member) continue;
        now->peers[i].endpoint = next.peers[j].endpoint;
        now->peers[i].pinned = next.peers[j].pinned;
        gateway::v1::Peer* const peer = written.mutable_peers(static_cast<int>(i));
        peer->set_endpoint(next.peers[j].endpoint);
        peer->set_pinned(next.peers[j].pinned);
      }
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace

ConfigChange ChangeOf(const NodeConfig& running, const NodeConfig& next) {
  ConfigChange change{{}, {}, running};
  for (const ChangedField& field : ChangesBetween(running.written, next.written)) {
    const bool taken = TakeUp(field.path, next, &change.now);
    (taken ? change.taken_up : change.need_restart).push_back(field.shown);
  }
  return change;
}

}  // namespace mrg
