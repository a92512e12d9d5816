#ifndef MRG_GATEWAY_CLI_CERTIFICATE_FILES_H_
#define MRG_GATEWAY_CLI_CERTIFICATE_FILES_H_

// Certificates of the development CA as files: what a person asks for, and where it is kept. A pair
// is PREFIX.pem and PREFIX.key; an authority is the pair `ca` of its folder.
//
// Threads: one process at a time writes a folder.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/development_authority.h"

namespace mrg {

inline constexpr int kAuthorityDaysMax = 3650;
inline constexpr int kCertificateDaysMax = 398;

// A certificate as a person asks for it.
struct CertificateWish {
  std::string path;                    // of the identity, node/log-1 or /node/log-1
  std::vector<std::string> dns_names;  // may be empty, as may be the next
  std::vector<std::string> addresses;
  int days = 30;
};

// Checks a trust domain. Errors: FIELD_MALFORMED naming `flag`.
absl::Status CheckTrustDomain(absl::string_view flag, absl::string_view domain);

// Result: that many days. Errors: FIELD_MALFORMED naming `flag`, outside 1 to `days_max`.
absl::StatusOr<absl::Duration> DaysOf(absl::string_view flag, int days, int days_max);

// Result: the trust domain of the CA certificates in `pem`, as their URI SANs have it, one for all
// of them. Errors: CERTIFICATE_UNREADABLE naming `flag` when they do not say.
absl::StatusOr<std::string> TrustDomainOfCa(absl::string_view flag, absl::string_view pem);

// Result: the pair `ca` of `folder`. Errors: NotFound, KEY_FILE_INVALID, naming `flag`.
absl::StatusOr<KeyedCertificate> ReadAuthority(absl::string_view flag, const std::string& folder);

// Issues what `wish` asks for, in the authority's own trust domain.
// Errors: FIELD_MALFORMED naming the flag --identity, --dns, --ip or --days and what was expected;
// those of IssueDevelopmentCertificate naming --authority.
absl::StatusOr<KeyedCertificate> IssueWished(const KeyedCertificate& authority,
                                             const CertificateWish& wish, absl::Time now);

// Writes PREFIX.key (mode 0600) and PREFIX.pem, both or none. Errors: as WriteNewFile.
absl::Status WritePair(absl::string_view flag, const std::string& prefix,
                       const KeyedCertificate& pair);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CERTIFICATE_FILES_H_
