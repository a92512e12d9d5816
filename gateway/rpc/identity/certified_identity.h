#ifndef MRG_GATEWAY_RPC_IDENTITY_CERTIFIED_IDENTITY_H_
#define MRG_GATEWAY_RPC_IDENTITY_CERTIFIED_IDENTITY_H_

// Whom a certificate speaks for: one check for both ends of a connection, whoever began it.
//
// Thread-safe: a pure function.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {

struct CertifiedIdentity {
  SpiffeId identity;
  absl::Time until;  // exclusive: certificate or revocations end
};

// Checks one certificate (PEM) with exactly one URI SAN that is a SPIFFE id, valid at `now`, whose
// chain over `chain_pem` (may be empty) leads to its own trust domain's bundle and in which nothing
// is revoked. Errors: IDENTITY_INVALID stating what was expected.
// Source: SPIFFE X.509-SVID 2, 5.2; RFC 5280 6.
absl::StatusOr<CertifiedIdentity> CertifyIdentity(absl::string_view leaf_pem,
                                                  absl::string_view chain_pem,
                                                  const TrustBundles& bundles,
                                                  const RevocationsByDomain& revocations,
                                                  absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_IDENTITY_CERTIFIED_IDENTITY_H_
