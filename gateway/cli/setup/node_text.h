#ifndef MRG_GATEWAY_CLI_SETUP_NODE_TEXT_H_
#define MRG_GATEWAY_CLI_SETUP_NODE_TEXT_H_

// The text of a node's configuration as a person can follow and go on writing it.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/cli/setup/member_plan.h"

namespace mrg {

// Where the files are, below the folder of the configuration.
inline constexpr char kConfigFile[] = "node.textproto";
inline constexpr char kHubRootFile[] = "hub/root.json";
inline constexpr char kHubCaFile[] = "hub/ca.pem";

// Result: the configuration of the plan's node, with comments. REQUIRES: a completed plan.
std::string NodeText(const MemberPlan& plan);

// Another region's node, as a configuration names it.
struct NamedPeer {
  std::string member;
  std::string endpoint;
  std::string trust_domain;
  std::string ca_path;          // below the folder of the configuration
  std::string root_sha256_hex;  // of its first root
  bool exchanges_keys = false;  // of licence tags, as regions do and the hub does not
};

// Result: `text` with the peer, its trust domain, and the rule that lets its node in; the rest as
// it was. Errors: CONFIG_INVALID when `text` is none, names the member already, or has not the one
// line "authorization {" behind which the rule goes.
absl::StatusOr<std::string> WithPeer(absl::string_view text, const NamedPeer& peer);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_NODE_TEXT_H_
