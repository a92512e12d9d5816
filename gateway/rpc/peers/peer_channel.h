#ifndef MRG_GATEWAY_RPC_PEERS_PEER_CHANNEL_H_
#define MRG_GATEWAY_RPC_PEERS_PEER_CHANNEL_H_

// Channels to other nodes. The peer's certificate must chain to that peer's own bundle, so another
// member's CA cannot answer in its place, and must be a node's, so no platform of the peer can; it
// must not be revoked. It is checked when a connection is made.
//
// Thread-safe: a pure function; the channel is thread-safe.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/crypto/revocation_list.h"
#include "grpcpp/channel.h"

namespace mrg {

struct PeerChannelOptions {
  std::string endpoint;       // "host:port"; the certificate must carry the host as a SAN
  std::string trust_domain;   // the peer's; its one URI SAN must be spiffe://<this>/node/...
  std::string ca_bundle_pem;  // of that trust domain alone
  // The own certificate chain and key.
  std::string certificate_pem;
  std::string private_key_pem;
  const Clock* clock;  // must outlive the channel; must be given
  // Of the peer's CAs. Empty: none are kept for its trust domain.
  std::vector<RevocationList> revocations = {};
  // An attempt to connect that brought no connection after this is given up: a handshake whose
  // bytes were lost or spoilt would wait for the rest of them.
  absl::Duration connect_timeout = absl::Seconds(5);
  // A peer that came back is dialled again within this time, at least 100 ms (gRPC's own bound).
  absl::Duration reconnect_max = absl::Seconds(5);
};

// Result: a channel of its own connection, connecting when first used. It takes messages of at most
// kTrustMessageBytesMax
// (trustlist/format/metadata_limits.h). Errors: CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
absl::StatusOr<std::shared_ptr<grpc::Channel>> NewPeerChannel(const PeerChannelOptions& options);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_PEER_CHANNEL_H_
