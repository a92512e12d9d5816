#ifndef MRG_GATEWAY_CRYPTO_REVOCATION_LIST_H_
#define MRG_GATEWAY_CRYPTO_REVOCATION_LIST_H_

// Lists of revoked certificates, as a CA signs them.
//
// Thread-safe: immutable values and pure functions.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

struct RevocationListHandle;

class RevocationList {
 public:
  // When the CA will have issued the next one; this one says nothing from then on.
  absl::Time next_update() const { return next_update_; }

  // True when both are of one CA and this one was issued no earlier.
  bool Continues(const RevocationList& before) const;

  // True when both are the same signed list.
  bool operator==(const RevocationList& other) const;

  // For this package only: the parsed list.
  const RevocationListHandle& handle() const { return *handle_; }

 private:
  friend absl::StatusOr<std::vector<RevocationList>> ParsePemRevocationLists(absl::string_view pem);
  RevocationList() = default;

  absl::Time next_update_;
  std::shared_ptr<const RevocationListHandle> handle_;
};

// The lists of the CAs of each trust domain whose certificates are checked against any.
using RevocationsByDomain = std::map<std::string, std::vector<RevocationList>>;

// Parses every X509 CRL block of `pem`, in order; at least one, each with a nextUpdate.
// Errors: CERTIFICATE_UNREADABLE. Source: RFC 5280 5.
absl::StatusOr<std::vector<RevocationList>> ParsePemRevocationLists(absl::string_view pem);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_REVOCATION_LIST_H_
