#ifndef MRG_GATEWAY_RPC_PEER_CHANNEL_H_
#define MRG_GATEWAY_RPC_PEER_CHANNEL_H_

// Channels to other nodes. The peer's certificate must chain to that peer's own bundle, so another
// member's CA cannot answer in its place, and must be a node's, so no platform of the peer can.
//
// Thread-safe: pure function; the channel is thread-safe.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"

namespace mrg {

struct PeerChannelOptions {
  std::string endpoint;       // "host:port"; the certificate must carry the host as a SAN
  std::string trust_domain;   // the peer's; its one URI SAN must be spiffe://<this>/node/...
  std::string ca_bundle_pem;  // of that trust domain alone
  // The own certificate chain and key.
  std::string certificate_pem;
  std::string private_key_pem;
};

// Result: a channel of its own connection, connecting when first used. It takes messages of at most
// kTrustMessageBytesMax
// (trustlist/metadata_limits.h). Errors: CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
absl::StatusOr<std::shared_ptr<grpc::Channel>> NewPeerChannel(const PeerChannelOptions& options);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEER_CHANNEL_H_
