#ifndef MRG_GATEWAY_CRYPTO_DEVELOPMENT_AUTHORITY_H_
#define MRG_GATEWAY_CRYPTO_DEVELOPMENT_AUTHORITY_H_

// A certification authority for the first hours of a trust domain: it makes certificates of the
// form that nodes demand, and holds its key in memory. It keeps no record of what it issued, and of
// what it revoked the list alone; a member's real CA follows its own procedures.
//
// Thread-safe: pure but for the randomness of keys and serial numbers.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"

namespace mrg {

// A certificate, one PEM block, and its EC P-256 key, PKCS#8 PEM without a passphrase.
struct KeyedCertificate {
  std::string certificate_pem;
  std::string private_key_pem;
};

// What a leaf is to say.
struct LeafRequest {
  SpiffeId identity;                   // its one URI SAN
  std::vector<std::string> dns_names;  // each an IsDnsName
  std::vector<std::string> addresses;  // each an IsIpAddress
  absl::Duration lifetime;             // from now on
};

// Result: true for a host name of DNS, 1 to 253 bytes, whose last label is not a number (RFC 1123
// 2.1); no wildcard.
bool IsDnsName(absl::string_view text);

// Result: true for an IPv4 address, or an IPv6 address without brackets.
bool IsIpAddress(absl::string_view text);

// Result: an authority of `trust_domain` that holds for `lifetime`, and since an hour, for clocks
// that are behind: keyCertSign and cRLSign, no CA below it, URI SAN spiffe://<trust domain>.
// REQUIRES: the domain is one of a SpiffeId. Errors: INVARIANT_BROKEN.
// Source: RFC 5280 4.2.1; SPIFFE X509-SVID 3.2, 4.
absl::StatusOr<KeyedCertificate> MakeDevelopmentAuthority(absl::string_view trust_domain,
                                                          absl::Duration lifetime, absl::Time now);

// Result: a leaf of `authority` with a new key: digitalSignature, for servers and clients alike,
// and with the names of `request` alone. It passed VerifyChain. Errors: CERTIFICATE_UNREADABLE,
// CERTIFICATE_KEY_MISMATCH for what is not an authority with its key; IDENTITY_INVALID for an
// authority of another trust domain, and for one that does not hold now or ends before the leaf
// would. Source: SPIFFE X509-SVID 2, 4, 5.
absl::StatusOr<KeyedCertificate> IssueDevelopmentCertificate(const KeyedCertificate& authority,
                                                             const LeafRequest& request,
                                                             absl::Time now);

// Result: the next list of revocations of `authority`, one PEM block: what `list_pem` has (empty:
// none was made yet) and the certificate (empty: no further one). It holds for `lifetime`, and
// since an hour, for clocks that are behind. Errors: CERTIFICATE_UNREADABLE,
// CERTIFICATE_KEY_MISMATCH for what is not an authority with its key; CERTIFICATE_UNREADABLE for a
// list or a certificate that is none; IDENTITY_INVALID for one that this authority did not sign.
// Source: RFC 5280 5.
absl::StatusOr<std::string> RevokeDevelopmentCertificate(const KeyedCertificate& authority,
                                                         absl::string_view list_pem,
                                                         absl::string_view certificate_pem,
                                                         absl::Duration lifetime, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_DEVELOPMENT_AUTHORITY_H_
