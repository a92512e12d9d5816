#include "gateway/ceremony/key_replacement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/ceremony/signing.h"
#include "gateway/crypto/digest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/format/json_document.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {
namespace {

// Result: the key id of the listed key that ends.
absl::StatusOr<std::string> EndedKeyId(const std::string& role, const ListedSigners& listed,
                                       absl::string_view ended) {
  if (ended.empty()) {
    if (listed.role.keyids.size() == 1) return listed.role.keyids.front();
    return absl::FailedPreconditionError(absl::StrCat(role, " has ", listed.role.keyids.size(),
                                                      " keys: expected to be told which ends"));
  }
  for (const std::string& keyid : listed.role.keyids) {
    const auto key = listed.keys.find(keyid);
    if (key != listed.keys.end() && key->second.identity() == ended) return keyid;
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the key that is to end is not listed for ", role));
}

// Puts `key` into `keys` and into the key ids of `role`; what nobody in `roles` names any more
// goes. `roles`: an object or an array of roles.
void Exchange(const std::string& ended, const PublicKey& key, Json* role, Json* keys,
              const Json& roles) {
  const std::string keyid = TufKeyId(key);
  for (Json& one : (*role)["keyids"]) {
    if (one == ended) one = keyid;
  }
  (*keys)[keyid] = TufKeyToJson(key);
  const bool is_named = std::any_of(roles.begin(), roles.end(), [&](const Json& one) {
    const Json& keyids = one.at("keyids");
    return std::find(keyids.begin(), keyids.end(), ended) != keyids.end();
  });
  if (!is_named) keys->erase(ended);
}

// REQUIRES: the draft parses as root, and lists the role.
MetadataDraft WithKeyInRoot(const std::string& role, const std::string& ended, const PublicKey& key,
                            MetadataDraft root) {
  Json keys = root.signed_part().at("keys");
  Json roles = root.signed_part().at("roles");
  Exchange(ended, key, &roles[role], &keys, roles);
  root.SetMember("keys", std::move(keys));
  root.SetMember("roles", std::move(roles));
  return root;
}

// REQUIRES: the draft parses as targets, and delegates to the role.
MetadataDraft WithKeyInTargets(const std::string& role, const std::string& ended,
                               const PublicKey& key, MetadataDraft targets) {
  Json delegations = targets.signed_part().at("delegations");
  Json& roles = delegations["roles"];
  for (Json& one : roles) {
    if (one.at("name") == role) Exchange(ended, key, &one, &delegations["keys"], roles);
  }
  targets.SetMember("delegations", std::move(delegations));
  return targets;
}

absl::Status CheckReplaceable(const std::string& role) {
  if (IsTopLevelRole(role) ? role != kRootRole
                           : role == kStatusRole || absl::StartsWith(role, "j-")) {
    return absl::OkStatus();
  }
  return MakeFieldError(Reason::kFieldMalformed, "--role",
                        "expected timestamp, snapshot, targets, status, log or j-NN; for root see "
                        "mrgctl trust rotate");
}

}  // namespace

absl::StatusOr<ReplacedKey> ReplaceRoleKey(const std::string& role, const PublicKey& key,
                                           absl::string_view ended, absl::Time now,
                                           RepositoryFolder* folder) {
  MRG_RETURN_IF_ERROR(CheckReplaceable(role));
  MRG_ASSIGN_OR_RETURN(const ListedSigners listed, folder->SignersOf(role));
  const std::string lister = IsTopLevelRole(role) ? kRootRole : kTargetsRole;
  MRG_ASSIGN_OR_RETURN(const std::optional<MetadataDraft> published, folder->ReadPublished(lister));
  if (!published.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the first ", lister, " is not published yet"));
  }
  MRG_ASSIGN_OR_RETURN(const std::string keyid, EndedKeyId(role, listed, ended));
  const std::string next = TufKeyId(key);
  if (std::find(listed.role.keyids.begin(), listed.role.keyids.end(), next) !=
      listed.role.keyids.end()) {
    return absl::AlreadyExistsError(absl::StrCat("the key is listed for ", role, " already"));
  }
  const auto known = listed.keys.find(keyid);
  ReplacedKey replaced;
  if (known != listed.keys.end()) replaced.ended = known->second.identity();
  MRG_ASSIGN_OR_RETURN(MetadataDraft draft, folder->Read(lister));
  draft = lister == kRootRole ? WithKeyInRoot(role, keyid, key, std::move(draft))
                              : WithKeyInTargets(role, keyid, key, std::move(draft));
  MRG_RETURN_IF_ERROR(folder->WriteStaged(lister, std::move(draft), now));
  replaced.to_sign.push_back(lister);
  // The other three are signed by the node, with the publication.
  if (role == kTargetsRole || (lister == kTargetsRole && role != kStatusRole)) {
    MRG_RETURN_IF_ERROR(RenewRole(role, now, folder).status());
    replaced.to_sign.push_back(role);
  }
  return replaced;
}

absl::StatusOr<ReplacedKey> ReplaceLogKey(absl::string_view log_id, const PublicKey& key,
                                          absl::Time now, RepositoryFolder* folder) {
  if (key.scheme() != Scheme::kEd25519) {
    return MakeFieldError(Reason::kFieldMalformed, "--role", "expected an Ed25519 key of a log");
  }
  MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, folder->Read(kTargetsRole));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  const auto listed = targets.targets.find(kLogKeysPath);
  if (listed == targets.targets.end()) return absl::NotFoundError("no log is listed");
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       folder->ReadTarget(kLogKeysPath, listed->second.sha256));
  MRG_ASSIGN_OR_RETURN(auto keys,
                       ParseCanonical<trustlist::v1::LogKeys>(bytes, Reason::kMetadataMalformed));
  if (keys.keys().empty()) return absl::NotFoundError("no log is listed");
  const std::string& first = keys.keys(0).origin();
  const std::string origin = absl::StrCat(first.substr(0, first.find('/')), "/", log_id);
  // The syntax is that of a member id.
  if (!MemberId::Parse(log_id).ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "--log-id", "expected [a-z0-9-]{1,63}");
  }
  const absl::Time begin = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  ReplacedKey replaced{"", {kTargetsRole}};
  for (trustlist::v1::LogKey& one : *keys.mutable_keys()) {
    if (one.origin() == origin) {
      return absl::AlreadyExistsError(
          absl::StrCat("there was a log ", origin, " before: a new key begins a new log"));
    }
    if (one.has_until()) continue;
    *one.mutable_until() = ToTimestamp(begin);
    replaced.ended = Sha256(one.public_key());
  }
  trustlist::v1::LogKey* const added = keys.add_keys();
  added->set_origin(origin);
  added->set_public_key(key.spki_der());
  *added->mutable_from() = ToTimestamp(begin);
  std::stable_sort(keys.mutable_keys()->begin(), keys.mutable_keys()->end(),
                   [](const auto& a, const auto& b) { return a.origin() < b.origin(); });
  MRG_RETURN_IF_ERROR(folder->StageFile(kLogKeysPath, CanonicalBytes(keys), now).status());
  return replaced;
}

}  // namespace mrg
