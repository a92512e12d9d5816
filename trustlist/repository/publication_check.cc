#include "trustlist/repository/publication_check.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/memory_files.h"
#include "trustlist/client/set_content.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/repository/memory_repository.h"

namespace mrg {
namespace {

// What a follower holds that took everything up to now. One that begins today makes fewer checks of
// the same files.
absl::StatusOr<MemoryFiles> FilesOfAFollower(const RepositoryWork& work,
                                             const std::optional<std::string>& first_root_sha256) {
  MemoryFiles files;
  if (!work.root.empty()) {
    MRG_RETURN_IF_ERROR(files.Take(kRootRole, 1, work.root));
    if (work.stored_timestamp.empty()) return files;
    MRG_RETURN_IF_ERROR(files.Take(kTimestampRole, 1, work.stored_timestamp));
    MRG_RETURN_IF_ERROR(files.Take(kSnapshotRole, 1, work.stored_snapshot));
    return files;
  }
  const std::string& first = work.new_roots.begin()->second;
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(first));
  if (first_root_sha256.value_or(digest) != digest) {
    return MakeError(Reason::kMemberRootUnconfirmed,
                     "the first root is not the one that the configuration names");
  }
  MRG_RETURN_IF_ERROR(files.Take(kRootRole, 1, first));
  return files;
}

MemoryRepository RepositoryOf(const RepositoryWork& work) {
  MemoryRepository repository;
  for (const auto& [version, bytes] : work.new_roots) {
    repository.ServeMetadata(kRootRole, version, bytes);
  }
  for (const auto& [role, file] : work.files) {
    repository.ServeMetadata(role, file.file.version, file.file.bytes);
  }
  const NamedFile& snapshot = work.snapshot.file;
  const NamedFile& timestamp = work.timestamp.file;
  repository.ServeMetadata(kSnapshotRole, snapshot.version, snapshot.bytes);
  repository.ServeMetadata(kTimestampRole, timestamp.version, timestamp.bytes);
  return repository;
}

// That every role that is delegated to, by whomever, is there and was taken. A follower may go on
// without a province's role; who publishes may not. Errors: METADATA_NOT_FOUND, `refusal`,
// METADATA_MISMATCH.
absl::Status CheckAllTaken(const RepositoryWork& work, const TrustedMetadataSet& trusted,
                           const absl::Status& refusal) {
  std::vector<std::string> delegators = {kTargetsRole};
  std::set<std::string> seen = {kTargetsRole};
  while (!delegators.empty()) {
    const std::string delegator = std::move(delegators.back());
    delegators.pop_back();
    for (const DelegatedRole& role : trusted.FindRole(delegator)->delegations) {
      if (!work.files.contains(role.name)) {
        return MakeError(Reason::kMetadataNotFound,
                         absl::StrCat("the role ", role.name, " that ", delegator,
                                      " delegates to was not published yet"));
      }
      if (trusted.FindRole(role.name) == nullptr) {
        if (!refusal.ok()) return refusal;
        return MakeError(Reason::kMetadataMismatch,
                         absl::StrCat("followers would leave out ", role.name));
      }
      if (seen.insert(role.name).second) delegators.push_back(role.name);
    }
  }
  return refusal;
}

}  // namespace

absl::StatusOr<InForceSet> VerifyAsClient(const MemberId& publisher, const RepositoryWork& work,
                                          const MetadataLimits& limits,
                                          const std::optional<std::string>& first_root_sha256,
                                          absl::Time now) {
  if (work.new_roots.size() > static_cast<size_t>(limits.root_rotations_max)) {
    return MakeError(Reason::kMetadataTooLong, "more roots than a client follows at once");
  }
  MRG_ASSIGN_OR_RETURN(MemoryFiles files, FilesOfAFollower(work, first_root_sha256));
  MemoryRepository repository = RepositoryOf(work);
  MRG_ASSIGN_OR_RETURN(
      WithTargets client,
      RefreshTopLevel({&repository, &files, nullptr}, {ClientRules::kFederation, limits, {}}, now));
  const absl::StatusOr<std::vector<DelegationFault>> delegated = client.UpdateDelegated();
  const TrustedMetadataSet& trusted = client.trusted();
  absl::Status refusal = delegated.status();
  if (delegated.ok() && !delegated->empty()) refusal = delegated->front().status;
  MRG_RETURN_IF_ERROR(CheckAllTaken(work, trusted, refusal));
  // A root that its predecessor did not sign is not asked for, and would stay unnoticed.
  if (!work.new_roots.empty() && trusted.root().header.version != work.new_roots.rbegin()->first) {
    return MakeError(Reason::kMetadataRollback, "the roots do not follow one another");
  }
  for (const auto& [role, metadata] : trusted.delegated()) {
    // A client takes a role that has expired, so that one province does not stop the others; a new
    // file of that kind can only be a mistake.
    if (work.files.at(role).is_new && metadata.header.expires <= now) {
      return MakeError(Reason::kMetadataExpired,
                       absl::StrCat("the new ", role, " has expired already"));
    }
  }
  return ToInForceSet(publisher, trusted, /*faults=*/{});
}

absl::Status CheckPublishedContent(const InForceSet& set, const RepositoryWork& work,
                                   const BlobReader& held, const MetadataLimits& limits) {
  MemoryRepository nothing;  // all is held, or it is missing
  const auto keep = [](std::map<std::string, std::string>) { return absl::OkStatus(); };
  return FetchSetContent(set, work.present.has_value() ? &work.present->set : nullptr, &nothing,
                         held, keep, {limits, {}, {}});
}

}  // namespace mrg
