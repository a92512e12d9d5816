#ifndef MRG_GATEWAY_FEDERATION_PEER_H_
#define MRG_GATEWAY_FEDERATION_PEER_H_

// Another member as the configuration names it: where its node is, which CA vouches for it, and
// with which root trust in its lists may begin.

#include <optional>
#include <string>

#include "gateway/base/identifiers.h"

namespace mrg {

struct Peer {
  MemberId member;
  std::string endpoint;  // "host:port"
  std::string trust_domain;
  std::string ca_bundle_pem;              // of `trust_domain` alone
  std::optional<std::string> first_root;  // bytes of the root file, when the config names one
  std::string first_root_sha256;          // 32 bytes, when it names a digest; else empty
  bool is_hub = false;
  bool pinned = false;  // the hub's list takes over nothing
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_H_
