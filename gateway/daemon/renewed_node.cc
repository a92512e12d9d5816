#include "gateway/daemon/renewed_node.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
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
  const RealClock clock;
  StderrEventLog(&clock).WriteFailure(Event::kNodeStartFailed, node.status());
}

}  // namespace mrg
