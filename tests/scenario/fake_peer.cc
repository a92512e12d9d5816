#include "tests/scenario/fake_peer.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/node_credentials.h"

namespace mrg {
namespace {

using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTargetResponse;
using trustlist::v1::GetTreeNodesRequest;
using trustlist::v1::GetTreeNodesResponse;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::ListTimestampsResponse;
using trustlist::v1::TrustRepositoryService;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

// Between two hints of a newer version.
constexpr int kHintMs = 200;
// Above any that the test's members reach.
constexpr int64_t kHintedVersion = 1000000;

class Repository : public TrustRepositoryService::Service {
 public:
  Repository(std::string member, RepositoryMoment moment)
      : member_(std::move(member)), moment_(std::move(moment)) {}

  grpc::Status GetMetadata(grpc::ServerContext*, const GetMetadataRequest* request,
                           GetMetadataResponse* response) override {
    auto found = moment_.find(absl::StrCat(request->version(), ".", request->role()));
    const bool later_root = request->role() == "root" && request->version() > 1;
    if (found == moment_.end() && !later_root) found = moment_.find(request->role());
    if (request->publisher() != member_ || found == moment_.end()) {
      return StatusToGrpc(MakeError(Reason::kMetadataNotFound, "not here"));
    }
    response->set_content(found->second);
    return grpc::Status::OK;
  }

  grpc::Status ListTimestamps(grpc::ServerContext*, const ListTimestampsRequest* request,
                              ListTimestampsResponse* response) override {
    int64_t version = request->first_version();
    for (; version <= request->last_version(); ++version) {
      const auto found = moment_.find(absl::StrCat(version, ".timestamp"));
      if (request->publisher() != member_ || found == moment_.end()) break;
      response->add_timestamps(found->second);
    }
    if (response->timestamps().empty()) {
      return StatusToGrpc(MakeError(Reason::kMetadataNotFound, "not here"));
    }
    if (version <= request->last_version()) response->set_next_version(version);
    return grpc::Status::OK;
  }

  grpc::Status GetTarget(grpc::ServerContext*, const GetTargetRequest* request,
                         GetTargetResponse* response) override {
    const auto found = moment_.find(ContentName(request->sha256()));
    if (found == moment_.end()) {
      return StatusToGrpc(MakeError(Reason::kTargetNotFound, "not here"));
    }
    response->set_content(found->second);
    return grpc::Status::OK;
  }

  grpc::Status GetTreeNodes(grpc::ServerContext*, const GetTreeNodesRequest* request,
                            GetTreeNodesResponse* response) override {
    for (const std::string& sha256 : request->sha256()) {
      const auto found = moment_.find(ContentName(sha256));
      if (found == moment_.end()) {
        return StatusToGrpc(MakeError(Reason::kTreeNodeNotFound, "not here"));
      }
      response->add_nodes(found->second);
    }
    return grpc::Status::OK;
  }

  grpc::Status Watch(grpc::ServerContext* context, const WatchRequest*,
                     grpc::ServerWriter<WatchResponse>* writer) override {
    for (int64_t version = kHintedVersion; !context->IsCancelled(); ++version) {
      WatchResponse hint;
      hint.set_publisher(member_);
      hint.set_timestamp_version(version);
      if (!writer->Write(hint)) break;
      MutexLock lock(mu_);
      if (stopping_) break;
      stopped_.WaitFor(mu_, kHintMs);
      if (stopping_) break;
    }
    return grpc::Status::OK;
  }

  void Stop() {
    MutexLock lock(mu_);
    stopping_ = true;
    stopped_.NotifyAll();
  }

 private:
  const std::string member_;
  const RepositoryMoment moment_;

  Mutex mu_;
  CondVar stopped_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

std::string ContentName(absl::string_view sha256) {
  return absl::StrCat(absl::BytesToHexString(sha256), ".content");
}

RepositoryMoment MomentOf(const Federation& federation, const std::string& member) {
  const std::string other = member == kDelta ? kChuanyu : kDelta;
  const auto channel = federation.FederationListener(member, other + "/node");
  std::vector<std::string> roles = {"root", "timestamp", "snapshot", "targets", "status"};
  for (const std::string& jurisdiction : JurisdictionsOf(member)) {
    roles.push_back("j-" + jurisdiction);
  }
  RepositoryMoment moment;
  for (const std::string& role : roles) {
    GetMetadataRequest request;
    request.set_publisher(member);
    request.set_role(role);
    GetMetadataResponse response;
    const grpc::Status status = Call<TrustRepositoryService>(
        channel, &TrustRepositoryService::Stub::GetMetadata, request, &response);
    EXPECT_TRUE(status.ok()) << role << ": " << ReasonIn(status);
    moment[role] = response.content();
  }
  return moment;
}

struct FakePeer::Parts {
  Parts(std::string member, RepositoryMoment moment)
      : repository(std::move(member), std::move(moment)) {}

  Repository repository;
  std::unique_ptr<grpc::Server> server;
};

FakePeer::FakePeer(const Federation& federation, const std::string& member, RepositoryMoment moment)
    : parts_(std::make_unique<Parts>(member, std::move(moment))) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(federation.Address(member, "federation"),
                           NodeCredentials(federation, member));
  builder.RegisterService(&parts_->repository);
  parts_->server = builder.BuildAndStart();
  EXPECT_NE(parts_->server, nullptr);
}

FakePeer::~FakePeer() {
  parts_->repository.Stop();
  parts_->server->Shutdown();
  parts_->server->Wait();
}

}  // namespace mrg
