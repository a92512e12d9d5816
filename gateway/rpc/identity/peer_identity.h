#ifndef MRG_GATEWAY_RPC_IDENTITY_PEER_IDENTITY_H_
#define MRG_GATEWAY_RPC_IDENTITY_PEER_IDENTITY_H_

// Who is calling. The TLS layer has only shown that one of the federation's CAs vouches for the
// peer; here the peer's chain is checked again, against the bundle of the trust domain that its
// SPIFFE id names, so that one member's CA cannot issue identities of another (docs/threats.md
// R14).
//
// Thread-safe.

#include <memory>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {

// What a connection's peer showed in its handshake, whoever made it; PEM, at most one leaf.
struct PresentedCertificate {
  bool over_tls = false;
  std::string leaf_pem;   // empty: none
  std::string chain_pem;  // what was sent beside it; may be empty
};

class PeerIdentity {
 public:
  virtual ~PeerIdentity() = default;

  // Result: the peer's identity at `now`. Errors: IDENTITY_INVALID stating what was expected.
  virtual absl::StatusOr<SpiffeId> Of(const PresentedCertificate& presented, absl::Time now) = 0;
};

// Identities of the mTLS listeners (certified_identity.h). A chain of more than kPeerChainBytesMax
// bytes or kPeerChainCertificatesMax certificates is refused before anything is made of it. A
// verified chain is remembered for five
// minutes or until the certificate or a list of revocations ends, whichever is first.
class TlsPeerIdentity : public PeerIdentity {
 public:
  explicit TlsPeerIdentity(TrustBundles bundles);
  absl::StatusOr<SpiffeId> Of(const PresentedCertificate& presented, absl::Time now) override;

  // From now on chains must lead to these bundles, also those of connections that are open.
  void Replace(TrustBundles bundles);
  // From now on identities of the domains named here are checked against these lists, also those of
  // connections that are open.
  void ReplaceRevocations(RevocationsByDomain revocations);

 private:
  struct Verified {
    SpiffeId identity;
    absl::Time from;   // when it was verified; a clock that steps back before it verifies again
    absl::Time until;  // exclusive
  };

  // What chains are checked against.
  struct Basis {
    TrustBundles bundles;
    RevocationsByDomain revocations;
  };

  Mutex mu_;
  std::shared_ptr<const Basis> basis_ ABSL_GUARDED_BY(mu_);
  // By SHA-256 of certificate and chain: a peer chooses how long those are.
  std::unordered_map<std::string, Verified> verified_ ABSL_GUARDED_BY(mu_);
};

// The admin listener: connections without TLS only, all of them "spiffe://local/admin". Give it to
// no service of another listener.
class AdminSocketIdentity : public PeerIdentity {
 public:
  absl::StatusOr<SpiffeId> Of(const PresentedCertificate& presented, absl::Time now) override;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_IDENTITY_PEER_IDENTITY_H_
