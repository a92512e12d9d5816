#ifndef MRG_GATEWAY_CONFIG_CONFIG_CHANGE_H_
#define MRG_GATEWAY_CONFIG_CONFIG_CHANGE_H_

// What a running node takes up of a configuration that was written anew, and what needs a restart.
//
// Thread-safe: a pure function.

#include <string>
#include <vector>

#include "gateway/config/node_config.h"

namespace mrg {

struct ConfigChange {
  // Fields as errors name them, "peers[1].endpoint"; sorted, each once.
  std::vector<std::string> taken_up;
  std::vector<std::string> need_restart;
  // The running configuration with what is taken up.
  NodeConfig now;
};

// Compares what the node runs with and a checked new configuration. Taken up are log_level,
// no_call_log, authorization, the files of the certificate, trust_domains unless one is gone that
// the node or a peer is known by, and of the peers that stay endpoint and pinned.
ConfigChange ChangeOf(const NodeConfig& running, const NodeConfig& next);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_CONFIG_CHANGE_H_
