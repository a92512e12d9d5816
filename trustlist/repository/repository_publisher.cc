#include "trustlist/repository/repository_publisher.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/repository/publication_check.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {
namespace {

// How often a turn begins again when another writer was first: each time that writer got on.
constexpr int kTurnsMax = 8;

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

// The same of a ceremony's file, whose version must be the named one and leave room for others.
absl::StatusOr<FileHead> ReadHead(const MetadataName& name, absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(FileHead head, ReadHead(bytes));
  if (name.version.value_or(head.version) != head.version) {
    return MakeError(Reason::kMetadataMismatch, absl::StrCat(name.role, " has another version"));
  }
  if (head.version > kPublishedVersionMax) {
    return MakeError(Reason::kMetadataVersionTooHigh,
                     absl::StrCat(name.role, ": expected at most ", kPublishedVersionMax));
  }
  return head;
}

// Of a version that stands already. Errors: METADATA_MISMATCH.
absl::Status CheckSameContent(absl::string_view role, const FileHead& head,
                              absl::string_view stands) {
  MRG_ASSIGN_OR_RETURN(const FileHead before, ReadHead(stands));
  if (before.signed_sha256 == head.signed_sha256) return absl::OkStatus();
  return MakeError(Reason::kMetadataMismatch,
                   absl::StrCat(role, " version ", head.version, " stands with other content"));
}

// Gives `file` the version of a next one that the node signs: the one after, or the first where
// versions begin anew. Errors: METADATA_VERSION_TOO_HIGH.
absl::Status NextVersion(absl::string_view role, bool forgets_versions, RoleFile* file) {
  file->is_new = true;
  if (forgets_versions && file->file.version > kUsualVersionMax) {
    file->set_back = true;
    file->file.version = 1;
    return absl::OkStatus();
  }
  if (file->file.version >= kPublishedVersionMax) {
    return MakeError(Reason::kMetadataVersionTooHigh,
                     absl::StrCat(role, ": new keys of timestamp and snapshot begin anew"));
  }
  ++file->file.version;
  return absl::OkStatus();
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

RepositoryPublisher::RepositoryPublisher(PublisherOptions options, OnlineSigners signers,
                                         OrderedStore* store, SetIntake* intake)
    : options_(std::move(options)),
      signers_(signers),
      store_(store),
      intake_(intake),
      metadata_(store),
      in_force_(store),
      blobs_(store) {}

absl::Status RepositoryPublisher::KeepContent(const std::vector<std::string>& content) {
  std::map<std::string, std::string> blobs;
  for (const std::string& bytes : content) blobs.emplace(Sha256(bytes), bytes);
  return blobs_.Put(blobs);
}

absl::StatusOr<std::optional<InForceSet>> RepositoryPublisher::RunTurn(const Turn& turn) {
  absl::StatusOr<std::optional<InForceSet>> outcome = std::optional<InForceSet>();
  for (int turns = 0; turns < kTurnsMax; ++turns) {
    MutexLock lock(mu_);
    absl::StatusOr<RepositoryWork> work =
        LoadRepositoryWork(options_.publisher, metadata_, in_force_);
    if (ReasonOf(work.status()) == Reason::kStoreConflict) {
      outcome = work.status();
      continue;
    }
    MRG_RETURN_IF_ERROR(work.status());
    const std::optional<uint64_t> read = work->row_version();
    outcome = turn(*std::move(work));
    const std::optional<Reason> refusal = ReasonOf(outcome.status());
    if (!refusal.has_value() || refusal == Reason::kStoreUnavailable) break;
    // What is refused of half of one state and half of the next says nothing. A conflict may also
    // be over rows of the intake's, which another publisher's set moved.
    MRG_ASSIGN_OR_RETURN(const auto now_there, in_force_.LoadRow(options_.publisher));
    const bool moved = now_there.has_value() != read.has_value() ||
                       (now_there.has_value() && now_there->version != *read);
    if (refusal != Reason::kStoreConflict && !moved) break;
  }
  return outcome;
}

absl::StatusOr<InForceSet> RepositoryPublisher::Publish(const Publication& publication,
                                                        absl::Time now) {
  std::optional<InForceSet> unchanged;
  const auto turn = [&](RepositoryWork work) -> absl::StatusOr<std::optional<InForceSet>> {
    MRG_RETURN_IF_ERROR(TakePublication(publication, &work));
    MRG_RETURN_IF_ERROR(EnsureOnlineRole(&work, now));
    if (!work.HasNews() && work.present.has_value()) {
      unchanged = std::move(work.present->set);
      return std::optional<InForceSet>();
    }
    return Finish(std::move(work), /*snapshot_too=*/true, now);
  };
  MRG_ASSIGN_OR_RETURN(std::optional<InForceSet> set, RunTurn(turn));
  if (!set.has_value()) return *std::move(unchanged);
  return *std::move(set);
}

absl::StatusOr<InForceSet> RepositoryPublisher::PublishOnlineTrees(
    const std::vector<OnlineTree>& trees, absl::Time now, const WithPublished& with) {
  std::string moved;  // the path of a tree that is not the expected one
  const auto turn = [&](RepositoryWork work) -> absl::StatusOr<std::optional<InForceSet>> {
    const auto file = work.files.find(options_.online_role);
    if (file == work.files.end()) {
      return MakeError(Reason::kMetadataNotFound, "the repository has no online role in force");
    }
    MRG_ASSIGN_OR_RETURN(MetadataDraft draft, MetadataDraft::FromBytes(file->second.file.bytes));
    moved.clear();
    for (const OnlineTree& tree : trees) {
      const InForceTarget* const before =
          work.present.has_value() ? work.present->set.FindTarget(tree.path) : nullptr;
      if (before == nullptr || before->sha256 != tree.expected_root) {
        moved = tree.path;
        return std::optional<InForceSet>();
      }
      const std::string sha256 = Sha256(tree.root_bytes);
      work.blobs.insert(tree.new_nodes.begin(), tree.new_nodes.end());
      work.blobs[sha256] = tree.root_bytes;
      draft.SetTarget(tree.path, {tree.root_bytes.size(), sha256, /*is_tree=*/true});
    }
    MRG_RETURN_IF_ERROR(SignOnlineRole(std::move(draft), &work, now));
    return Finish(std::move(work), /*snapshot_too=*/true, now, with);
  };
  MRG_ASSIGN_OR_RETURN(std::optional<InForceSet> set, RunTurn(turn));
  if (!moved.empty()) {
    return MakeError(Reason::kStoreConflict,
                     absl::StrCat(moved, " was changed since the new one was computed"));
  }
  return *std::move(set);
}

absl::StatusOr<absl::Time> RepositoryPublisher::RenewIfDue(absl::Time now) {
  absl::Time next = now + options_.lifetimes.timestamp.renew_after;
  const auto turn = [&](RepositoryWork work) -> absl::StatusOr<std::optional<InForceSet>> {
    if (!work.present.has_value()) return std::optional<InForceSet>();
    const OnlineLifetimes& lifetimes = options_.lifetimes;
    const auto due = [&](absl::string_view role, const RoleLifetime& lifetime) {
      const RoleVersion* const found = work.present->set.FindRole(role);
      return found == nullptr ? absl::InfiniteFuture() : RenewalDue(found->expires, lifetime, now);
    };
    const absl::Time online_due = due(options_.online_role, lifetimes.online_role);
    const absl::Time snapshot_due = due(kSnapshotRole, lifetimes.snapshot);
    const absl::Time timestamp_due = due(kTimestampRole, lifetimes.timestamp);
    const absl::Time first_due = std::min({online_due, snapshot_due, timestamp_due});
    if (now < first_due) {
      next = std::min(next, first_due);
      return std::optional<InForceSet>();
    }
    if (online_due <= now) {
      MRG_ASSIGN_OR_RETURN(MetadataDraft draft,
                           MetadataDraft::FromBytes(work.files[options_.online_role].file.bytes));
      MRG_RETURN_IF_ERROR(SignOnlineRole(std::move(draft), &work, now));
    }
    return Finish(std::move(work), /*snapshot_too=*/online_due <= now || snapshot_due <= now, now);
  };
  MRG_RETURN_IF_ERROR(RunTurn(turn).status());
  return next;
}

absl::StatusOr<trustlist::v1::StoredRepin> RepositoryPublisher::RepinOwn(const Repin& repin,
                                                                         absl::Time now) {
  trustlist::v1::StoredRepin record;
  const auto turn = [&](RepositoryWork work) -> absl::StatusOr<std::optional<InForceSet>> {
    if (!work.present.has_value()) {
      return MakeError(Reason::kMetadataNotFound, "nothing of the own repository is in force yet");
    }
    WriteSet writes;
    MRG_ASSIGN_OR_RETURN(record, StageOwnRepin(repin, now, *store_, &writes));
    MRG_ASSIGN_OR_RETURN(const TrustedMetadataSet trusted,
                         TrustedMetadataSet::FromTrustedRoot(repin.root, now));
    InForceSet set = work.present->set;
    for (RoleVersion& role : set.roles) {
      if (role.role != kRootRole) continue;
      role.version = record.new_root_version();
      role.signed_sha256 = record.new_root_sha256();
      role.expires = trusted.root().header.expires;
    }
    MRG_RETURN_IF_ERROR(intake_->Take({set, {}, work.row_version(), /*under_new_root=*/true},
                                      std::move(writes), now));
    return std::optional<InForceSet>(std::move(set));
  };
  MRG_RETURN_IF_ERROR(RunTurn(turn).status());
  return record;
}

absl::StatusOr<std::optional<InForceSet>> RepositoryPublisher::InForce() const {
  return in_force_.Load(options_.publisher);
}

absl::Status RepositoryPublisher::TakePublication(const Publication& publication,
                                                  RepositoryWork* work) const {
  std::vector<std::pair<MetadataName, const std::string*>> files;
  for (const auto& [name, bytes] : publication.metadata) {
    MRG_ASSIGN_OR_RETURN(const MetadataName named, ParseMetadataName(name));
    const size_t limit = named.role == kRootRole ? options_.limits.root_bytes_max
                                                 : options_.limits.targets_bytes_max;
    if (bytes.size() > limit) {
      return MakeError(Reason::kMetadataTooLong, absl::StrCat(name, " is too long"));
    }
    if (named.role == kRootRole) {
      MRG_RETURN_IF_ERROR(TakeRoot(named, bytes, work));
    } else {
      files.emplace_back(named, &bytes);
    }
  }
  MRG_ASSIGN_OR_RETURN(work->forgets_versions, RotatesOnlineKeys(*work));
  for (const auto& [named, bytes] : files) MRG_RETURN_IF_ERROR(TakeTargets(named, *bytes, work));
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

absl::Status RepositoryPublisher::TakeRoot(const MetadataName& name, const std::string& bytes,
                                           RepositoryWork* work) const {
  MRG_ASSIGN_OR_RETURN(const FileHead head, ReadHead(name, bytes));
  MRG_ASSIGN_OR_RETURN(const auto stored,
                       metadata_.Read(options_.publisher, kRootRole, head.version));
  if (!stored.has_value() || work->root.empty()) {
    work->new_roots[head.version] = bytes;
    return absl::OkStatus();
  }
  return CheckSameContent(name.role, head, *stored);
}

absl::Status RepositoryPublisher::TakeTargets(const MetadataName& name, const std::string& bytes,
                                              RepositoryWork* work) const {
  MRG_ASSIGN_OR_RETURN(const FileHead head, ReadHead(name, bytes));
  if (name.role == kTimestampRole || name.role == kSnapshotRole ||
      name.role == options_.online_role) {
    return MakeError(Reason::kMetadataMalformed,
                     absl::StrCat(name.role, " is signed by the node itself"));
  }
  MRG_RETURN_IF_ERROR(ReadRowOf(options_.publisher, name.role, metadata_, work));
  RoleFile& present = work->files[name.role];
  if (head.version == present.file.version) {
    return CheckSameContent(name.role, head, present.file.bytes);
  }
  const bool set_back = head.version < present.file.version;
  if (set_back && !work->forgets_versions) {
    return MakeError(Reason::kMetadataRollback,
                     absl::StrCat(name.role, " version ", present.file.version, " is in force"));
  }
  if (set_back) {
    MRG_ASSIGN_OR_RETURN(const auto stored,
                         metadata_.Read(options_.publisher, name.role, head.version));
    if (stored.has_value()) MRG_RETURN_IF_ERROR(CheckSameContent(name.role, head, *stored));
  }
  present = {{head.version, bytes}, /*is_new=*/true, set_back};
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::EnsureOnlineRole(RepositoryWork* work, absl::Time now) const {
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
  MRG_RETURN_IF_ERROR(ReadRowOf(options_.publisher, options_.online_role, metadata_, work));
  const RoleFile& present = work->files[options_.online_role];
  MetadataDraft draft = MakeTargets({}, 0, now);
  std::map<std::string, TargetFile> listed;
  bool is_signed = false;
  if (present.file.version > 0) {
    MRG_ASSIGN_OR_RETURN(draft, MetadataDraft::FromBytes(present.file.bytes));
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(present.file.bytes));
    MRG_ASSIGN_OR_RETURN(const TargetsMetadata metadata, TargetsMetadata::Parse(envelope));
    listed = metadata.targets;
    // These targets may list another key for it than the one that signed it.
    is_signed = CheckThreshold(envelope, targets.delegation_keys, delegation->keys).ok();
  }
  const auto& lifetime = options_.lifetimes.online_role;
  const RoleVersion* const in_force =
      work->present.has_value() ? work->present->set.FindRole(options_.online_role) : nullptr;
  bool changed = in_force == nullptr || !is_signed ||
                 (work->HasNews() && RenewalDue(in_force->expires, lifetime, now) <= now) ||
                 (work->forgets_versions && present.file.version > kUsualVersionMax);
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

absl::Status RepositoryPublisher::SignOnlineRole(MetadataDraft draft, RepositoryWork* work,
                                                 absl::Time now) const {
  RoleFile& file = work->files[options_.online_role];
  MRG_RETURN_IF_ERROR(NextVersion(options_.online_role, work->forgets_versions, &file));
  draft.SetVersion(file.file.version);
  draft.SetExpires(now + options_.lifetimes.online_role.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.online_role));
  file.file.bytes = draft.Bytes();
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::SignSnapshot(RepositoryWork* work, absl::Time now) const {
  std::map<std::string, NamedFile> files;
  for (const auto& [role, file] : work->files) files[role] = file.file;
  MRG_RETURN_IF_ERROR(NextVersion(kSnapshotRole, work->forgets_versions, &work->snapshot));
  MetadataDraft draft =
      MakeSnapshot(files, work->snapshot.file.version, now + options_.lifetimes.snapshot.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.snapshot));
  work->snapshot.file.bytes = draft.Bytes();
  return absl::OkStatus();
}

absl::Status RepositoryPublisher::SignTimestamp(RepositoryWork* work, absl::Time now) const {
  RoleFile* const timestamp = &work->timestamp;
  std::optional<PreviousTimestamp> previous;
  if (timestamp->file.version > 0) {
    MRG_ASSIGN_OR_RETURN(const FileHead head, ReadHead(timestamp->file.bytes));
    previous = PreviousTimestamp{head.version, head.signed_sha256};
  }
  bool may_begin_anew = work->forgets_versions;
  if (may_begin_anew) {
    MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roots,
                         metadata_.RootChain(options_.publisher));
    MRG_ASSIGN_OR_RETURN(may_begin_anew,
                         IsNewTimestampKey(*work, roots, signers_.timestamp->public_key()));
  }
  MRG_RETURN_IF_ERROR(NextVersion(kTimestampRole, may_begin_anew, timestamp));
  if (timestamp->set_back) previous.reset();
  MetadataDraft draft = MakeTimestamp(work->snapshot.file, previous, timestamp->file.version,
                                      now + options_.lifetimes.timestamp.valid);
  MRG_RETURN_IF_ERROR(draft.Sign(*signers_.timestamp));
  timestamp->file.bytes = draft.Bytes();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<InForceSet>> RepositoryPublisher::Finish(RepositoryWork work,
                                                                      bool snapshot_too,
                                                                      absl::Time now,
                                                                      const WithPublished& with) {
  if (snapshot_too) MRG_RETURN_IF_ERROR(SignSnapshot(&work, now));
  MRG_RETURN_IF_ERROR(SignTimestamp(&work, now));
  MRG_ASSIGN_OR_RETURN(InForceSet set, VerifyAsClient(options_.publisher, work, options_.limits,
                                                      options_.first_root_sha256, now));
  const OverlayBlobReader held(&work.blobs, &blobs_);
  MRG_RETURN_IF_ERROR(CheckPublishedContent(set, work, held, options_.limits));

  WriteSet writes;
  for (const auto& [role, file] : work.files) {
    if (file.set_back) MRG_RETURN_IF_ERROR(metadata_.ForgetEarlier(options_.publisher, role));
  }
  if (work.snapshot.set_back) {
    MRG_RETURN_IF_ERROR(metadata_.ForgetEarlier(options_.publisher, kSnapshotRole));
  }
  MRG_RETURN_IF_ERROR(StageMetadata(options_.publisher, metadata_, work, now, &writes));
  if (with) with(set, &writes);
  MRG_RETURN_IF_ERROR(
      intake_->Take({set, std::move(work.blobs), work.row_version(), /*under_new_root=*/false},
                    std::move(writes), now));
  return std::optional<InForceSet>(std::move(set));
}

}  // namespace mrg
