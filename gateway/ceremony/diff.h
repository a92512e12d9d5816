#ifndef MRG_GATEWAY_CEREMONY_DIFF_H_
#define MRG_GATEWAY_CEREMONY_DIFF_H_

// How the staged files differ from the published ones, as values: what a signer is shown before
// signing, by whatever shows it.
//
// Threads: reads files only.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/prefix_tree/tree_diff.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {

// Who signs a top-level role from now on.
struct SignersDiff {
  std::string role;
  std::optional<RoleKeys> before;  // nullopt: no root is published yet
  RoleKeys after;

  // Result: true when the same keys sign by the same threshold as before.
  bool IsSame() const;
};

// A delegation that is new, changed (both are there) or gone (no `after`).
struct DelegationDiff {
  std::string role;
  std::optional<DelegatedRole> before;
  std::optional<DelegatedRole> after;
};

// A target that is new, changed or gone.
struct TargetDiff {
  std::string path;
  std::optional<TargetFile> before;
  std::optional<TargetFile> after;
};

struct RoleDiff {
  std::string role;
  std::optional<int64_t> version_before;  // nullopt: not published yet
  int64_t version = 0;
  std::string expires_before;  // as the file states it
  std::string expires;
  absl::Status signatures;  // OK: enough; otherwise what is missing

  // Of root.
  std::string root_sha256;           // of the canonical `signed` part, 32 raw bytes
  std::vector<SignersDiff> signers;  // of the four top-level roles
  // Of the other roles; by name, by path, those that are gone last.
  std::vector<DelegationDiff> delegations;
  std::vector<TargetDiff> targets;
};

// Result: how `after`, a file of `role`, differs from the one before; nullopt: from none. Nothing
// is said of signatures. Errors: METADATA_MALFORMED.
absl::StatusOr<RoleDiff> DiffVersions(const std::string& role,
                                      const std::optional<MetadataDraft>& before,
                                      const MetadataDraft& after);

// Result: the roles that differ, root first; empty when nothing is staged.
// Errors: NotFound, METADATA_MALFORMED.
absl::StatusOr<std::vector<RoleDiff>> DiffRepository(const RepositoryFolder& folder);

// Result: the content that the signer signs the digest of. REQUIRES: `target.after` is there.
// Errors: TARGET_NOT_FOUND when a file was changed after it was staged.
absl::StatusOr<std::string> ContentAfter(const RepositoryFolder& folder, const TargetDiff& target);

// Result: the content before; nullopt when there was none, or it is a tree's, or not kept.
std::optional<std::string> ContentBefore(const RepositoryFolder& folder, const TargetDiff& target);

// Hands over the entries that differ, in the order of the list; lists have any size. REQUIRES:
// `target.after` is a tree. Errors: TREE_NODE_*; those of `take`.
absl::Status ForEachEntryDiff(const RepositoryFolder& folder, const TargetDiff& target,
                              const std::function<absl::Status(const EntryDifference&)>& take);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_DIFF_H_
