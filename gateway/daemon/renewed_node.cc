#include "gateway/daemon/renewed_node.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/event_log.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/config_change.h"
#include "gateway/config/node_keys.h"
#include "gateway/storage/data_folder.h"

namespace mrg {
namespace {

void KeepPort(int port, std::string* address) {
  if (!address->empty()) {
    *address = absl::StrCat(address->substr(0, address->rfind(':')), ":", port);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<RenewedNode>> RenewedNode::Start(const NodeConfig& config,
                                                                const StartOptions& options) {
  auto node = Node::Start(config, options);
  if (!node.ok()) return node.status();
  return std::unique_ptr<RenewedNode>(new RenewedNode(config, *std::move(node)));
}

RenewedNode::RenewedNode(NodeConfig config, std::unique_ptr<Node> node)
    : config_(std::move(config)), node_(std::move(node)) {
  KeepPort(node_->api_port(), &config_.api_address);
  KeepPort(node_->federation_port(), &config_.federation_address);
  KeepPort(node_->metrics_port(), &config_.metrics_address);
  KeepPort(node_->rest_port(), &config_.rest_address);
}

void RenewedNode::Look() {
  if (node_ != nullptr && !node_->NeedsNewStart()) return;
  if (!TryWriting(config_.data_dir).ok()) return;
  if (node_ != nullptr) {
    Node::Memory memory = node_->Remember();
    config_.own_certificate = std::move(memory.tls.own);
    config_.trust_bundles = std::move(memory.tls.bundles);
    config_.revocations = std::move(memory.tls.revocations);
    log_head_ = std::move(memory.log_head);
    node_.reset();
  }
  // What the operator accepted at the first start held for that one.
  auto node = Node::Start(config_, {.accept_unwitnessed = false, .log_head = log_head_});
  if (node.ok()) {
    node_ = *std::move(node);
    return;
  }
  events_.WriteFailure(Event::kNodeStartFailed, node.status());
}

void RenewedNode::Reload(const std::string& path) {
  const absl::Status taken_up = TakeUp(path);
  if (!taken_up.ok()) events_.WriteFailure(Event::kConfigReloadRefused, taken_up);
  if (node_ == nullptr) return;
  if (taken_up.ok()) {
    node_->CountReload("OK");
  } else {
    node_->CountReload(ReasonOf(taken_up).value_or(Reason::kConfigInvalid));
  }
}

absl::Status RenewedNode::TakeUp(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const NodeConfig next, LoadNodeConfig(path, clock_.Now()));
  MRG_RETURN_IF_ERROR(LoadNodeKeys(next).status());
  ConfigChange change = ChangeOf(config_, next);
  if (node_ != nullptr) {
    MRG_RETURN_IF_ERROR(node_->Reload(change.now));
  }
  config_ = std::move(change.now);
  events_.SetLevel(config_.log_level);
  for (const std::string& field : change.need_restart) {
    events_.Write(Event::kConfigNeedsRestart, {{"field", OwnText(field)}});
  }
  const std::string taken_up = absl::StrJoin(change.taken_up, ", ");
  events_.Write(Event::kConfigReloaded,
                {{"member", config_.member}, {"taken_up", OwnText(taken_up)}});
  return absl::OkStatus();
}

}  // namespace mrg
