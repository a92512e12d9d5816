#ifndef MRG_GATEWAY_CEREMONY_ISSUER_ADDITION_H_
#define MRG_GATEWAY_CEREMONY_ISSUER_ADDITION_H_

// One key of an issuing authority more in a jurisdiction's list, without writing the list.
//
// Threads: one process at a time edits a folder.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

struct AddIssuerOptions {
  std::string jurisdiction;             // whose list
  std::string issuer_code;              // GB 32100, 18 characters
  std::string name;                     // of the authority
  std::vector<std::string> type_codes;  // that the key signs, at least one
  std::vector<std::string> areas;       // prefixes of GB/T 2260; none: the whole jurisdiction
  std::string from;                     // as ParseInstantFrom; empty: now
};

// An entry in a list that waits for its signature.
struct AddedIssuer {
  std::string path;  // of the list
  std::string role;  // that must sign
  std::string id;    // of the entry
};

// Adds `key` to the list as it is staged or published, or begins it, and stages it.
// Errors: ISSUER_LIST_INVALID and FIELD_MALFORMED as ReadIssuersText, naming the flag that is
// wrong:
// --code, --name, --type, --area, --from, --jurisdiction; AlreadyExists when the list has the key.
absl::StatusOr<AddedIssuer> AddIssuer(const AddIssuerOptions& options, const PublicKey& key,
                                      absl::Time now, RepositoryFolder* folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_ISSUER_ADDITION_H_
