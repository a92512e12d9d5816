#ifndef MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_
#define MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_

// Who answers on a channel to another node. A chain to the peer's CA shows only that the
// certificate is of that member, and a member's platforms, workers and operators hold such
// certificates too; the one that answers must be a node (SPEC 1).
//
// Thread-safe: a pure function; the verifier has no state.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/tls_certificate_verifier.h"

namespace mrg {

// Checks the URI SANs of a server: exactly one, a SPIFFE id of `trust_domain` under /node/.
// Errors: IDENTITY_INVALID stating what was expected. Source: SPIFFE X.509-SVID 2, 5.2.
absl::Status CheckNodeUris(const std::vector<std::string>& uris, absl::string_view trust_domain);

// Result: CheckNodeUris as a step of a channel's handshake, after the chain was verified.
std::shared_ptr<grpc::experimental::CertificateVerifier> NewNodeVerifier(
    absl::string_view trust_domain);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_NODE_VERIFIER_H_
