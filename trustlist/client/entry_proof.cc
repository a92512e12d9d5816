#include "trustlist/client/entry_proof.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/tree_proof.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/delegation_search.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"

namespace mrg {
namespace {

using trustlist::v1::EntryProof;

absl::StatusOr<ListedTarget> FindList(absl::string_view path, const RoleLookup& lookup) {
  MRG_ASSIGN_OR_RETURN(auto found, FindTarget(path, lookup));
  if (!found.has_value()) {
    return MakeError(Reason::kTargetNotFound, absl::StrCat("no role lists ", path));
  }
  if (!found->file.is_tree) {
    return MakeError(Reason::kMetadataMismatch, absl::StrCat(path, " is a file and no list"));
  }
  return *std::move(found);
}

// The roles of a proof, each verified when the search comes to it.
class VerifiedRoles {
 public:
  VerifiedRoles(const EntryProof& proof, RootMetadata root)
      : proof_(proof), root_(std::move(root)), expires_(root_.header.expires) {}

  absl::StatusOr<const TargetsMetadata*> Lookup(absl::string_view role,
                                                absl::string_view delegator) {
    const auto given = std::find_if(proof_.roles().begin(), proof_.roles().end(),
                                    [role](const auto& one) { return one.role() == role; });
    // A role that is passed over in silence could hide what it lists.
    if (given == proof_.roles().end()) {
      return MakeError(Reason::kMetadataNotFound,
                       absl::StrCat("the proof lacks the role ", role, " that is asked first"));
    }
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(given->content()));
    MRG_RETURN_IF_ERROR(CheckSigners(envelope, role, delegator));
    MRG_ASSIGN_OR_RETURN(TargetsMetadata metadata, TargetsMetadata::Parse(envelope));
    MRG_RETURN_IF_ERROR(metadata.CheckNames());
    expires_ = std::min(expires_, metadata.header.expires);
    return &verified_.insert_or_assign(std::string(role), std::move(metadata)).first->second;
  }

  const TargetsMetadata& At(const std::string& role) const { return verified_.at(role); }
  absl::Time expires() const { return expires_; }

 private:
  absl::Status CheckSigners(const SignedEnvelope& envelope, absl::string_view role,
                            absl::string_view delegator) const {
    if (delegator.empty()) {
      return CheckThreshold(envelope, root_.keys, root_.roles.at(kTargetsRole));
    }
    // The search came here from the delegator, so it is verified and delegates to the role.
    const TargetsMetadata& parent = verified_.at(std::string(delegator));
    const auto delegation =
        std::find_if(parent.delegations.begin(), parent.delegations.end(),
                     [role](const DelegatedRole& one) { return one.name == role; });
    return CheckThreshold(envelope, parent.delegation_keys, delegation->keys);
  }

  const EntryProof& proof_;
  const RootMetadata root_;
  std::map<std::string, TargetsMetadata> verified_;  // by role
  absl::Time expires_;
};

// Result: the newest root of the proof, reached from the trusted one.
absl::StatusOr<RootMetadata> FollowRoots(const EntryProof& proof, absl::string_view trusted_root,
                                         absl::Time at) {
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted,
                       TrustedMetadataSet::FromTrustedRoot(trusted_root, at));
  for (const std::string& bytes : proof.roots()) {
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
    MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
    if (root.header.version <= trusted.root().header.version) continue;
    MRG_RETURN_IF_ERROR(trusted.UpdateRoot(bytes));
  }
  return trusted.root();
}

}  // namespace

absl::StatusOr<EntryProof> MakeEntryProof(absl::string_view path, absl::string_view id,
                                          int64_t root_version, const ReadRoleFn& read,
                                          const NodeSource& nodes) {
  EntryProof proof;
  proof.set_path(std::string(path));
  proof.set_entry_id(std::string(id));
  for (int64_t version = 1; version <= root_version; ++version) {
    MRG_ASSIGN_OR_RETURN(std::string root, read(kRootRole, version));
    proof.add_roots(std::move(root));
  }
  std::map<std::string, TargetsMetadata> roles;
  const auto lookup = [&](absl::string_view role,
                          absl::string_view) -> absl::StatusOr<const TargetsMetadata*> {
    MRG_ASSIGN_OR_RETURN(std::string content, read(role, std::nullopt));
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(content));
    MRG_ASSIGN_OR_RETURN(TargetsMetadata metadata, TargetsMetadata::Parse(envelope));
    auto* const proven = proof.add_roles();
    proven->set_role(std::string(role));
    proven->set_content(std::move(content));
    return &roles.insert_or_assign(std::string(role), std::move(metadata)).first->second;
  };
  MRG_ASSIGN_OR_RETURN(const ListedTarget list, FindList(path, lookup));
  MRG_ASSIGN_OR_RETURN(const TreeProof tree, ProveEntry(list.file.sha256, nodes, id));
  for (const std::string& node : tree) proof.add_nodes(node);
  return proof;
}

absl::StatusOr<ProvenEntry> VerifyEntryProof(absl::string_view bytes,
                                             absl::string_view trusted_root, absl::Time at) {
  if (bytes.size() > kEntryProofBytesMax) {
    return MakeError(Reason::kMetadataTooLong, "expected a proof of at most 32 MiB");
  }
  MRG_ASSIGN_OR_RETURN(const EntryProof proof,
                       ParseCanonical<EntryProof>(bytes, Reason::kMetadataMalformed));
  MRG_ASSIGN_OR_RETURN(RootMetadata root, FollowRoots(proof, trusted_root, at));
  ProvenEntry entry{
      proof.path(), proof.entry_id(), std::nullopt, "", 0, absl::Time(), root.header.version, ""};
  VerifiedRoles roles(proof, std::move(root));
  const auto lookup = [&roles](absl::string_view role, absl::string_view delegator) {
    return roles.Lookup(role, delegator);
  };
  MRG_ASSIGN_OR_RETURN(ListedTarget list, FindList(proof.path(), lookup));
  entry.role = list.role;
  entry.role_version = roles.At(list.role).header.version;
  entry.expires = roles.expires();
  entry.root_sha256 = std::move(list.file.sha256);
  if (entry.expires <= at) {
    return MakeError(Reason::kMetadataExpired, "what the proof rests on had expired at that time");
  }
  const TreeProof tree(proof.nodes().begin(), proof.nodes().end());
  MRG_ASSIGN_OR_RETURN(entry.value, VerifyEntry(entry.root_sha256, tree, proof.entry_id()));
  return entry;
}

}  // namespace mrg
