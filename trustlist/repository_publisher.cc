#include "trustlist/repository_publisher.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/first_trust.h"
#include "trustlist/repository_editor.h"
#include "trustlist/repository_names.h"
#include "trustlist/tree_sync.h"
#include "trustlist/trusted_metadata_set.h"
#include "trustlist/updater.h"

namespace mrg {
namespace {

struct RoleFile {
  NamedFile file;
  bool is_new = false;  // to be stored
};

// Version and digest of a file, before anything in it is believed.
struct FileHead {
  int64_t version = 0;
  std::string signed_sha256;
};

absl::StatusOr<FileHead> ReadHead(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const int64_t version, IntegerMember(envelope.signed_part(), "version"));
  return FileHead{version, envelope.signed_sha256()};
}

absl::StatusOr<TargetsMetadata> ReadTargets(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  return TargetsMetadata::Parse(envelope);
}

// A signature from the future is due now: the clock was ahead when it was made, and followers would
// take what stands there as fresh for as long.
absl::Time RenewalDue(absl::Time expires, const RoleLifetime& lifetime, absl::Time now) {
  const absl::Time signed_at = expires - lifetime.valid;
  return signed_at > now ? now : signed_at + lifetime.renew_after;
}

}  // namespace

struct RepositoryPublisher::Work {
  std::optional<InForceSet> present;
  std::string root;                          // trusted one; empty before the first publication
  std::map<int64_t, std::string> new_roots;  // by version
  std::map<std::string, RoleFile> files;     // targets and delegated roles, by role
  NamedFile snapshot;                        // version 0: none yet
  NamedFile timestamp;
  std::string stored_snapshot;  // as before this publication, for the rollback checks
  std::string stored_timestamp;
  std::map<std::string, std::string> blobs;  // new content
  WithPublished with;                        // may be empty

  bool HasNews() const {
    return !new_roots.empty() || std::any_of(files.begin(), files.end(),
                                             [](const auto& file) { return file.second.is_new; });
  }
};

RepositoryPublisher::RepositoryPublisher(PublisherOptions options, OnlineSigners signers,
                                         OrderedStore* store, PublicationCheck check,
                                         PublishedFn published)
    : options_(std::move(options)),
      signers_(signers),
      check_(std::move(check)),
      published_(std::move(published)),
      metadata_(store),
      in_force_(store),
      blobs_(store) {}

absl::Status RepositoryPublisher::KeepContent(const std::vector<std::string>& content) {
  std::map<std::string, std::string> blobs;
  for (const std::string& bytes : content) blobs.emplace(Sha256(bytes), bytes);
  return blobs_.Put(blobs);
}

absl::StatusOr<InForceSet> RepositoryPublisher::Publish(const Publication& publication,
                                                        absl::Time now) {
  bool changed = false;
  absl::StatusOr<InForceSet> set = [&]() {
    MutexLock lock(mu_);
    return PublishLocked(publication, now, &changed);
  }();
  if (set.ok() && changed) Tell(*set, now);
  return set;
}

absl::StatusOr<InForceSet> RepositoryPublisher::PublishLocked(const Publication& publication,
                                                              absl::Time now, bool* changed) {
  MRG_ASSIGN_OR_RETURN(Work work, LoadWork());
  MRG_RETURN_IF_ERROR(TakePublication(publication, &work));
  MRG_RETURN_IF_ERROR(EnsureOnlineRole(&work, now));
  if (!work.HasNews() && work.present.has_value()) return *std::move(work.present);
  *changed = true;
  return Finish(std::move(work), /*snapshot_too=*/true, now);
}

absl::StatusOr<InForceSet> RepositoryPublisher::PublishOnlineTree(
    const std::string& path, const std::string& root_bytes,
    const std::map<std::string, std::string>& new_nodes, absl::Time now,
    const WithPublished& with) {
  absl::StatusOr<InForceSet> set = [&]() -> absl::StatusOr<InForceSet> {
    MutexLock lock(mu_);
    MRG_ASSIGN_OR_RETURN(Work work, LoadWork());
    auto file = work.files.find(options_.online_role);
    if (file == work.files.end()) {
      return MakeError(Reason::kMetadataNotFound, "the repository has no online role in force");
    }
    MRG_ASSIGN_OR_RETURN(MetadataDraft draft, MetadataDraft::FromBytes(file->second.file.bytes));
    const std::string sha256 = Sha256(root_bytes);
    work.blobs = new_nodes;
    work.blobs[sha256] = root_bytes;
    draft.SetTarget(path, {root_bytes.size(), sha256, /*is_tree=*/true});
    MRG_RETURN_IF_ERROR(SignOnlineRole(std::move(draft), &work, now));
    work.with = with;
    return Finish(std::move(work), /*snapshot_too=*/true, now);
  }();
  if (set.ok()) Tell(*set, now);
  return set;
}

absl::StatusOr<absl::Time> RepositoryPublisher::RenewIfDue(absl::Time now) {
  absl::Time next = now + options_.lifetimes.timestamp.renew_after;
  absl::StatusOr<std::optional<InForceSet>> renewed = [&]() {
    MutexLock lock(mu_);
    return RenewLocked(now, &next);
  }();
  MRG_RETURN_IF_ERROR(renewed.status());
  if (renewed->has_value()) Tell(**renewed, now);
  return next;
}

absl::StatusOr<std::optional<InForceSet>> RepositoryPublisher::RenewLocked(absl::Time now,
                                                                           absl::Time* next) {
  MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> present, in_force_.Load(options_.publisher));
  if (!present.has_value()) return std::optional<InForceSet>();
  const OnlineLifetimes& lifetimes = options_.lifetimes;
  const auto due = [&](absl::string_view role, const RoleLifetime& lifetime) {
    const RoleVersion* found = present->FindRole(role);
    return found == nullptr ? absl::InfiniteFuture() : RenewalDue(found->expires, lifetime, now);
  };
  const absl::Time online_due = due(options_.online_role, lifetimes.online_role);
  const absl::Time snapshot_due = due(kSnapshotRole, lifetimes.snapshot);
  const absl::Time timestamp_due = due(kTimestampRole, lifetimes.timestamp);
  const absl::Time first_due = std::min({online_due, snapshot_due, timestamp_due});
  if (now < first_due) {
    *next = std::min(*next, first_due);
    return std::optional<InForceSet>();
  }
  MRG_ASSIGN_OR_RETURN(Work work, LoadWork());
  if (online_due <= now) {
    MRG_ASSIGN_OR_RETURN(MetadataDraft draft,
                         MetadataDraft::FromBytes(work.files[options_.online_role].file.bytes));
    MRG_RETURN_IF_ERROR(SignOnlineRole(std::move(draft), &work, now));
  }
  MRG_ASSIGN_OR_RETURN(
      InForceSet set,
      Finish(std::move(work), /*snapshot_too=*/online_due <= now || snapshot_due <= now, now));
  return std::optional<InForceSet>(std::move(set));
}

absl::StatusOr<std::optional<InForceSet>> RepositoryPublisher::InForce() const {
  return in_force_.Load(options_.publisher);
}

absl::StatusOr<RepositoryPublisher::Work> RepositoryPublisher::LoadWork() const {
  const MemberId& publisher = options_.publisher;
  Work work;
  MRG_ASSIGN_OR_RETURN(work.present, in_force_.Load(publisher));
  if (!work.present.has_value()) return work;
  const auto read = [&](absl::string_view role, int64_t version) -> absl::StatusOr<NamedFile> {
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                         metadata_.Read(publisher, role, version));
    if (!bytes.has_value()) {
      return MakeError(Reason::kStoreCorrupt,
                       absl::StrCat("the ", role, " in force is not stored"));
    }
    return NamedFile{version, *std::move(bytes)};
  };
  const auto version = [&](absl::string_view role) {
    const RoleVersion* found = work.present->FindRole(role);
    return found == nullptr ? 0 : found->version;
  };
  MRG_ASSIGN_OR_RETURN(NamedFile root, read(kRootRole, version(kRootRole)));
  work.root = std::move(root.bytes);
  MRG_ASSIGN_OR_RETURN(work.timestamp, read(kTimestampRole, version(kTimestampRole)));
  MRG_ASSIGN_OR_RETURN(work.snapshot, read(kSnapshotRole, version(kSnapshotRole)));
  work.stored_timestamp = work.timestamp.bytes;
  work.stored_snapshot = work.snapshot.bytes;
  // By the snapshot, not by the set: a role that is no longer delegated to stays in the snapshot,
  // because clients refuse one that drops a role (TUF 5.5.5).
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(work.snapshot.bytes));
  MRG_ASSIGN_OR_RETURN(const SnapshotMetadata snapshot, SnapshotMetadata::Parse(envelope));
  for (const auto& [role, stated] : snapshot.roles) {
    MRG_ASSIGN_OR_RETURN(work.files[role].file, read(role, stated.version));
  }
  return work;
}

absl::Status RepositoryPublisher::TakePublication(const Publication& publication,
                                                  Work* work) const {
  for (const auto& [name, bytes] : publication.metadata) {
    MRG_ASSIGN_OR_RETURN(const MetadataName named, ParseMetadataName(name));
    const size_t limit = named.role == kRootRole ? options_.limits.root_bytes_max
                                                 : options_.limits.targets_bytes_max;
    if (bytes.size() > limit) {
      return MakeError(Reason::kMetadataTooLong, absl::StrCat(name, " is too long"));
    }
    MRG_ASSIGN_OR_RETURN(const FileHead head, ReadHead(bytes));
    if (named.version.value_or(head.version) != head.version) {
      return MakeError(Reason::kMetadataMismatch, absl::StrCat(name, " has another version"));
    }
    if (named.role == kRootRole) {
      MRG_RETURN_IF_ERROR(TakeRoot(head.version, head.signed_sha256, bytes, work));
      continue;
    }
    if (named.role == kTimestampRole || named.role == kSnapshotRole ||
        named.role == options_.online_role) {
      return MakeError(Reason::kMetadataMalformed,
                       absl::StrCat(named.role, " is signed by the node itself"));
    }
    RoleFile& present = work->files[named.role];
    if (head.version == present.file.version) {
      MRG_ASSIGN_OR_RETURN(const FileHead before, ReadHead(present.file.bytes));
      if (before.signed_sha256 == head.signed_sha256) continue;
      return MakeError(
          Reason::kMetadataMismatch,
          absl::StrCat(named.role, " version ", head.version, " is in force with other content"));
    }
    if (head.version < present.file.version) {
      return MakeError(Reason::kMetadataRollback,
                       absl::StrCat(named.role, " version ", present.file.version, " is in force"));
    }
    present = {{head.version, bytes}, /*is_new=*/true};
  }
  for (const auto& [path, content] : publication.targets) {
    MRG_RETURN_IF_ERROR(CheckTargetPath(path));
    work->blobs[Sha256(content)] = content;
  }
  for (const std::string& node : publication.tree_nodes) work->blobs[Sha256(node)] = node;
  if (!work->files.contains(kTargetsRole) || (work->root.empty() && work->new_roots.empty())) {
    return MakeError(Reason::kMetadataNotFound,
                     "the first publication needs root and targets metadata");
  }
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::TakeRoot(int64_t version, absl::string_view signed_sha256,
                                           const std::string& bytes, Work* work) const {
  MRG_ASSIGN_OR_RETURN(const auto stored, metadata_.Read(options_.publisher, kRootRole, version));
  if (!stored.has_value() || work->root.empty()) {
    work->new_roots[version] = bytes;
    return absl::OkStatus();
  }
  MRG_ASSIGN_OR_RETURN(const FileHead before, ReadHead(*stored));
  if (before.signed_sha256 == signed_sha256) return absl::OkStatus();
  return MakeError(Reason::kMetadataMismatch,
                   absl::StrCat("root version ", version, " is in force with other content"));
}

absl::Status RepositoryPublisher::EnsureOnlineRole(Work* work, absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets,
                       ReadTargets(work->files[kTargetsRole].file.bytes));
  const auto delegation =
      std::find_if(targets.delegations.begin(), targets.delegations.end(),
                   [this](const DelegatedRole& one) { return one.name == options_.online_role; });
  if (delegation == targets.delegations.end()) {
    if (options_.online_trees.empty()) return absl::OkStatus();
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("targets delegates nothing to ", options_.online_role));
  }
  const RoleFile& present = work->files[options_.online_role];
  MetadataDraft draft = MakeTargets({}, 0, now);
  std::map<std::string, TargetFile> listed;
  if (present.file.version > 0) {
    MRG_ASSIGN_OR_RETURN(draft, MetadataDraft::FromBytes(present.file.bytes));
    MRG_ASSIGN_OR_RETURN(const TargetsMetadata metadata, ReadTargets(present.file.bytes));
    listed = metadata.targets;
  }
  const auto& lifetime = options_.lifetimes.online_role;
  const RoleVersion* in_force =
      work->present.has_value() ? work->present->FindRole(options_.online_role) : nullptr;
  bool changed = in_force == nullptr ||
                 (work->HasNews() && RenewalDue(in_force->expires, lifetime, now) <= now);
  MRG_ASSIGN_OR_RETURN(const BuiltTree empty, BuildTree({}));
  for (const std::string& path : options_.online_trees) {
    SoughtPath sought(path);
    MatchWork search;
    const auto covering = targets.delegations.Covering(&sought, &search);
    MRG_RETURN_IF_ERROR(search.Check());
    if (std::find(covering.begin(), covering.end(), &*delegation) == covering.end()) {
      return MakeError(Reason::kConfigInvalid,
                       absl::StrCat(path, " is outside the delegation of ", options_.online_role));
    }
    if (listed.contains(path)) continue;
    draft.SetTarget(path, {empty.root_bytes().size(), empty.root_sha256, /*is_tree=*/true});
    work->blobs[empty.root_sha256] = empty.root_bytes();
    changed = true;
  }
  return changed ? SignOnlineRole(std::move(draft), work, now) : absl::OkStatus();
}

absl::Status RepositoryPublisher::SignOnlineRole(MetadataDraft draft, Work* work,
                                                 absl::Time now) const {
  draft.SetVersion(draft.version() + 1);
  draft.SetExpires(now + options_.lifetimes.online_role.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.online_role));
  work->files[options_.online_role] = {{draft.version(), draft.Bytes()}, /*is_new=*/true};
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::SignSnapshot(Work* work, absl::Time now) const {
  std::map<std::string, NamedFile> files;
  for (const auto& [role, file] : work->files) files[role] = file.file;
  MetadataDraft draft =
      MakeSnapshot(files, work->snapshot.version + 1, now + options_.lifetimes.snapshot.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.snapshot));
  work->snapshot = {draft.version(), draft.Bytes()};
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::SignTimestamp(Work* work, absl::Time now) const {
  std::optional<PreviousTimestamp> previous;
  if (work->timestamp.version > 0) {
    MRG_ASSIGN_OR_RETURN(const FileHead head, ReadHead(work->timestamp.bytes));
    previous = PreviousTimestamp{head.version, head.signed_sha256};
  }
  MetadataDraft draft = MakeTimestamp(work->snapshot, previous, work->timestamp.version + 1,
                                      now + options_.lifetimes.timestamp.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.timestamp));
  work->timestamp = {draft.version(), draft.Bytes()};
  return absl::OkStatus();
}

absl::StatusOr<InForceSet> RepositoryPublisher::VerifyAsClient(const Work& work,
                                                               absl::Time now) const {
  auto next_root = work.new_roots.begin();
  std::string root = work.root;
  if (root.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(next_root->second));
    if (options_.first_root_sha256.value_or(digest) != digest) {
      return MakeError(Reason::kMemberRootUnconfirmed,
                       "the first root is not the one that the configuration names");
    }
    root = (next_root++)->second;
  }
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted, TrustedMetadataSet::FromTrustedRoot(root, now));
  for (; next_root != work.new_roots.end(); ++next_root) {
    MRG_RETURN_IF_ERROR(trusted.UpdateRoot(next_root->second));
  }
  MRG_RETURN_IF_ERROR(trusted.CheckRootExpiry());
  if (!work.stored_timestamp.empty()) trusted.RememberTimestamp(work.stored_timestamp);
  if (!work.stored_snapshot.empty()) trusted.RememberSnapshot(work.stored_snapshot);
  MRG_RETURN_IF_ERROR(trusted.UpdateTimestamp(work.timestamp.bytes));
  MRG_RETURN_IF_ERROR(trusted.UpdateSnapshot(work.snapshot.bytes));
  MRG_RETURN_IF_ERROR(trusted.UpdateTargets(work.files.at(kTargetsRole).file.bytes));
  for (const DelegatedRole& role : trusted.targets().delegations) {
    auto file = work.files.find(role.name);
    if (file == work.files.end()) {
      return MakeError(Reason::kMetadataNotFound,
                       absl::StrCat("the delegated role ", role.name, " was not published yet"));
    }
    MRG_RETURN_IF_ERROR(trusted.UpdateDelegated(kTargetsRole, role.name, file->second.file.bytes));
    // A client takes a role that has expired, so that one province does not stop the others; a new
    // file of that kind can only be a mistake.
    if (file->second.is_new && trusted.delegated().at(role.name).header.expires <= now) {
      return MakeError(Reason::kMetadataExpired,
                       absl::StrCat("the new ", role.name, " has expired already"));
    }
  }
  return ToInForceSet(options_.publisher, trusted);
}

absl::Status RepositoryPublisher::CheckContent(const InForceSet& set, const Work& work,
                                               absl::Time now) const {
  const OverlayBlobReader held(&work.blobs, &blobs_);
  for (const InForceTarget& target : set.targets) {
    const InForceTarget* before =
        work.present.has_value() ? work.present->FindTarget(target.path) : nullptr;
    if (target.length > options_.limits.target_bytes_max) {
      return MakeError(Reason::kMetadataTooLong, absl::StrCat(target.path, " is too long"));
    }
    const absl::StatusOr<std::string> bytes = held.ReadBlob(target.sha256);
    if (ReasonOf(bytes.status()) == Reason::kTreeNodeNotFound) {
      return MakeError(Reason::kTargetNotFound,
                       absl::StrCat("the content of ", target.path, " is missing"));
    }
    MRG_RETURN_IF_ERROR(bytes.status());
    if (bytes->size() != target.length) {
      return MakeError(Reason::kMetadataMismatch,
                       absl::StrCat(target.path, " has another length than listed"));
    }
    if (!target.is_tree) continue;
    TreeSyncOptions options;
    if (before != nullptr && before->is_tree) options.complete_root = before->sha256;
    const auto fetch = [](const std::vector<std::string>&) {
      return absl::StatusOr<std::vector<std::string>>(
          MakeError(Reason::kTreeNodeNotFound, "a node of a published tree is missing"));
    };
    const auto keep = [](std::map<std::string, std::string>) { return absl::OkStatus(); };
    options.nodes_max = options_.limits.tree_nodes_max;
    MRG_RETURN_IF_ERROR(SyncTree(target.sha256, held, fetch, keep, options));
  }
  return check_ ? check_(set, held, now) : absl::OkStatus();
}

absl::StatusOr<InForceSet> RepositoryPublisher::Finish(Work work, bool snapshot_too,
                                                       absl::Time now) {
  if (snapshot_too) MRG_RETURN_IF_ERROR(SignSnapshot(&work, now));
  MRG_RETURN_IF_ERROR(SignTimestamp(&work, now));
  MRG_ASSIGN_OR_RETURN(InForceSet set, VerifyAsClient(work, now));
  MRG_RETURN_IF_ERROR(CheckContent(set, work, now));

  const MemberId& publisher = options_.publisher;
  WriteSet writes;
  for (const auto& [version, bytes] : work.new_roots) {
    MRG_RETURN_IF_ERROR(metadata_.Stage(publisher, kRootRole, version, bytes, &writes));
  }
  for (const auto& [role, file] : work.files) {
    if (!file.is_new) continue;
    MRG_RETURN_IF_ERROR(
        metadata_.Stage(publisher, role, file.file.version, file.file.bytes, &writes));
  }
  if (snapshot_too) {
    MRG_RETURN_IF_ERROR(metadata_.Stage(publisher, kSnapshotRole, work.snapshot.version,
                                        work.snapshot.bytes, &writes));
  }
  MRG_RETURN_IF_ERROR(metadata_.Stage(publisher, kTimestampRole, work.timestamp.version,
                                      work.timestamp.bytes, &writes));
  PutBlobs(work.blobs, &writes);
  if (work.with) work.with(set, &writes);
  MRG_RETURN_IF_ERROR(in_force_.Commit(set, std::move(writes)));
  return set;
}

void RepositoryPublisher::Tell(const InForceSet& set, absl::Time now) const {
  if (published_) published_(set, now);
}

}  // namespace mrg
