#include "gateway/cli/log/testing/log_node.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/audit_answers.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/receipt.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {
namespace {

constexpr size_t kSaltBytes = 32;

template <typename Response>
grpc::Status Answer(absl::StatusOr<Response> answer, Response* response) {
  if (!answer.ok()) return StatusToGrpc(answer.status());
  *response = *std::move(answer);
  return grpc::Status::OK;
}

}  // namespace

MemoryLog::MemoryLog(const std::string& origin, std::shared_ptr<const Signer> key)
    : key_(std::move(key)) {
  if (key_ == nullptr) {
    key_ = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  }
  log_ = *DecisionLog::Open(&store_, key_.get(), origin);
}

std::string MemoryLog::Append(absl::Time decided_at,
                              const std::function<void(audit::v1::DecisionRecord*)>& set) {
  const std::string salt(kSaltBytes, 's');
  audit::v1::DecisionRecord record;
  record.set_schema(kDecisionLeafSchema);
  record.set_log_origin(log_->origin());
  record.set_decided_at_us(absl::ToUnixMicros(decided_at));
  record.set_outcome(audit::v1::OUTCOME_RECOGNIZED);
  record.set_salt_digest(Sha256(salt));
  if (set) set(&record);
  std::vector<DecisionLog::Submission> group(1);
  group[0].leaf = std::make_shared<const std::string>(DecisionLeaf(record));
  group[0].absent_key = absl::StrCat(log_->size());
  const DecisionLog::Appended appended = log_->AppendGroup(group)[0];
  EXPECT_EQ(appended.result, DecisionLog::Appended::kAppended) << appended.status;
  gateway::v1::Receipt receipt;
  receipt.set_leaf(*group[0].leaf);
  receipt.set_salt(salt);
  receipt.set_index(appended.placement.index);
  receipt.set_tree_size(appended.placement.tree_size);
  for (const std::string& hash : appended.placement.inclusion_proof) {
    receipt.add_inclusion_proof(hash);
  }
  receipt.set_checkpoint(appended.placement.checkpoint);
  return CanonicalBytes(receipt);
}

void MemoryLog::AppendMany(int count, absl::Time first) {
  for (int done = 0; done < count;) {
    std::vector<DecisionLog::Submission> group(
        std::min(static_cast<size_t>(count - done), kLogGroupMax));
    for (DecisionLog::Submission& one : group) {
      audit::v1::DecisionRecord record;
      record.set_schema(kDecisionLeafSchema);
      record.set_log_origin(log_->origin());
      record.set_decided_at_us(absl::ToUnixMicros(first + absl::Seconds(done)));
      record.set_outcome(audit::v1::OUTCOME_RECOGNIZED);
      one.leaf = std::make_shared<const std::string>(DecisionLeaf(record));
      one.absent_key = absl::StrCat("many ", done++);
    }
    EXPECT_EQ(log_->AppendGroup(group).back().result, DecisionLog::Appended::kAppended);
  }
}

class LogNode::Audit : public audit::v1::AuditService::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext*, const audit::v1::GetCheckpointRequest*,
                             audit::v1::GetCheckpointResponse* response) override {
    return Answer(mrg::GetCheckpoint(log->log()), response);
  }
  grpc::Status GetInclusionProof(grpc::ServerContext*,
                                 const audit::v1::GetInclusionProofRequest* request,
                                 audit::v1::GetInclusionProofResponse* response) override {
    return Answer(mrg::GetInclusionProof(Prover(request->tree_size()), *request), response);
  }
  grpc::Status GetConsistencyProof(grpc::ServerContext*,
                                   const audit::v1::GetConsistencyProofRequest* request,
                                   audit::v1::GetConsistencyProofResponse* response) override {
    return Answer(mrg::GetConsistencyProof(Prover(request->second_size()), *request), response);
  }
  grpc::Status ListRecords(grpc::ServerContext*, const audit::v1::ListRecordsRequest* request,
                           audit::v1::ListRecordsResponse* response) override {
    const grpc::Status status = Answer(mrg::ListRecords(log->log(), *request), response);
    if (status.ok() && change) change(response);
    return status;
  }

  const MemoryLog* log = nullptr;
  std::function<const MemoryLog*(uint64_t)> choose;
  std::function<void(audit::v1::ListRecordsResponse*)> change;

 private:
  const DecisionLog& Prover(uint64_t tree_size) const {
    const MemoryLog* const chosen = choose ? choose(tree_size) : nullptr;
    return (chosen != nullptr ? chosen : log)->log();
  }
};

class LogNode::Lists : public trustlist::v1::TrustRepositoryService::Service {
 public:
  explicit Lists(RepositorySimulator* lists) : lists_(lists) {}

  grpc::Status GetMetadata(grpc::ServerContext*, const trustlist::v1::GetMetadataRequest* request,
                           trustlist::v1::GetMetadataResponse* response) override {
    std::optional<int64_t> version;
    if (request->version() != 0) version = request->version();
    const auto bytes = lists_->FetchMetadata(request->role(), version, kAdminMessageBytesMax);
    if (!bytes.ok()) return StatusToGrpc(bytes.status());
    response->set_content(*bytes);
    return grpc::Status::OK;
  }
  grpc::Status GetTarget(grpc::ServerContext*, const trustlist::v1::GetTargetRequest* request,
                         trustlist::v1::GetTargetResponse* response) override {
    const auto bytes =
        lists_->FetchTarget(request->path(), request->sha256(), kAdminMessageBytesMax);
    if (!bytes.ok()) return StatusToGrpc(bytes.status());
    response->set_content(*bytes);
    return grpc::Status::OK;
  }

 private:
  RepositorySimulator* const lists_;
};

LogNode::LogNode(absl::Time now)
    : lists_(now),
      audit_(std::make_unique<Audit>()),
      lists_service_(std::make_unique<Lists>(&lists_)) {
  // The path of a socket has at most 107 bytes; the folder of the tests is deeper.
  folder_ = "/tmp/mrg-log-XXXXXX";
  EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
  builder.RegisterService(audit_.get());
  builder.RegisterService(lists_service_.get());
  server_ = builder.BuildAndStart();
}

LogNode::~LogNode() {
  server_->Shutdown();
  std::filesystem::remove_all(folder_);
}

void LogNode::ListKey(const std::string& origin, const Signer& key, absl::Time from,
                      absl::Time until) {
  trustlist::v1::LogKeys keys;
  EXPECT_TRUE(keys.ParseFromString(listed_));
  trustlist::v1::LogKey* const listed = keys.add_keys();
  listed->set_origin(origin);
  listed->set_public_key(key.public_key().spki_der());
  *listed->mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *listed->mutable_until() = ToTimestamp(until);
  std::stable_sort(keys.mutable_keys()->begin(), keys.mutable_keys()->end(),
                   [](const auto& a, const auto& b) { return a.origin() < b.origin(); });
  listed_ = CanonicalBytes(keys);
  lists_.SetTarget("targets", "log-keys", listed_);
  lists_.Publish("targets");
}

void LogNode::Serve(const MemoryLog* log) { audit_->log = log; }

void LogNode::ProveBy(std::function<const MemoryLog*(uint64_t tree_size)> choose) {
  audit_->choose = std::move(choose);
}

void LogNode::ChangePages(std::function<void(audit::v1::ListRecordsResponse*)> change) {
  audit_->change = std::move(change);
}

}  // namespace mrg
