#ifndef MRG_TRUSTLIST_REPOSITORY_REPOSITORY_EDITOR_H_
#define MRG_TRUSTLIST_REPOSITORY_REPOSITORY_EDITOR_H_

// Makes the `signed` parts of a repository's files: from keys and thresholds, delegations, and the
// files that a snapshot or timestamp names. No signing, no files.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/public_key.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {

// Who may sign a role.
struct RoleSigners {
  std::vector<PublicKey> keys;
  int threshold = 1;  // in [1, keys.size()]
};

struct RootContent {
  RoleSigners root;
  RoleSigners timestamp;
  RoleSigners snapshot;
  RoleSigners targets;
};

// Result: a root draft, consistent snapshots on. Source: TUF 1.0 section 4.3.
MetadataDraft MakeRoot(const RootContent& content, int64_t version, absl::Time expires);

struct Delegation {
  std::string role;
  RoleSigners signers;
  std::vector<std::string> paths;  // patterns; `*` never matches '/'
};

// Result: a targets draft with terminating delegations in the given order; none for the file of a
// delegated role. Source: TUF 1.0 section 4.5.
MetadataDraft MakeTargets(const std::vector<Delegation>& delegations, int64_t version,
                          absl::Time expires);

// What a parent says of a file.
struct NamedFile {
  int64_t version = 0;
  std::string bytes;
};

// Result: a snapshot draft naming `files` (role -> file) by version, length and SHA-256.
// Source: TUF 1.0 section 4.4.
MetadataDraft MakeSnapshot(const std::map<std::string, NamedFile>& files, int64_t version,
                           absl::Time expires);

// Result: a timestamp draft naming the snapshot, and `previous` in x-mrg-prev.
// Source: TUF 1.0 section 4.6; docs/formats/tuf-metadata.md.
MetadataDraft MakeTimestamp(const NamedFile& snapshot,
                            const std::optional<PreviousTimestamp>& previous, int64_t version,
                            absl::Time expires);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_REPOSITORY_EDITOR_H_
