#include "tests/simulation/member_desk.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/target_paths.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/testing/licence_question.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {
namespace {

constexpr absl::Duration kRoleValid = absl::Hours(24 * 90);
constexpr absl::Duration kRootValid = absl::Hours(24 * 365);
constexpr char kTargets[] = "targets";

std::shared_ptr<const Signer> NewKey() {
  return std::shared_ptr<const Signer>(
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519)));
}

// A desk that cannot sign is no simulation.
void Sign(const Signer& signer, MetadataDraft* draft) {
  const absl::Status status = draft->Sign(signer);
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::abort();
}

}  // namespace

MemberDesk::MemberDesk(MemberId member, std::map<std::string, RoleContent> content, absl::Time now)
    : member_(std::move(member)),
      content_(std::move(content)),
      root_(NewKey()),
      targets_(NewKey()),
      snapshot_(NewKey()),
      status_(NewKey()),
      log_(NewKey()),
      timestamp_(NewKey()),
      first_expiry_(now + kRoleValid) {
  trustlist::v1::LogKeys log_keys;
  trustlist::v1::LogKey* const log_key = log_keys.add_keys();
  log_key->set_origin(LogOrigin());
  log_key->set_public_key(log_->public_key().spki_der());
  *log_key->mutable_from() = ToTimestamp(now);
  content_[kTargets].files[kLogKeysPath] = CanonicalBytes(log_keys);
  std::vector<Delegation> delegations;
  std::vector<std::string> online;
  for (const auto& [role, unused] : content_) {
    if (role == kTargets) continue;
    const std::string province = role.substr(2);
    provinces_[role] = NewKey();
    licence_keys_[province][kFixtureEpoch] = {kFixtureEpoch, kFixtureEpochKey};
    delegations.push_back({role,
                           {{provinces_[role]->public_key()}, 1},
                           {absl::StrCat(province, "/*"), absl::StrCat(province, "/packs/*/*/*"),
                            absl::StrCat(province, "/agreements/*/*")}});
    online.push_back(absl::StrCat(province, "/status/*"));
  }
  if (!online.empty()) delegations.push_back({"status", {{status_->public_key()}, 1}, online});
  for (const auto& [role, unused] : content_) {
    drafts_.emplace(role,
                    role == kTargets ? MakeTargets(delegations, 0, now) : MakeTargets({}, 0, now));
    SignRole(role, now);
  }
  first_root_ = SignRoot(now);
}

std::string MemberDesk::LogOrigin() const { return absl::StrCat(member_.value(), "/log-1"); }

std::vector<std::string> MemberDesk::StatusTrees() const {
  std::vector<std::string> trees;
  for (const auto& [province, unused] : licence_keys_) trees.push_back(LicenceStatusPath(province));
  return trees;
}

OnlineSigners MemberDesk::NodeKeys() const {
  return {timestamp_.get(), snapshot_.get(), status_.get()};
}

std::string MemberDesk::SignRoot(absl::Time now) {
  MetadataDraft draft = MakeRoot({{{root_->public_key()}, 1},
                                  {{timestamp_->public_key()}, 1},
                                  {{snapshot_->public_key()}, 1},
                                  {{targets_->public_key()}, 1}},
                                 ++root_version_, now + kRootValid);
  Sign(*root_, &draft);
  return draft.Bytes();
}

std::string MemberDesk::SignRole(const std::string& role, absl::Time now) {
  MetadataDraft& draft = drafts_.at(role);
  for (const auto& [path, bytes] : content_.at(role).files) {
    draft.SetTarget(path, {bytes.size(), Sha256(bytes), false});
  }
  for (const auto& [path, tree] : content_.at(role).trees) {
    draft.SetTarget(path, {tree.root_bytes().size(), tree.root_sha256, true});
  }
  draft.SetVersion(draft.version() + 1);
  draft.SetExpires(now + kRoleValid);
  Sign(role == kTargets ? *targets_ : *provinces_.at(role), &draft);
  return draft.Bytes();
}

void MemberDesk::AddContent(const std::string& role, Publication* publication) const {
  for (const auto& [path, bytes] : content_.at(role).files) {
    publication->targets.emplace_back(path, bytes);
  }
  for (const auto& [path, tree] : content_.at(role).trees) {
    publication->targets.emplace_back(path, tree.root_bytes());
    for (const auto& [sha256, node] : tree.nodes) publication->tree_nodes.push_back(node);
  }
}

Publication MemberDesk::First() const {
  Publication publication;
  publication.metadata.emplace_back("1.root", first_root_);
  for (const auto& [role, draft] : drafts_) {
    publication.metadata.emplace_back(role, draft.Bytes());
    AddContent(role, &publication);
  }
  return publication;
}

Publication MemberDesk::ListTree(const std::string& role, const std::string& path, BuiltTree tree,
                                 absl::Time now) {
  content_.at(role).trees.insert_or_assign(path, std::move(tree));
  Publication publication;
  publication.metadata.emplace_back(role, SignRole(role, now));
  AddContent(role, &publication);
  return publication;
}

Publication MemberDesk::ListFile(const std::string& role, const std::string& path,
                                 std::string bytes, absl::Time now) {
  content_.at(role).files.insert_or_assign(path, std::move(bytes));
  Publication publication;
  publication.metadata.emplace_back(role, SignRole(role, now));
  AddContent(role, &publication);
  return publication;
}

Publication MemberDesk::SignAnew(absl::Time now) {
  Publication publication;
  for (const auto& [role, unused] : content_) {
    publication.metadata.emplace_back(role, SignRole(role, now));
  }
  first_expiry_ = now + kRoleValid;
  return publication;
}

Publication MemberDesk::RotateTimestampKey(absl::Time now) {
  retired_.push_back(std::exchange(timestamp_, NewKey()));
  const std::string root = SignRoot(now);
  Publication publication;
  publication.metadata.emplace_back(absl::StrCat(root_version_, ".root"), root);
  return publication;
}

EpochKey MemberDesk::NextLicenceKey(const std::string& province, absl::Time from) {
  EpochKeys& keys = licence_keys_.at(province);
  const uint32_t epoch = keys.rbegin()->first + 1;
  keys[epoch] = {epoch, Sha256(absl::StrCat(province, "/", epoch)), from};
  return keys[epoch];
}

const std::string& MemberDesk::LoseRootKey(absl::Time now) {
  root_ = NewKey();
  root_version_ = 0;
  first_root_ = SignRoot(now);
  return first_root_;
}

}  // namespace mrg
