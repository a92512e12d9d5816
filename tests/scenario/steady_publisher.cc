#include "tests/scenario/steady_publisher.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {

using gateway::v1::AdminService;
using gateway::v1::PublishRequest;
using gateway::v1::PublishResponse;

Versions VersionsOf(const google::protobuf::RepeatedPtrField<gateway::v1::RoleState>& roles) {
  Versions versions;
  for (const auto& role : roles) versions[role.role()] = role.version();
  return versions;
}

SteadyPublisher::SteadyPublisher(const Federation& federation)
    : federation_(&federation), thread_([this] { Run(); }) {}

Versions SteadyPublisher::End() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  MutexLock lock(mu_);
  return published_.empty() ? Versions() : published_.rbegin()->second;
}

bool SteadyPublisher::Published(const Versions& versions) {
  const auto timestamp = versions.find("timestamp");
  if (timestamp == versions.end()) return false;
  return WaitUntil(
      [&] {
        MutexLock lock(mu_);
        const auto found = published_.find(timestamp->second);
        return found != published_.end() && found->second == versions;
      },
      absl::Seconds(5));
}

void SteadyPublisher::Run() {
  const auto state = federation_->TrustState(kChuanyu);
  ASSERT_TRUE(state.ok()) << state.status();
  Note(VersionsOf(state->publishers(0).roles()));
  while (!ending_) PublishNext();
}

void SteadyPublisher::Note(const Versions& versions) {
  MutexLock lock(mu_);
  published_[versions.at("timestamp")] = versions;
}

void SteadyPublisher::PublishNext() {
  PublishRequest request;
  for (const std::string jurisdiction : {"50", "51"}) AddList(jurisdiction, &request);
  PublishResponse response;
  const grpc::Status status = Call<AdminService>(federation_->Admin(kChuanyu),
                                                 &AdminService::Stub::Publish, request, &response);
  ASSERT_TRUE(status.ok()) << ReasonIn(status);
  Note(VersionsOf(response.roles()));
}

void SteadyPublisher::AddList(const std::string& jurisdiction, PublishRequest* request) {
  const std::string role = "j-" + jurisdiction;
  const std::string path =
      federation_->Path(kChuanyu, absl::StrCat("repository/metadata/", role, ".json"));
  auto draft = MetadataDraft::FromBytes(ReadTestFile(path));
  ASSERT_TRUE(draft.ok()) << draft.status();
  const int64_t version = draft->version() + 1;
  std::vector<TreeEntry> entries;
  for (const char* kind : {"issuer", "unlisted"}) {
    gateway::v1::IssuerEntry entry = ListingOf(*federation_, kind, jurisdiction);
    if (absl::string_view(kind) == "unlisted" && version % 2 != 0) {
      gateway::v1::IssuerState* const state = entry.add_states();
      state->set_kind(gateway::v1::ISSUER_STATE_KIND_SUSPENDED);
      *state->mutable_from() = entry.listed_from();
    }
    entries.push_back(
        {absl::StrCat(entry.issuer_code(), "/", absl::BytesToHexString(Sha256(entry.public_key()))),
         CanonicalBytes(entry)});
  }
  const auto tree = BuildTree(std::move(entries));
  ASSERT_TRUE(tree.ok()) << tree.status();
  draft->SetVersion(version);
  draft->SetTarget(jurisdiction + "/issuers",
                   {tree->root_bytes().size(), tree->root_sha256, /*is_tree=*/true});
  const auto key = NewEvpSigner(
      Scheme::kSm2Sm3,
      ReadTestFile(federation_->Path(kChuanyu, absl::StrCat("keys/offline/", role, ".pem"))));
  ASSERT_TRUE(key.ok()) << key.status();
  ASSERT_TRUE(draft->Sign(**key).ok());
  // The folder goes on from what the node took, as after mrgctl trust publish.
  for (const char* folder : {"metadata", "published"}) {
    WriteTestFile(
        federation_->Path(kChuanyu, absl::StrCat("repository/", folder, "/", role, ".json")),
        draft->Bytes());
  }
  auto* file = request->add_metadata();
  file->set_name(role);
  file->set_content(draft->Bytes());
  auto* target = request->add_targets();
  target->set_path(jurisdiction + "/issuers");
  target->set_content(tree->root_bytes());
}

}  // namespace mrg
