#include "trustlist/testing/repository_simulator.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr absl::Duration kTimestampValid = absl::Hours(1);
constexpr absl::Duration kSnapshotValid = absl::Hours(24 * 7);
constexpr absl::Duration kOtherValid = absl::Hours(24 * 90);

std::string NodeName(absl::string_view sha256) {
  return absl::StrCat("nodes/", absl::BytesToHexString(sha256));
}

}  // namespace

RepositorySimulator::RepositorySimulator(absl::Time now) : now_(now) {
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole, "status"}) {
    AddKey(role);
  }
  AddKey("j-31", Scheme::kSm2Sm3);
  delegations_ = {{"j-31", {}, {"31/*", "31/packs/*/*/*"}}, {"status", {}, {"31/status/*"}}};
  for (const char* role : {kTargetsRole, "j-31", "status"}) {
    drafts_.emplace(role, MakeTargets({}, 0, now));
  }
  PublishRoot();
  for (const char* role : {kTargetsRole, "j-31", "status"}) PublishTargets(role);
  PublishSnapshot();
  PublishTimestamp();
}

const Signer& RepositorySimulator::AddKey(const std::string& role, Scheme scheme) {
  signers_[role].push_back(*NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme)));
  return *signers_[role].back();
}

void RepositorySimulator::DropKeys(const std::string& role) { signers_[role].clear(); }

void RepositorySimulator::DropKey(const std::string& role, size_t index) {
  signers_[role].erase(signers_[role].begin() + static_cast<ptrdiff_t>(index));
}

RoleSigners RepositorySimulator::SignersOf(const std::string& role) const {
  RoleSigners signers;
  for (const auto& signer : signers_.at(role)) signers.keys.push_back(signer->public_key());
  auto threshold = thresholds_.find(role);
  if (threshold != thresholds_.end()) signers.threshold = threshold->second;
  return signers;
}

void RepositorySimulator::Sign(const std::string& role, MetadataDraft* draft) const {
  for (const auto& signer : signers_.at(role)) draft->Sign(*signer).IgnoreError();
}

void RepositorySimulator::PublishRoot() {
  ++root_version_;
  MetadataDraft draft = MakeRoot({SignersOf(kRootRole), SignersOf(kTimestampRole),
                                  SignersOf(kSnapshotRole), SignersOf(kTargetsRole)},
                                 root_version_, now_ + kOtherValid);
  for (const auto& signer : last_root_signers_) draft.Sign(*signer).IgnoreError();
  Sign(kRootRole, &draft);
  last_root_signers_ = signers_.at(kRootRole);
  Serve(MetadataFileName(kRootRole, root_version_), draft.Bytes());
}

std::string RepositorySimulator::root(int64_t version) const {
  return served(MetadataFileName(kRootRole, version));
}

void RepositorySimulator::SetTarget(const std::string& role, const std::string& path,
                                    const std::string& content) {
  const std::string sha256 = Sha256(content);
  drafts_.at(role).SetTarget(path, {content.size(), sha256, /*is_tree=*/false});
  Serve(TargetFileName(path, sha256), content);
}

void RepositorySimulator::SetTree(const std::string& role, const std::string& path,
                                  const BuiltTree& tree) {
  const std::string& root = tree.root_bytes();
  drafts_.at(role).SetTarget(path, {root.size(), tree.root_sha256, /*is_tree=*/true});
  Serve(TargetFileName(path, tree.root_sha256), root);
  for (const auto& [sha256, bytes] : tree.nodes) Serve(NodeName(sha256), bytes);
}

void RepositorySimulator::SetDelegations(std::vector<Delegation> delegations) {
  delegations_ = std::move(delegations);
}

void RepositorySimulator::PublishTargets(const std::string& role) {
  MetadataDraft& draft = drafts_.at(role);
  if (role == kTargetsRole && !delegations_.empty()) {
    std::vector<Delegation> delegations = delegations_;
    for (Delegation& delegation : delegations) delegation.signers = SignersOf(delegation.role);
    draft.SetMember("delegations", MakeTargets(delegations, 1, now_).signed_part()["delegations"]);
  }
  draft.SetVersion(draft.version() + 1);
  draft.SetExpires(now_ + kOtherValid);
  Sign(role, &draft);
  targets_files_[role] = {draft.version(), draft.Bytes()};
  Serve(MetadataFileName(role, draft.version()), draft.Bytes());
}

void RepositorySimulator::PublishSnapshot() { PublishSnapshotOf(targets_files_); }

void RepositorySimulator::PublishSnapshotOf(const std::map<std::string, NamedFile>& files) {
  MetadataDraft draft = MakeSnapshot(files, snapshot_.version + 1, now_ + kSnapshotValid);
  Sign(kSnapshotRole, &draft);
  snapshot_ = {draft.version(), draft.Bytes()};
  Serve(MetadataFileName(kSnapshotRole, draft.version()), draft.Bytes());
}

void RepositorySimulator::PublishTimestamp() { PublishTimestampOf(snapshot_); }

void RepositorySimulator::PublishTimestampOf(const NamedFile& snapshot) {
  // Whoever sets a version high says that it goes on from the one before.
  if (previous_.has_value()) previous_->version = timestamp_.version;
  MetadataDraft draft =
      MakeTimestamp(snapshot, previous_, timestamp_.version + 1, now_ + kTimestampValid);
  Sign(kTimestampRole, &draft);
  timestamp_ = {draft.version(), draft.Bytes()};
  previous_ = PreviousTimestamp{draft.version(), draft.SignedSha256()};
  Serve("timestamp.json", draft.Bytes());
  Serve(MetadataFileName(kTimestampRole, draft.version()), draft.Bytes());
}

void RepositorySimulator::Publish(const std::string& role) {
  PublishTargets(role);
  PublishSnapshot();
  PublishTimestamp();
}

absl::StatusOr<std::string> RepositorySimulator::Answer(const std::string& name, size_t bytes_max,
                                                        bool is_target) {
  requests_.push_back(name);
  if (unreachable_) return MakeError(Reason::kFetchFailed, "the peer does not answer");
  auto found = served_.find(name);
  if (found == served_.end()) {
    return MakeError(is_target ? Reason::kTargetNotFound : Reason::kMetadataNotFound, name);
  }
  if (found->second.size() > bytes_max) return MakeError(Reason::kMetadataTooLong, name);
  return found->second;
}

absl::StatusOr<std::string> RepositorySimulator::FetchMetadata(absl::string_view role,
                                                               std::optional<int64_t> version,
                                                               size_t bytes_max) {
  const std::string name =
      version.has_value() ? MetadataFileName(role, *version) : absl::StrCat(role, ".json");
  return Answer(name, bytes_max, /*is_target=*/false);
}

absl::StatusOr<std::string> RepositorySimulator::FetchTarget(absl::string_view path,
                                                             absl::string_view sha256,
                                                             size_t bytes_max) {
  return Answer(TargetFileName(path, sha256), bytes_max, /*is_target=*/true);
}

absl::StatusOr<std::vector<std::string>> RepositorySimulator::FetchNodes(
    const std::vector<std::string>& sha256) {
  if (unreachable_) return MakeError(Reason::kFetchFailed, "the peer does not answer");
  std::vector<std::string> nodes;
  for (const std::string& digest : sha256) {
    requests_.push_back(NodeName(digest));
    auto found = served_.find(NodeName(digest));
    if (found == served_.end()) return MakeError(Reason::kTreeNodeNotFound, NodeName(digest));
    nodes.push_back(found->second);
  }
  return nodes;
}

}  // namespace mrg
