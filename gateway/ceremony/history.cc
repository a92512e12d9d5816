#include "gateway/ceremony/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/fetched_nodes.h"
#include "gateway/prefix_tree/tree_diff.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

// Versions that are asked for of one role at most: a follower has gaps, and the newest version may
// be any number.
constexpr int64_t kVersionsAskedMax = 1000;

struct KeptFile {
  SignedEnvelope envelope;
  MetadataDraft draft;
};

// Newest first.
using KeptFiles = std::vector<KeptFile>;

// All keys that kept files list, by key id: one id may have stood for several.
class Keyring {
 public:
  void Add(const TufKeys& keys) {
    for (const auto& [keyid, key] : keys) ring_[keyid].try_emplace(key.identity(), key);
  }

  // Result: what names the key.
  std::string NameOf(const std::string& keyid) const {
    const auto found = ring_.find(keyid);
    return found == ring_.end() ? keyid : found->second.begin()->first;
  }

  void FindSigners(const SignedEnvelope& envelope, PublishedVersion* version) const {
    std::set<std::string> signers;
    for (const EnvelopeSignature& one : envelope.signatures()) {
      const std::string* signer = nullptr;
      const auto found = ring_.find(one.keyid);
      if (found != ring_.end()) {
        for (const auto& [identity, key] : found->second) {
          if (key.Verify(envelope.canonical_signed(), one.signature).ok()) signer = &identity;
        }
      }
      if (signer == nullptr) {
        ++version->unknown_signatures;
      } else {
        signers.insert(*signer);
      }
    }
    version->signers.assign(signers.begin(), signers.end());
  }

 private:
  std::map<std::string, std::map<std::string, TufKey>> ring_;
};

absl::StatusOr<std::string> Fetch(const std::string& role, std::optional<int64_t> version,
                                  Fetcher* node) {
  const MetadataLimits limits;
  return node->FetchMetadata(role, version,
                             role == kRootRole ? limits.root_bytes_max : limits.targets_bytes_max);
}

absl::StatusOr<KeptFile> Parse(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, MetadataDraft::FromBytes(bytes));
  return KeptFile{std::move(envelope), std::move(draft)};
}

// The newest `count` versions that the node keeps, at least one. Errors: METADATA_NOT_FOUND.
absl::StatusOr<KeptFiles> FetchNewest(const std::string& role, size_t count, Fetcher* node) {
  MRG_ASSIGN_OR_RETURN(const std::string newest, Fetch(role, std::nullopt, node));
  KeptFiles files;
  MRG_ASSIGN_OR_RETURN(KeptFile first, Parse(newest));
  files.push_back(std::move(first));
  const int64_t top = files.front().draft.version();
  for (int64_t version = top - 1;
       version > std::max<int64_t>(0, top - kVersionsAskedMax) && files.size() < count; --version) {
    const absl::StatusOr<std::string> bytes = Fetch(role, version, node);
    if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) continue;
    MRG_RETURN_IF_ERROR(bytes.status());
    MRG_ASSIGN_OR_RETURN(KeptFile file, Parse(*bytes));
    files.push_back(std::move(file));
  }
  return files;
}

std::set<std::string> NamesOf(const std::optional<RoleKeys>& role, const Keyring& keyring) {
  std::set<std::string> names;
  if (!role.has_value()) return names;
  for (const std::string& keyid : role->keyids) names.insert(keyring.NameOf(keyid));
  return names;
}

void AddSignersChange(const std::string& role, const std::optional<RoleKeys>& before,
                      const std::optional<RoleKeys>& after, const Keyring& keyring,
                      PublishedVersion* version) {
  const std::set<std::string> were = NamesOf(before, keyring);
  const std::set<std::string> are = NamesOf(after, keyring);
  SignersChange change{role, {}, {}, after.has_value() ? after->threshold : 0};
  std::set_difference(are.begin(), are.end(), were.begin(), were.end(),
                      std::back_inserter(change.came));
  std::set_difference(were.begin(), were.end(), are.begin(), are.end(),
                      std::back_inserter(change.went));
  const int64_t threshold_before = before.has_value() ? before->threshold : 0;
  if (change.came.empty() && change.went.empty() && change.threshold == threshold_before) return;
  version->signers_changes.push_back(std::move(change));
}

absl::Status CountIssuer(const EntryDifference& entry, ContentChange* change) {
  MRG_ASSIGN_OR_RETURN(const auto after, ParseCanonical<gateway::v1::IssuerEntry>(
                                             *entry.after, Reason::kIssuerListInvalid));
  MRG_ASSIGN_OR_RETURN(const auto before, ParseCanonical<gateway::v1::IssuerEntry>(
                                              *entry.before, Reason::kIssuerListInvalid));
  if (after.states_size() <= before.states_size()) {
    ++change->changed;
    return absl::OkStatus();
  }
  switch (after.states().rbegin()->kind()) {
    case gateway::v1::ISSUER_STATE_KIND_SUSPENDED:
      ++change->suspended;
      break;
    case gateway::v1::ISSUER_STATE_KIND_RETIRED:
      ++change->retired;
      break;
    case gateway::v1::ISSUER_STATE_KIND_COMPROMISED:
      ++change->compromised;
      break;
    default:
      ++change->changed;
  }
  return absl::OkStatus();
}

absl::StatusOr<ContentChange> CountChanges(const TargetDiff& target, const NodeSource& nodes) {
  ContentChange change;
  change.path = target.path;
  change.is_new = !target.before.has_value();
  change.is_gone = !target.after.has_value();
  change.is_tree = !change.is_gone && target.after->is_tree;
  if (!change.is_tree) return change;
  const bool is_issuers = absl::EndsWith(target.path, "/issuers");
  const bool was_tree = target.before.has_value() && target.before->is_tree;
  MRG_RETURN_IF_ERROR(ForEachDifference(was_tree ? target.before->sha256 : "", target.after->sha256,
                                        nodes, [&](const EntryDifference& entry) -> absl::Status {
                                          if (!entry.before.has_value()) {
                                            ++change.added;
                                          } else if (!entry.after.has_value()) {
                                            ++change.removed;
                                          } else if (is_issuers) {
                                            return CountIssuer(entry, &change);
                                          } else {
                                            ++change.changed;
                                          }
                                          return absl::OkStatus();
                                        }));
  return change;
}

// `before` null: it is compared with nothing.
absl::StatusOr<PublishedVersion> Compare(const std::string& role, const KeptFile* before,
                                         const KeptFile& after, const Keyring& keyring,
                                         const NodeSource& nodes) {
  PublishedVersion version;
  version.role = role;
  version.version = after.draft.version();
  MRG_ASSIGN_OR_RETURN(version.expires, StringMember(after.draft.signed_part(), "expires"));
  keyring.FindSigners(after.envelope, &version);
  if (before == nullptr && version.version > 1) {
    version.is_oldest_kept = true;
    return version;
  }
  std::optional<MetadataDraft> earlier;
  if (before != nullptr) {
    earlier = before->draft;
    version.before = earlier->version();
  }
  MRG_ASSIGN_OR_RETURN(const RoleDiff diff, DiffVersions(role, earlier, after.draft));
  for (const SignersDiff& signers : diff.signers) {
    AddSignersChange(signers.role, signers.before, signers.after, keyring, &version);
  }
  for (const DelegationDiff& delegation : diff.delegations) {
    std::optional<RoleKeys> was, is;
    if (delegation.before.has_value()) was = delegation.before->keys;
    if (delegation.after.has_value()) is = delegation.after->keys;
    AddSignersChange(delegation.role, was, is, keyring, &version);
  }
  for (const TargetDiff& target : diff.targets) {
    MRG_ASSIGN_OR_RETURN(ContentChange change, CountChanges(target, nodes));
    version.content_changes.push_back(std::move(change));
  }
  return version;
}

absl::StatusOr<std::vector<std::string>> RolesOf(const HistoryOptions& options,
                                                 const KeptFile& targets) {
  std::vector<std::string> roles = {kRootRole, kTargetsRole};
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata parsed, TargetsMetadata::Parse(targets.envelope));
  for (const DelegatedRole& role : parsed.delegations) {
    // The node signs that one.
    if (role.name != kStatusRole) roles.push_back(role.name);
  }
  if (options.role.empty()) return roles;
  if (std::find(roles.begin(), roles.end(), options.role) == roles.end()) {
    return absl::NotFoundError(absl::StrCat("no role ", options.role, " that people sign"));
  }
  return std::vector<std::string>{options.role};
}

}  // namespace

absl::StatusOr<std::vector<PublishedVersion>> ReadHistory(const HistoryOptions& options,
                                                          Fetcher* node) {
  Keyring keyring;
  // All roots, for the keys that they list; of targets one more than is shown, for the same.
  MRG_ASSIGN_OR_RETURN(const KeptFiles roots,
                       FetchNewest(kRootRole, static_cast<size_t>(kVersionsAskedMax), node));
  for (const KeptFile& file : roots) {
    MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(file.envelope));
    keyring.Add(root.keys);
  }
  MRG_ASSIGN_OR_RETURN(const KeptFiles targets,
                       FetchNewest(kTargetsRole, options.versions_max + 1, node));
  for (const KeptFile& file : targets) {
    MRG_ASSIGN_OR_RETURN(const TargetsMetadata parsed, TargetsMetadata::Parse(file.envelope));
    keyring.Add(parsed.delegation_keys);
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roles, RolesOf(options, targets.front()));
  const FetchedNodes nodes(node);
  std::vector<PublishedVersion> history;
  const auto kept_of = [&](const std::string& role) -> absl::StatusOr<KeptFiles> {
    if (role == kRootRole) return roots;
    if (role == kTargetsRole) return targets;
    return FetchNewest(role, options.versions_max + 1, node);
  };
  for (const std::string& role : roles) {
    const absl::StatusOr<KeptFiles> files = kept_of(role);
    // Delegated to, and nothing of it was published yet.
    if (ReasonOf(files.status()) == Reason::kMetadataNotFound) continue;
    MRG_RETURN_IF_ERROR(files.status());
    for (size_t i = 0; i < files->size() && i < options.versions_max; ++i) {
      const KeptFile* const before = i + 1 < files->size() ? &files->at(i + 1) : nullptr;
      MRG_ASSIGN_OR_RETURN(PublishedVersion version,
                           Compare(role, before, files->at(i), keyring, nodes));
      history.push_back(std::move(version));
    }
  }
  return history;
}

}  // namespace mrg
