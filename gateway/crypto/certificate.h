#ifndef MRG_GATEWAY_CRYPTO_CERTIFICATE_H_
#define MRG_GATEWAY_CRYPTO_CERTIFICATE_H_

// X.509 certificates of mTLS peers: what identity needs of them, and the check of a chain against
// one trust domain's bundle.
//
// Thread-safe: immutable values and pure functions.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/revocation_list.h"

namespace mrg {

struct CertificateHandle;

class Certificate {
 public:
  // URI subject alternative names in their order (RFC 5280 4.2.1.6); may be empty.
  const std::vector<std::string>& uri_sans() const { return uri_sans_; }
  // DER SubjectPublicKeyInfo of the certified key.
  const std::string& spki_der() const { return spki_der_; }
  absl::Time not_before() const { return not_before_; }
  absl::Time not_after() const { return not_after_; }
  // Bytes of the DER subject (RFC 5280 4.1.2.6).
  size_t subject_bytes() const { return subject_bytes_; }
  // One PEM block with this certificate and nothing else, made anew.
  std::string Pem() const;

  // For this package only: the parsed certificate.
  const CertificateHandle& handle() const { return *handle_; }

 private:
  friend absl::StatusOr<std::vector<Certificate>> ParsePemCertificates(absl::string_view pem);
  Certificate() = default;

  std::vector<std::string> uri_sans_;
  std::string spki_der_;
  absl::Time not_before_;
  absl::Time not_after_;
  size_t subject_bytes_ = 0;
  std::shared_ptr<const CertificateHandle> handle_;
};

// Parses every CERTIFICATE block of `pem`, in order; at least one, and no block of another name,
// since readers do not agree on what to make of those.
// Errors: CERTIFICATE_UNREADABLE.
absl::StatusOr<std::vector<Certificate>> ParsePemCertificates(absl::string_view pem);

// Verifies that `leaf`, which is not a CA's, chains to a self-signed certificate of `bundle` at
// `now`, through `intermediates`. No other anchor counts, so one member's CA cannot vouch for
// another's identities. With `revocations` no certificate of the chain may be revoked, and for each
// of its CAs a list that holds at `now` must be among them: a list that is missing or has run out
// proves nothing.
// Errors: IDENTITY_INVALID with the verifier's words.
// Source: RFC 5280 6; SPIFFE X509-SVID 4.1, 5.
absl::Status VerifyChain(const Certificate& leaf, std::span<const Certificate> intermediates,
                         std::span<const Certificate> bundle, absl::Time now,
                         std::span<const RevocationList> revocations = {});

// Checks that the first certificate of `cert_pem` and the private key of `key_pem` belong together.
// Errors: CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
absl::Status CheckCertificateMatchesKey(absl::string_view cert_pem, absl::string_view key_pem);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_CERTIFICATE_H_
