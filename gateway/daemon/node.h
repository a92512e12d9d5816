#ifndef MRG_GATEWAY_DAEMON_NODE_H_
#define MRG_GATEWAY_DAEMON_NODE_H_

// The node: builds all parts in their order, from the store up to the listeners, and stops them in
// the reverse one. Only this package names concrete classes.

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/start_options.h"
#include "gateway/daemon/tls_in_use.h"
#include "gateway/metrics/label_value.h"

namespace mrg {

// Start and the destructor from one thread.
class Node {
 public:
  // Builds everything and serves. On an error nothing is left running.
  // Errors: CONFIG_INVALID, CERTIFICATE_*, KEY_FILE_INVALID, STORE_*, or what the parts say, with
  // the field or file that is wrong.
  static absl::StatusOr<std::unique_ptr<Node>> Start(NodeConfig config,
                                                     const StartOptions& options);

  // Cuts calls to other nodes, ends streams, lets running calls end within three seconds, writes
  // what waits for the log, stops.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Whether a write to the store failed, so that only a node that is started anew can commit.
  // A failed sync is none: nobody but an operator may go on after it (N03).
  bool NeedsNewStart() const;

  // What the node that is started after this one need not learn anew.
  struct Memory {
    TlsMaterial tls;
    std::optional<std::string> log_head;  // as in StartOptions
  };
  Memory Remember() const;

  // Takes up what ConfigChange names of a new configuration. Errors: as Authorization::Create;
  // then nothing was taken up.
  absl::Status Reload(const NodeConfig& config);
  // Counts a reload. `result`: "OK", or the reason of the refusal.
  void CountReload(LabelValue result) const;

  // Ports bound; 0 for a listener that was not asked for.
  int api_port() const;
  int federation_port() const;
  int metrics_port() const;
  int rest_port() const;

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_NODE_H_
