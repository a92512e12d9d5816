#ifndef MRG_GATEWAY_MEMBERSHIP_TRUST_BUNDLES_H_
#define MRG_GATEWAY_MEMBERSHIP_TRUST_BUNDLES_H_

// The CA bundle of each trust domain. A certificate is checked against the bundle of the domain it
// claims and no other, although the TLS layer accepts any of them.
//
// Thread-safe after it is filled: fill it at start, then only read.

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/certificate.h"

namespace mrg {

class TrustBundles {
 public:
  // Adds `trust_domain` (syntax of a SPIFFE trust domain) with the CA certificates of `bundle_pem`.
  // Errors: CONFIG_INVALID when the name is malformed, "local" (the admin socket's own), or already
  // there; CERTIFICATE_UNREADABLE. Source: SPIFFE Trust Domain and Bundle 4.
  absl::Status Add(absl::string_view trust_domain, absl::string_view bundle_pem);

  // Result: the domain's certificates, owned by this; null for a domain that is not there.
  const std::vector<Certificate>* Find(absl::string_view trust_domain) const;

  // Result: the domain's certificates as PEM text, made anew; empty for a domain that is not there.
  std::string PemOf(absl::string_view trust_domain) const;

  // Puts another bundle, or another domain with its bundle, in the place of `old_domain`.
  // REQUIRES: `old_domain` is there. Errors: as Add; then nothing has changed.
  absl::Status Replace(absl::string_view old_domain, absl::string_view trust_domain,
                       absl::string_view bundle_pem);

  // Makes the domain what it is in `other`: of the same bundle, or not there.
  void TakeOver(const TrustBundles& other, absl::string_view trust_domain);

  // Two are equal when they hold the same certificates in the same order.
  bool operator==(const TrustBundles& other) const { return by_domain_ == other.by_domain_; }

  // Result: every bundle's PEM text one after the other, by domain, for the TLS layer.
  std::string all_pem() const;

 private:
  struct Bundle {
    std::vector<Certificate> certificates;
    std::string pem;

    bool operator==(const Bundle& other) const { return pem == other.pem; }
  };
  std::map<std::string, Bundle> by_domain_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_MEMBERSHIP_TRUST_BUNDLES_H_
