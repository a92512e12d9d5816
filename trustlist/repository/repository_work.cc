#include "trustlist/repository/repository_work.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {
namespace {

absl::StatusOr<RootMetadata> ReadRoot(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  return RootMetadata::Parse(envelope);
}

// Reads every file that the set in force names.
absl::Status ReadFiles(const MemberId& publisher, const MetadataStore& metadata,
                       RepositoryWork* work) {
  const InForceSet& set = work->present->set;
  const auto read = [&](absl::string_view role, int64_t version) -> absl::StatusOr<NamedFile> {
    MRG_RETURN_IF_ERROR(ReadRowOf(publisher, role, metadata, work));
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> bytes, metadata.Read(publisher, role, version));
    if (!bytes.has_value()) {
      return MakeError(Reason::kStoreCorrupt,
                       absl::StrCat("the ", role, " in force is not stored"));
    }
    return NamedFile{version, *std::move(bytes)};
  };
  const auto version = [&](absl::string_view role) {
    const RoleVersion* found = set.FindRole(role);
    return found == nullptr ? 0 : found->version;
  };
  MRG_ASSIGN_OR_RETURN(NamedFile root, read(kRootRole, version(kRootRole)));
  work->root = std::move(root.bytes);
  MRG_ASSIGN_OR_RETURN(work->timestamp.file, read(kTimestampRole, version(kTimestampRole)));
  MRG_ASSIGN_OR_RETURN(work->snapshot.file, read(kSnapshotRole, version(kSnapshotRole)));
  work->stored_timestamp = work->timestamp.file.bytes;
  work->stored_snapshot = work->snapshot.file.bytes;
  // By the snapshot, not by the set: a role that is no longer delegated to stays in the snapshot,
  // because clients refuse one that drops a role (TUF 5.5.5).
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope,
                       SignedEnvelope::Parse(work->snapshot.file.bytes));
  MRG_ASSIGN_OR_RETURN(const SnapshotMetadata snapshot, SnapshotMetadata::Parse(envelope));
  for (const auto& [role, stated] : snapshot.roles) {
    MRG_ASSIGN_OR_RETURN(work->files[role].file, read(role, stated.version));
  }
  return absl::OkStatus();
}

absl::Status StageFile(const MemberId& publisher, const std::string& role, const RoleFile& file,
                       const MetadataStore& metadata, const RepositoryWork& work,
                       WriteSet* writes) {
  if (!file.is_new) return absl::OkStatus();
  const NewestRow& row = work.rows.at(role);
  if (file.set_back) {
    return metadata.StageAnew(publisher, role, file.file.version, file.file.bytes, row, writes);
  }
  if (file.file.version <= row.version) {
    return MakeError(Reason::kMetadataMismatch,
                     absl::StrCat(role, " version ", row.version, " is stored already"));
  }
  return metadata.Stage(publisher, role, file.file.version, file.file.bytes, row, writes);
}

}  // namespace

bool RepositoryWork::HasNews() const {
  return !new_roots.empty() || std::any_of(files.begin(), files.end(),
                                           [](const auto& file) { return file.second.is_new; });
}

std::optional<uint64_t> RepositoryWork::row_version() const {
  return present.has_value() ? std::optional<uint64_t>(present->version) : std::nullopt;
}

absl::StatusOr<RepositoryWork> LoadRepositoryWork(const MemberId& publisher,
                                                  const MetadataStore& metadata,
                                                  const InForceStore& in_force) {
  RepositoryWork work;
  MRG_ASSIGN_OR_RETURN(work.present, in_force.LoadRow(publisher));
  const absl::Status read =
      work.present.has_value() ? ReadFiles(publisher, metadata, &work) : absl::OkStatus();
  // Half of one state and half of the next is neither, and may look damaged.
  MRG_ASSIGN_OR_RETURN(const auto after, in_force.LoadRow(publisher));
  if (after.has_value() != work.present.has_value() ||
      (after.has_value() && after->version != work.present->version)) {
    return MakeError(Reason::kStoreConflict, "the repository changed while it was read");
  }
  MRG_RETURN_IF_ERROR(read);
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    MRG_RETURN_IF_ERROR(ReadRowOf(publisher, role, metadata, &work));
  }
  return work;
}

absl::Status ReadRowOf(const MemberId& publisher, absl::string_view role,
                       const MetadataStore& metadata, RepositoryWork* work) {
  const auto [row, is_new] = work->rows.try_emplace(std::string(role));
  if (!is_new) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(row->second, metadata.ReadNewestRow(publisher, role));
  return absl::OkStatus();
}

absl::StatusOr<bool> RotatesOnlineKeys(const RepositoryWork& work) {
  if (work.root.empty()) return false;
  MRG_ASSIGN_OR_RETURN(RootMetadata before, ReadRoot(work.root));
  for (const auto& [version, bytes] : work.new_roots) {
    MRG_ASSIGN_OR_RETURN(RootMetadata next, ReadRoot(bytes));
    if (RoleKeysDiffer(before, next, kTimestampRole) ||
        RoleKeysDiffer(before, next, kSnapshotRole)) {
      return true;
    }
    before = std::move(next);
  }
  return false;
}

absl::StatusOr<bool> IsNewTimestampKey(const RepositoryWork& work,
                                       const std::vector<std::string>& roots,
                                       const PublicKey& key) {
  std::vector<std::string> before = roots;
  for (const auto& [version, bytes] : work.new_roots) before.push_back(bytes);
  if (!before.empty()) before.pop_back();
  const std::string identity = TufKey::Of(TufKeyToJson(key)).identity();
  for (const std::string& bytes : before) {
    MRG_ASSIGN_OR_RETURN(const RootMetadata root, ReadRoot(bytes));
    for (const std::string& keyid : root.roles.at(kTimestampRole).keyids) {
      const auto listed = root.keys.find(keyid);
      if (listed != root.keys.end() && listed->second.identity() == identity) return false;
    }
  }
  return true;
}

absl::Status StageMetadata(const MemberId& publisher, const MetadataStore& metadata,
                           const RepositoryWork& work, absl::Time now, WriteSet* writes) {
  for (const auto& [version, bytes] : work.new_roots) {
    MRG_RETURN_IF_ERROR(
        metadata.Stage(publisher, kRootRole, version, bytes, work.rows.at(kRootRole), writes));
  }
  for (const auto& [role, file] : work.files) {
    MRG_RETURN_IF_ERROR(StageFile(publisher, role, file, metadata, work, writes));
  }
  MRG_RETURN_IF_ERROR(StageFile(publisher, kSnapshotRole, work.snapshot, metadata, work, writes));
  if (!work.timestamp.is_new) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(
      const RootMetadata root,
      ReadRoot(work.new_roots.empty() ? work.root : work.new_roots.rbegin()->second));
  const NamedFile& timestamp = work.timestamp.file;
  return metadata.StageTimestamp(publisher, RoleKeysSha256(root, kTimestampRole), timestamp.version,
                                 timestamp.bytes, work.rows.at(kTimestampRole), now, writes);
}

}  // namespace mrg
