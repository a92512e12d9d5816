#ifndef MRG_GATEWAY_CEREMONY_HISTORY_H_
#define MRG_GATEWAY_CEREMONY_HISTORY_H_

// What was published of the roles that people sign: version by version who signed it and what it
// changed, from the files that a node keeps of a publisher. A node that follows keeps the versions
// that it took; the publisher's own has all. The files do not say when they were signed.
//
// Threads: the node is asked by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

struct HistoryOptions {
  std::string role;         // only this one; empty: root, targets and all that targets delegate to
  size_t versions_max = 1;  // of each role, the newest
};

// What a version did to one target. The counts are those of a tree's entries; of a list of issuers
// an entry that got a state counts under that state alone.
struct ContentChange {
  std::string path;
  bool is_tree = false;
  bool is_new = false;
  bool is_gone = false;
  size_t added = 0;
  size_t removed = 0;
  size_t changed = 0;
  size_t suspended = 0;
  size_t retired = 0;
  size_t compromised = 0;
};

// Who signs a role from a version on. Keys are named by SHA-256 of their SubjectPublicKeyInfo, 32
// raw bytes; one that no file lists by its key id.
struct SignersChange {
  std::string role;
  std::vector<std::string> came;
  std::vector<std::string> went;
  int64_t threshold = 0;  // 0: nobody does, the delegation is gone
};

struct PublishedVersion {
  std::string role;
  std::optional<int64_t> before;  // the version that it is compared with; nullopt: with nothing
  // Earlier versions were published and are not kept at the node: what it changed is not known.
  bool is_oldest_kept = false;
  int64_t version = 0;
  std::string expires;  // as the file states it
  // Keys whose signature verifies, each once, as in SignersChange. Whether they were enough is what
  // the node judged when it took the file.
  std::vector<std::string> signers;
  size_t unknown_signatures = 0;  // by no key that a kept file lists
  std::vector<SignersChange> signers_changes;
  std::vector<ContentChange> content_changes;
};

// Result: by role, root first; of each the newest version first.
// Errors: NotFound for a role that there is not; METADATA_MALFORMED, ISSUER_LIST_INVALID; as
// Fetcher and NodeSource.
absl::StatusOr<std::vector<PublishedVersion>> ReadHistory(const HistoryOptions& options,
                                                          Fetcher* node);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_HISTORY_H_
