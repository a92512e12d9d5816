#ifndef MRG_GATEWAY_CEREMONY_REVOCATION_H_
#define MRG_GATEWAY_CEREMONY_REVOCATION_H_

// mrgctl trust revoke: gives keys of an issuer a state with its instants and stages the list for
// the signing ceremony. An entry is never deleted, and a state once signed never taken back.
//
// Threads: one process at a time edits a folder.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"

namespace mrg {

struct RevokeOptions {
  std::string jurisdiction = {};  // whose list
  std::string issuer_code = {};   // GB 32100, 18 characters
  std::string key = {};  // hex SHA-256 of the key's SPKI, at least 8 digits of it; empty: all keys
  std::string state = {};  // "retired", "suspended", "compromised"
  std::string from = {};   // as ParseInstantFrom
  std::string until = {};  // the same, of a suspension; empty: open
  bool far_ahead = false;  // `from` may lie more than ten years ahead (far_ahead.h)
};

// The entries that got the state, in a list that waits for its signature.
struct RevokedEntries {
  std::string path;                  // of the list
  std::string role;                  // that must sign
  std::vector<std::string> entries;  // ids, in the order of the list; not empty
  absl::Time from;                   // of the state
  std::optional<absl::Time> until = std::nullopt;
};

// Adds the state to the entries and stages the list.
// Errors: FIELD_MALFORMED naming the flag; NotFound when the list has no such issuer or key;
// AlreadyExists when all of them have the state already; ISSUER_LIST_INVALID when the staged list
// does not parse.
absl::StatusOr<RevokedEntries> RevokeIssuer(const RevokeOptions& options, absl::Time now,
                                            RepositoryFolder* folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_REVOCATION_H_
