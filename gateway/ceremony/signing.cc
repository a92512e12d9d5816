#include "gateway/ceremony/signing.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/crypto/signer_file.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/tuf_key.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using Signers = std::vector<std::unique_ptr<Signer>>;

// Reads <folder>/<role>.pem and, where they exist, <role>-2.pem, <role>-3.pem, ...
absl::StatusOr<Signers> ReadSigners(const fs::path& folder, const std::string& role) {
  Signers signers;
  MRG_ASSIGN_OR_RETURN(auto first, SignerFromFile((folder / (role + ".pem")).string()));
  signers.push_back(std::move(first));
  for (int n = 2;; ++n) {
    const fs::path path = folder / absl::StrCat(role, "-", n, ".pem");
    std::error_code error;
    if (!fs::exists(path, error)) return signers;
    MRG_ASSIGN_OR_RETURN(auto next, SignerFromFile(path.string()));
    signers.push_back(std::move(next));
  }
}

RoleSigners PublicPart(const Signers& signers, int threshold) {
  RoleSigners listed;
  for (const auto& signer : signers) listed.keys.push_back(signer->public_key());
  listed.threshold = threshold;
  return listed;
}

absl::StatusOr<RoleSigners> ReadPublic(const fs::path& folder, const std::string& role,
                                       int threshold) {
  MRG_ASSIGN_OR_RETURN(const Signers signers, ReadSigners(folder, role));
  if (threshold < 1 || static_cast<size_t>(threshold) > signers.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a threshold of ", role, " in 1 to ", signers.size()));
  }
  return PublicPart(signers, threshold);
}

absl::StatusOr<RootContent> ReadRootContent(const InitOptions& options) {
  const fs::path keys(options.keys);
  RootContent content;
  MRG_ASSIGN_OR_RETURN(content.root,
                       ReadPublic(keys / "offline", kRootRole, options.root_threshold));
  MRG_ASSIGN_OR_RETURN(content.targets,
                       ReadPublic(keys / "offline", kTargetsRole, options.targets_threshold));
  MRG_ASSIGN_OR_RETURN(content.timestamp, ReadPublic(keys / "online", kTimestampRole, 1));
  MRG_ASSIGN_OR_RETURN(content.snapshot, ReadPublic(keys / "online", kSnapshotRole, 1));
  return content;
}

// The delegations of docs/formats/tuf-metadata.md, Roles.
absl::StatusOr<std::vector<Delegation>> MakeDelegations(const InitOptions& options) {
  std::vector<Delegation> delegations;
  if (options.jurisdictions.empty()) return delegations;
  Delegation status{kStatusRole, {}, {}};
  MRG_ASSIGN_OR_RETURN(status.signers,
                       ReadPublic(fs::path(options.keys) / "online", kStatusRole, 1));
  for (const std::string& text : options.jurisdictions) {
    MRG_ASSIGN_OR_RETURN(const JurisdictionId id, JurisdictionId::Parse(text));
    const std::string& nn = id.value();
    Delegation province{ProvinceRole(nn), {}, {}};
    MRG_ASSIGN_OR_RETURN(province.signers,
                         ReadPublic(fs::path(options.keys) / "offline", province.role, 1));
    province.paths = ProvincePatterns(nn);
    status.paths.push_back(StatusPattern(nn));
    delegations.push_back(std::move(province));
  }
  delegations.push_back(std::move(status));
  return delegations;
}

absl::StatusOr<std::string> LogKeysTarget(const InitOptions& options, absl::Time now) {
  if (!absl::StartsWith(options.log_origin, options.member + "/")) {
    return absl::InvalidArgumentError("expected a log origin of the form <member>/<log-id>");
  }
  MRG_ASSIGN_OR_RETURN(const auto signer,
                       SignerFromFile((fs::path(options.keys) / "online" / "log.pem").string()));
  if (signer->public_key().scheme() != Scheme::kEd25519) {
    return MakeError(Reason::kKeyFileInvalid, "expected an Ed25519 key in log.pem");
  }
  trustlist::v1::LogKeys keys;
  trustlist::v1::LogKey* key = keys.add_keys();
  key->set_origin(options.log_origin);
  key->set_public_key(signer->public_key().spki_der());
  *key->mutable_from() = ToTimestamp(absl::FromUnixSeconds(absl::ToUnixSeconds(now)));
  return CanonicalBytes(keys);
}

RootState StateOf(const MetadataDraft& root) { return {root.version(), root.SignedSha256()}; }

// Result: true when the key is listed for the role in the root of `bytes`.
absl::StatusOr<bool> RootLists(const std::string& bytes, const std::string& identity) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
  for (const std::string& keyid : root.roles.at(kRootRole).keyids) {
    const auto key = root.keys.find(keyid);
    if (key != root.keys.end() && key->second.identity() == identity) return true;
  }
  return false;
}

absl::StatusOr<bool> MaySign(const std::string& role, const std::string& identity,
                             const RepositoryFolder& folder) {
  if (role == kRootRole) {
    MRG_ASSIGN_OR_RETURN(const std::string present, folder.ReadBytes(kRootRole));
    MRG_ASSIGN_OR_RETURN(const bool listed, RootLists(present, identity));
    if (listed) return true;
    MRG_ASSIGN_OR_RETURN(const auto published, folder.ReadPublished(kRootRole));
    if (!published.has_value()) return false;
    return RootLists(published->Bytes(), identity);
  }
  MRG_ASSIGN_OR_RETURN(const ListedSigners listed, folder.SignersOf(role));
  return std::any_of(listed.role.keyids.begin(), listed.role.keyids.end(),
                     [&](const std::string& keyid) {
                       const auto key = listed.keys.find(keyid);
                       return key != listed.keys.end() && key->second.identity() == identity;
                     });
}

}  // namespace

absl::StatusOr<RootState> InitRepository(const InitOptions& options, absl::Time now,
                                         RepositoryFolder* folder) {
  MRG_RETURN_IF_ERROR(MemberId::Parse(options.member).status());
  // Everything that may be refused comes before the folder is made.
  MRG_ASSIGN_OR_RETURN(const RootContent content, ReadRootContent(options));
  MRG_ASSIGN_OR_RETURN(const std::vector<Delegation> delegations, MakeDelegations(options));
  MRG_ASSIGN_OR_RETURN(const std::string log_keys, LogKeysTarget(options, now));
  MRG_ASSIGN_OR_RETURN(const Signers root_signers,
                       ReadSigners(fs::path(options.keys) / "offline", kRootRole));
  MetadataDraft root = MakeRoot(content, 1, now + folder->lifetimes().root);
  for (const auto& signer : root_signers) MRG_RETURN_IF_ERROR(root.Sign(*signer));

  MRG_RETURN_IF_ERROR(folder->Create());
  MRG_RETURN_IF_ERROR(
      folder->Write(kTargetsRole, MakeTargets(delegations, 1, now + folder->lifetimes().targets)));
  for (const Delegation& delegation : delegations) {
    if (delegation.role == kStatusRole) continue;  // the node makes it
    MRG_RETURN_IF_ERROR(
        folder->Write(delegation.role, MakeTargets({}, 1, now + folder->lifetimes().targets)));
  }
  MRG_RETURN_IF_ERROR(folder->StageFile(kLogKeysPath, log_keys, now).status());
  // Last, because a folder with a root counts as made.
  MRG_RETURN_IF_ERROR(folder->Write(kRootRole, root));
  return StateOf(root);
}

absl::StatusOr<RootState> RotateRoot(const InitOptions& options, absl::Time now,
                                     RepositoryFolder* folder) {
  MRG_ASSIGN_OR_RETURN(const RootContent content, ReadRootContent(options));
  MRG_ASSIGN_OR_RETURN(const auto published, folder->ReadPublished(kRootRole));
  if (!published.has_value()) {
    return absl::FailedPreconditionError("the first root is not published yet");
  }
  const MetadataDraft root =
      MakeRoot(content, published->version() + 1, now + folder->lifetimes().root);
  MRG_RETURN_IF_ERROR(folder->Write(kRootRole, root));
  return StateOf(root);
}

absl::StatusOr<int64_t> SignRole(const std::string& role, const std::string& key_path,
                                 RepositoryFolder* folder) {
  MRG_ASSIGN_OR_RETURN(const auto signer, SignerFromFile(key_path));
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, folder->Read(role));
  MRG_ASSIGN_OR_RETURN(const bool listed,
                       MaySign(role, signer->public_key().spki_sha256(), *folder));
  if (!listed) {
    return absl::FailedPreconditionError(
        absl::StrCat("the key of ", key_path, " is not listed for ", role));
  }
  MRG_RETURN_IF_ERROR(draft.Sign(*signer));
  MRG_RETURN_IF_ERROR(folder->Write(role, draft));
  return draft.version();
}

absl::StatusOr<int64_t> RenewRole(const std::string& role, absl::Time now,
                                  RepositoryFolder* folder) {
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, folder->Read(role));
  MRG_RETURN_IF_ERROR(folder->WriteStaged(role, std::move(draft), now));
  MRG_ASSIGN_OR_RETURN(const MetadataDraft staged, folder->Read(role));
  return staged.version();
}

}  // namespace mrg
