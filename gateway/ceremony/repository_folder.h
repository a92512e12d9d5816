#ifndef MRG_GATEWAY_CEREMONY_REPOSITORY_FOLDER_H_
#define MRG_GATEWAY_CEREMONY_REPOSITORY_FOLDER_H_

// A member's repository as a folder, in which a signing ceremony is prepared; offline-capable.
//   metadata/<n>.root.json, metadata/<role>.json   files staged or signed
//   published/<role>.json                          the same files as the node last took them
//   published/targets/<path>                       and the content that they list
//   published/times                                when the node put which version in force
//   targets/<path>                                 content of the listed targets
//   nodes/<hex sha256>                             nodes of the listed prefix trees
// Nothing here judges signatures; the node does, as any client would.
//
// Threads: an object belongs to one thread; one process at a time edits a folder.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {

// How long the files that people sign hold, from when they are staged. Defaults: docs/OPERATING.md,
// A change.
struct SigningLifetimes {
  absl::Duration root = absl::Hours(24 * 365);
  absl::Duration targets = absl::Hours(24 * 90);  // and the provinces' roles
};

// Who signs a role, by its parent.
struct ListedSigners {
  TufKeys keys;
  RoleKeys role;
};

// By role and version.
using InForceTimes = std::map<std::pair<std::string, int64_t>, absl::Time>;

class RepositoryFolder {
 public:
  explicit RepositoryFolder(std::string folder, SigningLifetimes lifetimes = {})
      : folder_(std::move(folder)), lifetimes_(lifetimes) {}

  const SigningLifetimes& lifetimes() const { return lifetimes_; }

  // Makes the folder. Errors: AlreadyExists when it holds a root.
  absl::Status Create();

  // Result: the newest root's version; 0 when there is none.
  int64_t RootVersion() const;

  // Result: the roles that people sign, without root: "targets", then the delegated ones by name.
  // Errors: NotFound without targets, METADATA_MALFORMED.
  absl::StatusOr<std::vector<std::string>> TargetsRoles() const;

  // Result: the role alone, or root and TargetsRoles when it is empty. Errors: NotFound for a role
  // that there is not; those of TargetsRoles.
  absl::StatusOr<std::vector<std::string>> RolesFor(absl::string_view role) const;

  // Result: the role's file as it is staged or, with nothing staged, published; for root the
  // newest. Errors: NotFound, METADATA_MALFORMED.
  absl::StatusOr<MetadataDraft> Read(absl::string_view role) const;
  absl::StatusOr<std::string> ReadBytes(absl::string_view role) const;
  // Result: the root of that version. Errors: NotFound.
  absl::StatusOr<std::string> ReadRoot(int64_t version) const;
  // Result: the file the node last took; nullopt before the first publication.
  // Errors: METADATA_MALFORMED.
  absl::StatusOr<std::optional<MetadataDraft>> ReadPublished(absl::string_view role) const;
  absl::Status Write(absl::string_view role, const MetadataDraft& draft) const;

  // Writes a change of `draft` as the version after the published one, valid from `now`.
  absl::Status WriteStaged(absl::string_view role, MetadataDraft draft, absl::Time now) const;

  // Result: the role that lists `path`: the first delegation that covers it, otherwise "targets".
  // Errors: METADATA_MALFORMED (no target path), FailedPrecondition when the node signs that role.
  absl::StatusOr<std::string> RoleOf(absl::string_view path) const;

  // Lists `content` under `path` and keeps it. Result: the role. Errors: as RoleOf;
  // FIELD_MALFORMED, field jurisdiction, for a path of a jurisdiction that is not the member's,
  // which nodes ignore.
  absl::StatusOr<std::string> StageFile(const std::string& path, absl::string_view content,
                                        absl::Time now) const;
  // The same for a prefix tree.
  absl::StatusOr<std::string> StageTree(const std::string& path, const BuiltTree& tree,
                                        absl::Time now) const;
  // No longer lists `path`. Errors: NotFound when it is not listed.
  absl::StatusOr<std::string> StageRemoval(const std::string& path, absl::Time now) const;

  // Result: content of a target or a node by its digest (32 raw bytes). Errors: NotFound,
  // TARGET_NOT_FOUND when the content is not what is listed.
  absl::StatusOr<std::string> ReadTarget(const std::string& path, absl::string_view sha256) const;
  // The same of the content as it was last published.
  absl::StatusOr<std::string> ReadPublishedTarget(const std::string& path,
                                                  absl::string_view sha256) const;
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const;

  // Result: who may sign the role. Errors: NotFound for a role that nobody delegates to.
  absl::StatusOr<ListedSigners> SignersOf(absl::string_view role) const;

  // Remembers the present files of the role, or of all when it is empty, as published.
  // Errors: as RolesFor; those of the files.
  absl::Status MarkPublished(absl::string_view role = "") const;

  // Notes for people that the node put a version in force; nothing rests on it. Errors: of the
  // file.
  absl::Status NoteInForce(absl::string_view role, int64_t version, absl::Time at) const;
  // Result: the first note of each version. Errors: METADATA_MALFORMED naming the line.
  absl::StatusOr<InForceTimes> ReadInForceTimes() const;

  // Puts the role back to what was published last, with the content that it listed. Stopped in the
  // middle it is repeated. Errors: FailedPrecondition when nothing of it is staged or nothing of it
  // was published; NotFound for a role that there is not; those of the files.
  absl::Status Unstage(absl::string_view role) const;

 private:
  std::string PathOf(absl::string_view role) const;
  absl::Status CheckOwn(absl::string_view path) const;
  absl::StatusOr<std::string> List(const std::string& path, const TargetFile& file,
                                   absl::Time now) const;

  absl::Status MarkTargetsPublished(absl::string_view role) const;
  absl::Status RestoreTargets(const TargetsMetadata& published) const;

  const std::string folder_;
  const SigningLifetimes lifetimes_;
};

// Reads tree nodes of a folder. `folder` is borrowed.
class FolderNodes : public NodeSource {
 public:
  explicit FolderNodes(const RepositoryFolder* folder) : folder_(folder) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override;

 private:
  const RepositoryFolder* const folder_;
};

// Result: the targets part of a draft. Errors: METADATA_MALFORMED.
absl::StatusOr<TargetsMetadata> TargetsOf(const MetadataDraft& draft);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_REPOSITORY_FOLDER_H_
