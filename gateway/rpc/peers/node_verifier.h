#ifndef MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_
#define MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_

// Who answers on a channel to another node. A chain to the peer's CA shows only that the
// certificate is of that member, and a member's platforms, workers and operators hold such
// certificates too; the one that answers must be a node (docs/CERTIFICATES.md).
//
// Thread-safe: a pure function; the verifier is immutable.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/trust_bundles.h"
#include "grpcpp/security/tls_certificate_verifier.h"

namespace mrg {

// Checks that `identity` is a node of `trust_domain`. Errors: IDENTITY_INVALID.
absl::Status CheckIsNode(const SpiffeId& identity, absl::string_view trust_domain);

struct NodeVerifierOptions {
  std::string trust_domain;  // the peer's, the only one in `bundles`
  TrustBundles bundles;
  RevocationsByDomain revocations;
  const Clock* clock;  // must outlive the verifier
};

// Result: CertifyIdentity and CheckIsNode as a step of a channel's handshake, after gRPC verified
// chain and host name.
std::shared_ptr<grpc::experimental::CertificateVerifier> NewNodeVerifier(
    NodeVerifierOptions options);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_
