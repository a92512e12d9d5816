#include "gateway/ceremony/repository_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/instant.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr char kTimesFile[] = "times";

absl::Status MakeFolders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make ", path.string(), ": ", error.message()));
  }
  return absl::OkStatus();
}

absl::Status WriteBelow(const fs::path& path, absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(MakeFolders(path.parent_path()));
  return WriteWholeFile(path.string(), bytes);
}

}  // namespace

absl::StatusOr<TargetsMetadata> TargetsOf(const MetadataDraft& draft) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(draft.Bytes()));
  return TargetsMetadata::Parse(envelope);
}

absl::StatusOr<std::string> FolderNodes::ReadNode(absl::string_view sha256) const {
  return folder_->ReadNode(sha256);
}

absl::Status RepositoryFolder::Create() {
  if (RootVersion() > 0) {
    return absl::AlreadyExistsError(absl::StrCat(folder_, " holds a repository already"));
  }
  for (const char* part : {"metadata", "published", "targets", "nodes"}) {
    MRG_RETURN_IF_ERROR(MakeFolders(fs::path(folder_) / part));
  }
  return absl::OkStatus();
}

int64_t RepositoryFolder::RootVersion() const {
  int64_t version = 0;
  std::error_code error;
  while (fs::exists(fs::path(folder_) / "metadata" / MetadataFileName(kRootRole, version + 1),
                    error)) {
    ++version;
  }
  return version;
}

std::string RepositoryFolder::PathOf(absl::string_view role) const {
  const std::string name =
      role == kRootRole ? MetadataFileName(kRootRole, RootVersion()) : absl::StrCat(role, ".json");
  return (fs::path(folder_) / "metadata" / name).string();
}

absl::StatusOr<std::vector<std::string>> RepositoryFolder::TargetsRoles() const {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft top, Read(kTargetsRole));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(top));
  std::vector<std::string> roles;
  for (const DelegatedRole& role : targets.delegations) {
    if (role.name != kStatusRole) roles.push_back(role.name);
  }
  std::sort(roles.begin(), roles.end());
  roles.insert(roles.begin(), kTargetsRole);
  return roles;
}

absl::StatusOr<std::string> RepositoryFolder::ReadBytes(absl::string_view role) const {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  return ReadWholeFile(PathOf(role));
}

absl::StatusOr<std::string> RepositoryFolder::ReadRoot(int64_t version) const {
  return ReadWholeFile(
      (fs::path(folder_) / "metadata" / MetadataFileName(kRootRole, version)).string());
}

absl::StatusOr<MetadataDraft> RepositoryFolder::Read(absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadBytes(role));
  return MetadataDraft::FromBytes(bytes);
}

absl::StatusOr<std::optional<MetadataDraft>> RepositoryFolder::ReadPublished(
    absl::string_view role) const {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  const auto bytes =
      ReadWholeFile((fs::path(folder_) / "published" / absl::StrCat(role, ".json")).string());
  if (absl::IsNotFound(bytes.status())) return std::nullopt;
  if (!bytes.ok()) return bytes.status();
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, MetadataDraft::FromBytes(*bytes));
  return draft;
}

absl::Status RepositoryFolder::Write(absl::string_view role, const MetadataDraft& draft) const {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  if (role == kRootRole) {
    return WriteBelow(fs::path(folder_) / "metadata" / MetadataFileName(kRootRole, draft.version()),
                      draft.Bytes());
  }
  return WriteBelow(PathOf(role), draft.Bytes());
}

absl::Status RepositoryFolder::WriteStaged(absl::string_view role, MetadataDraft draft,
                                           absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const auto published, ReadPublished(role));
  draft.SetVersion(published.has_value() ? published->version() + 1 : 1);
  draft.SetExpires(now + (role == kRootRole ? lifetimes_.root : lifetimes_.targets));
  return Write(role, draft);
}

absl::StatusOr<std::string> RepositoryFolder::RoleOf(absl::string_view path) const {
  MRG_RETURN_IF_ERROR(CheckTargetPath(path));
  MRG_ASSIGN_OR_RETURN(const MetadataDraft top, Read(kTargetsRole));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(top));
  SoughtPath sought(path);
  MatchWork work;
  const std::vector<const DelegatedRole*> covering = targets.delegations.Covering(&sought, &work);
  MRG_RETURN_IF_ERROR(work.Check());
  if (covering.empty()) return std::string(kTargetsRole);
  if (covering[0]->name == kStatusRole) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is written by the node, not in a ceremony"));
  }
  return covering[0]->name;
}

absl::Status RepositoryFolder::CheckOwn(absl::string_view path) const {
  MRG_ASSIGN_OR_RETURN(const std::string role, RoleOf(path));
  const auto name = ParseTargetPath(path);
  if (!name.ok() || name->jurisdiction.empty() || role == ProvinceRole(name->jurisdiction)) {
    return absl::OkStatus();
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roles, TargetsRoles());
  std::vector<absl::string_view> own;
  for (const std::string& one : roles) {
    if (const auto province = ProvinceOfRole(one); province.has_value()) own.push_back(*province);
  }
  return MakeFieldError(
      Reason::kFieldMalformed, "jurisdiction",
      own.empty() ? "expected none: this member has no jurisdiction"
                  : absl::StrCat("expected one of this member: ", absl::StrJoin(own, ", ")));
}

absl::StatusOr<std::string> RepositoryFolder::List(const std::string& path, const TargetFile& file,
                                                   absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const std::string role, RoleOf(path));
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, Read(role));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  const auto listed = targets.targets.find(path);
  // Staging the same content again keeps the signatures.
  if (listed != targets.targets.end() && listed->second.sha256 == file.sha256 &&
      listed->second.is_tree == file.is_tree) {
    return role;
  }
  draft.SetTarget(path, file);
  MRG_RETURN_IF_ERROR(WriteStaged(role, std::move(draft), now));
  return role;
}

absl::StatusOr<std::string> RepositoryFolder::StageFile(const std::string& path,
                                                        absl::string_view content,
                                                        absl::Time now) const {
  MRG_RETURN_IF_ERROR(CheckOwn(path));
  MRG_RETURN_IF_ERROR(WriteBelow(fs::path(folder_) / "targets" / path, content));
  return List(path, {content.size(), Sha256(content), false}, now);
}

absl::StatusOr<std::string> RepositoryFolder::StageTree(const std::string& path,
                                                        const BuiltTree& tree,
                                                        absl::Time now) const {
  MRG_RETURN_IF_ERROR(CheckOwn(path));
  for (const auto& [sha256, bytes] : tree.nodes) {
    MRG_RETURN_IF_ERROR(
        WriteBelow(fs::path(folder_) / "nodes" / absl::BytesToHexString(sha256), bytes));
  }
  MRG_RETURN_IF_ERROR(WriteBelow(fs::path(folder_) / "targets" / path, tree.root_bytes()));
  return List(path, {tree.root_bytes().size(), tree.root_sha256, true}, now);
}

absl::StatusOr<std::string> RepositoryFolder::StageRemoval(const std::string& path,
                                                           absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const std::string role, RoleOf(path));
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, Read(role));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  if (!targets.targets.contains(path)) {
    return absl::NotFoundError(absl::StrCat(path, " is not listed"));
  }
  draft.RemoveTarget(path);
  MRG_RETURN_IF_ERROR(WriteStaged(role, std::move(draft), now));
  return role;
}

absl::StatusOr<std::string> RepositoryFolder::ReadTarget(const std::string& path,
                                                         absl::string_view sha256) const {
  MRG_RETURN_IF_ERROR(CheckTargetPath(path));
  MRG_ASSIGN_OR_RETURN(std::string bytes,
                       ReadWholeFile((fs::path(folder_) / "targets" / path).string()));
  if (Sha256(bytes) != sha256) {
    return MakeError(Reason::kTargetNotFound,
                     absl::StrCat(path, " was changed after it was staged"));
  }
  return bytes;
}

absl::StatusOr<std::string> RepositoryFolder::ReadPublishedTarget(const std::string& path,
                                                                  absl::string_view sha256) const {
  MRG_RETURN_IF_ERROR(CheckTargetPath(path));
  MRG_ASSIGN_OR_RETURN(
      std::string bytes,
      ReadWholeFile((fs::path(folder_) / "published" / "targets" / path).string()));
  if (Sha256(bytes) != sha256) {
    return MakeError(Reason::kTargetNotFound, absl::StrCat(path, " was changed since"));
  }
  return bytes;
}

absl::StatusOr<std::string> RepositoryFolder::ReadNode(absl::string_view sha256) const {
  const std::string hex = absl::BytesToHexString(sha256);
  auto bytes = ReadWholeFile((fs::path(folder_) / "nodes" / hex).string());
  if (!bytes.ok()) return MakeError(Reason::kTreeNodeNotFound, hex);
  return bytes;
}

absl::StatusOr<ListedSigners> RepositoryFolder::SignersOf(absl::string_view role) const {
  ListedSigners signers;
  if (IsTopLevelRole(role)) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadBytes(kRootRole));
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
    MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
    return ListedSigners{root.keys, root.roles.at(std::string(role))};
  }
  MRG_ASSIGN_OR_RETURN(const MetadataDraft top, Read(kTargetsRole));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(top));
  for (const DelegatedRole& delegated : targets.delegations) {
    if (delegated.name == role) return ListedSigners{targets.delegation_keys, delegated.keys};
  }
  return absl::NotFoundError(absl::StrCat("no role ", role, " in this repository"));
}

absl::StatusOr<std::vector<std::string>> RepositoryFolder::RolesFor(absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> roles, TargetsRoles());
  roles.insert(roles.begin(), kRootRole);
  if (role.empty()) return roles;
  if (std::find(roles.begin(), roles.end(), role) != roles.end()) {
    return std::vector<std::string>{std::string(role)};
  }
  return absl::NotFoundError(absl::StrCat("no role ", role, " in this repository; expected one of ",
                                          absl::StrJoin(roles, ", ")));
}

absl::Status RepositoryFolder::MarkPublished(absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roles, RolesFor(role));
  for (const std::string& one : roles) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadBytes(one));
    MRG_RETURN_IF_ERROR(
        WriteBelow(fs::path(folder_) / "published" / absl::StrCat(one, ".json"), bytes));
    if (one != kRootRole) MRG_RETURN_IF_ERROR(MarkTargetsPublished(one));
  }
  return absl::OkStatus();
}

absl::Status RepositoryFolder::NoteInForce(absl::string_view role, int64_t version,
                                           absl::Time at) const {
  const fs::path path = fs::path(folder_) / "published" / kTimesFile;
  auto notes = ReadWholeFile(path.string());
  if (!notes.ok() && !absl::IsNotFound(notes.status())) return notes.status();
  return WriteBelow(path, absl::StrCat(notes.ok() ? *notes : "", FormatTufTime(at), " ", role, " ",
                                       version, "\n"));
}

absl::StatusOr<InForceTimes> RepositoryFolder::ReadInForceTimes() const {
  InForceTimes times;
  const auto notes = ReadWholeFile((fs::path(folder_) / "published" / kTimesFile).string());
  if (absl::IsNotFound(notes.status())) return times;
  if (!notes.ok()) return notes.status();
  int line = 0;
  for (const absl::string_view note : absl::StrSplit(*notes, '\n', absl::SkipEmpty())) {
    ++line;
    const std::vector<std::string> words = absl::StrSplit(note, ' ');
    int64_t version = 0;
    const auto at = ParseInstant("time", words.front());
    if (words.size() != 3 || !at.ok() || !absl::SimpleAtoi(words[2], &version)) {
      return MakeError(Reason::kMetadataMalformed,
                       absl::StrCat("published/", kTimesFile, " line ", line,
                                    ": expected a time, a role and a version"));
    }
    times.emplace(std::make_pair(words[1], version), *at);
  }
  return times;
}

absl::Status RepositoryFolder::Unstage(absl::string_view role) const {
  MRG_RETURN_IF_ERROR(RolesFor(role).status());
  MRG_ASSIGN_OR_RETURN(const auto published, ReadPublished(role));
  if (!published.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(role, " was never published: there is nothing to go back to"));
  }
  MRG_ASSIGN_OR_RETURN(const std::string staged, ReadBytes(role));
  const std::string before = published->Bytes();
  if (staged == before) {
    return absl::FailedPreconditionError(absl::StrCat("nothing of ", role, " is staged"));
  }
  if (role == kRootRole) {
    for (int64_t version = RootVersion(); version > published->version(); --version) {
      std::error_code error;
      fs::remove(fs::path(folder_) / "metadata" / MetadataFileName(kRootRole, version), error);
      if (error) return absl::UnavailableError(error.message());
    }
    return absl::OkStatus();
  }
  // Before the metadata: what is listed is there whenever this is stopped.
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(*published));
  MRG_RETURN_IF_ERROR(RestoreTargets(targets));
  return WriteBelow(PathOf(role), before);
}

absl::Status RepositoryFolder::RestoreTargets(const TargetsMetadata& published) const {
  for (const auto& [path, file] : published.targets) {
    absl::StatusOr<std::string> bytes =
        file.is_tree ? ReadNode(file.sha256) : ReadPublishedTarget(path, file.sha256);
    MRG_RETURN_IF_ERROR(bytes.status());
    MRG_RETURN_IF_ERROR(WriteBelow(fs::path(folder_) / "targets" / path, *bytes));
  }
  return absl::OkStatus();
}

absl::Status RepositoryFolder::MarkTargetsPublished(absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, Read(role));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  for (const auto& [path, file] : targets.targets) {
    // Nodes of trees have their digest for a name and stay where they are.
    if (file.is_tree) continue;
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadTarget(path, file.sha256));
    MRG_RETURN_IF_ERROR(WriteBelow(fs::path(folder_) / "published" / "targets" / path, bytes));
  }
  return absl::OkStatus();
}

}  // namespace mrg
