#ifndef MRG_GATEWAY_CONFIG_TLS_FILES_H_
#define MRG_GATEWAY_CONFIG_TLS_FILES_H_

// The files that TLS rests on, and what stands in them. They are read at start and again whenever
// they change, by the same functions.
//
// Thread-safe: plain values; the functions read files.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {

struct TlsFiles {
  std::string certificate_path;
  std::string key_path;
  std::string identity;  // the one URI SAN of the certificate: the node's SPIFFE id
  std::map<std::string, std::string> ca_bundle_paths;  // by trust domain
  std::map<std::string, std::string> crl_paths;        // by trust domain; those that have one
};

// The node's own certificate chain, leaf first, and the key that belongs to the leaf.
struct OwnCertificate {
  std::string certificate_pem;
  std::string private_key_pem;
  absl::Time ends;  // not_after of the leaf

  bool operator==(const OwnCertificate&) const = default;
};

// Reads certificate and key; at most 1 MiB each. Errors: CERTIFICATE_UNREADABLE,
// CERTIFICATE_KEY_MISMATCH, KEY_FILE_INVALID naming field and file; CONFIG_INVALID for a
// certificate of another identity, and for one that is not valid at `now` or that no CA of its
// trust domain in `bundles` certifies.
absl::StatusOr<OwnCertificate> LoadOwnCertificate(const TlsFiles& files,
                                                  const TrustBundles& bundles, absl::Time now);

// Reads the CA bundle of each trust domain; at most 1 MiB each. Result: all of them, or none.
// Errors: CERTIFICATE_UNREADABLE naming the file; those of TrustBundles::Add.
absl::StatusOr<TrustBundles> LoadTrustBundles(const TlsFiles& files);

// Reads the lists of revoked certificates; at most 1 MiB each. Result: all of them, or none.
// Errors: CERTIFICATE_UNREADABLE naming the file.
absl::StatusOr<RevocationsByDomain> LoadRevocations(const TlsFiles& files);

// Checks lists that are to replace those in use: of each CA whose list `before` holds at `now` they
// have one that holds, too, and was issued no earlier, or what was revoked would be trusted again.
// Errors: CONFIG_INVALID naming the field.
absl::Status CheckRevocationsContinue(const RevocationsByDomain& before,
                                      const RevocationsByDomain& next, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_TLS_FILES_H_
