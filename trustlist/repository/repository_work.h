#ifndef MRG_TRUSTLIST_REPOSITORY_REPOSITORY_WORK_H_
#define MRG_TRUSTLIST_REPOSITORY_REPOSITORY_WORK_H_

// The own repository as it was read, with the rows that it was read from, and what one change makes
// of it. It is written only while those rows stand, so that of two writers of one store the second
// begins again instead of publishing two contents under one version.
//
// Threads: a work belongs to one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/public_key.h"
#include "gateway/storage/write_set.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

struct RoleFile {
  NamedFile file;         // version 0: none yet
  bool is_new = false;    // to be stored
  bool set_back = false;  // in place of all earlier versions, which were higher
};

struct RepositoryWork {
  std::optional<InForceStore::StoredRow> present;
  std::map<std::string, NewestRow> rows;     // newest versions as they were read, by role
  std::string root;                          // trusted one; empty before the first publication
  std::map<int64_t, std::string> new_roots;  // by version
  std::map<std::string, RoleFile> files;     // targets and delegated roles, by role
  RoleFile snapshot;
  RoleFile timestamp;
  // New roots rotate the keys of timestamp or snapshot: versions may begin anew (TUF 5.3.11).
  bool forgets_versions = false;
  std::string stored_snapshot;  // as before this change, for the rollback checks
  std::string stored_timestamp;
  std::map<std::string, std::string> blobs;  // new content

  // Result: whether a ceremony's file is among what is to be stored.
  bool HasNews() const;
  // Result: the version of the row of the set in force; nullopt before the first publication.
  std::optional<uint64_t> row_version() const;
};

// Reads the repository. Errors: STORE_CONFLICT when another writer changed it meanwhile;
// STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<RepositoryWork> LoadRepositoryWork(const MemberId& publisher,
                                                  const MetadataStore& metadata,
                                                  const InForceStore& in_force);

// Reads the newest row of a role that was not in force when `work` was read. Errors:
// STORE_UNAVAILABLE, STORE_CORRUPT.
absl::Status ReadRowOf(const MemberId& publisher, absl::string_view role,
                       const MetadataStore& metadata, RepositoryWork* work);

// Result: whether the new roots rotate the keys of timestamp or snapshot, after which clients
// trust no version of any role but root (TUF 5.3.11). Errors: METADATA_MALFORMED.
absl::StatusOr<bool> RotatesOnlineKeys(const RepositoryWork& work);

// Result: whether no root before the newest one, of those stored (`roots`) and the new ones, takes
// what `key` signs as a timestamp. Only such a key may begin versions anew: two files of one
// version that one root's keys signed are proof of a fork. Errors: METADATA_MALFORMED.
absl::StatusOr<bool> IsNewTimestampKey(const RepositoryWork& work,
                                       const std::vector<std::string>& roots, const PublicKey& key);

// Adds to `writes` all metadata that is to be stored, with preconditions on the rows that were
// read. Errors: METADATA_MISMATCH when a version would not rise; STORE_UNAVAILABLE, STORE_CORRUPT.
absl::Status StageMetadata(const MemberId& publisher, const MetadataStore& metadata,
                           const RepositoryWork& work, absl::Time now, WriteSet* writes);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_REPOSITORY_WORK_H_
