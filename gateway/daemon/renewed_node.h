#ifndef MRG_GATEWAY_DAEMON_RENEWED_NODE_H_
#define MRG_GATEWAY_DAEMON_RENEWED_NODE_H_

// The node as a process has it over time: a node whose store failed for want of room or descriptors
// is ended and started anew once files can be written again, as if the process had been restarted.
// What was not committed when the store failed was acknowledged to nobody.
//
// One thread.

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/node.h"
#include "gateway/daemon/start_options.h"

namespace mrg {

class RenewedNode {
 public:
  // Errors: as Node::Start.
  static absl::StatusOr<std::unique_ptr<RenewedNode>> Start(const NodeConfig& config,
                                                            const StartOptions& options);

  // To be called about once a second: starts the node anew when it must and can be.
  void Look();

  // Reads the configuration at `path` again and takes up what a running node can. What is wrong
  // with it is told, and then nothing of it counts; what needs a restart is told field by field.
  void Reload(const std::string& path);

 private:
  RenewedNode(NodeConfig config, std::unique_ptr<Node> node);

  absl::Status TakeUp(const std::string& path);

  const RealClock clock_;
  StderrEventLog events_{&clock_};
  NodeConfig config_;           // with the ports that were bound, and the certificates last used
  std::unique_ptr<Node> node_;  // null while a new start fails
  std::optional<std::string> log_head_;  // of the node before, as in StartOptions
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_RENEWED_NODE_H_
