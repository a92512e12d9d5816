#include "gateway/cli/log/served_log.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "grpcpp/client_context.h"

namespace mrg {
namespace {

using audit::v1::AuditService;

// Leaves asked for in one call; the node sends fewer when they are large.
constexpr uint64_t kPageMax = 1000;

absl::Status NotOfOneLog(uint64_t older, uint64_t newer, absl::string_view why) {
  return MakeError(Reason::kLogContradicted,
                   absl::StrCat("the log of ", newer, " records does not go on from the one of ",
                                older, ": ", why));
}

std::vector<std::string> ToVector(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  return {hashes.begin(), hashes.end()};
}

}  // namespace

ServedLog::ServedLog(const ApiChannelFlags& flags, const std::shared_ptr<grpc::Channel>& channel)
    : flags_(flags), stub_(AuditService::NewStub(channel)) {}

absl::Status ServedLog::ToStatus(const grpc::Status& answer, absl::string_view method) const {
  // gRPC has no words for it.
  if (answer.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return absl::UnimplementedError(absl::StrCat("--address ", flags_.address,
                                                 ": expected the api listener of a node, and there "
                                                 "is no AuditService/",
                                                 method));
  }
  const absl::Status status = GrpcToStatus(answer);
  if (status.ok() || ReasonOf(status).has_value()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("--address ", flags_.address, ": ", status.message()));
}

absl::StatusOr<std::string> ServedLog::UnverifiedNewestNote() const {
  grpc::ClientContext context;
  SetDeadline(flags_, &context);
  audit::v1::GetCheckpointResponse response;
  MRG_RETURN_IF_ERROR(ToStatus(stub_->GetCheckpoint(&context, {}, &response), "GetCheckpoint"));
  return std::move(*response.mutable_checkpoint());
}

absl::StatusOr<std::vector<std::string>> ServedLog::UnverifiedPage(uint64_t first,
                                                                   uint64_t most) const {
  grpc::ClientContext context;
  SetDeadline(flags_, &context);
  audit::v1::ListRecordsRequest request;
  request.set_page_size(static_cast<int32_t>(std::min(most, kPageMax)));
  request.set_page_token(absl::StrCat(first));
  audit::v1::ListRecordsResponse page;
  MRG_RETURN_IF_ERROR(ToStatus(stub_->ListRecords(&context, request, &page), "ListRecords"));
  if (page.first_index() != first || page.leaves().empty()) {
    return absl::DataLossError(absl::StrCat("the node answered with ", page.leaves_size(),
                                            " records from ", page.first_index(),
                                            " on, expected some from ", first));
  }
  std::vector<std::string> leaves = ToVector(page.leaves());
  if (leaves.size() > most) leaves.resize(most);
  return leaves;
}

absl::StatusOr<std::vector<std::string>> ServedLog::InclusionProof(uint64_t index,
                                                                   uint64_t size) const {
  grpc::ClientContext context;
  SetDeadline(flags_, &context);
  audit::v1::GetInclusionProofRequest request;
  request.set_index(index);
  request.set_tree_size(size);
  audit::v1::GetInclusionProofResponse response;
  MRG_RETURN_IF_ERROR(
      ToStatus(stub_->GetInclusionProof(&context, request, &response), "GetInclusionProof"));
  return ToVector(response.hashes());
}

absl::Status ServedLog::CheckContinues(const Checkpoint& older, const Checkpoint& newer) const {
  if (newer.size < older.size) {
    return NotOfOneLog(older.size, newer.size, "it is shorter");
  }
  if (newer.size == older.size) {
    if (newer.root == older.root) return absl::OkStatus();
    return NotOfOneLog(older.size, newer.size, "as many records have another root");
  }
  grpc::ClientContext context;
  SetDeadline(flags_, &context);
  audit::v1::GetConsistencyProofRequest request;
  request.set_first_size(older.size);
  request.set_second_size(newer.size);
  audit::v1::GetConsistencyProofResponse response;
  const absl::Status answer =
      ToStatus(stub_->GetConsistencyProof(&context, request, &response), "GetConsistencyProof");
  // Whoever signs so many records can prove what they begin with.
  if (ReasonOf(answer) == Reason::kRecordNotFound) {
    return NotOfOneLog(older.size, newer.size, "the node has no proof of it");
  }
  MRG_RETURN_IF_ERROR(answer);
  if (VerifyConsistency(older.size, newer.size, older.root, newer.root, ToVector(response.hashes()))
          .ok()) {
    return absl::OkStatus();
  }
  return NotOfOneLog(older.size, newer.size, "the node's proof does not hold");
}

absl::StatusOr<LeafRoot> ServedLog::Beginning(uint64_t size, const Checkpoint& newest) const {
  if (size == 0) return LeafRoot();
  // The path of the leaf behind the last one is made of the roots of all perfect subtrees before
  // it, smallest first (RFC 6962 2.1.1).
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> hashes, InclusionProof(size, size + 1));
  std::vector<TreeHash> peaks;
  for (auto hash = hashes.rbegin(); hash != hashes.rend(); ++hash) {
    if (hash->size() == kTreeHashBytes) peaks.push_back(ToTreeHash(*hash));
  }
  if (peaks.size() != hashes.size() || static_cast<int>(peaks.size()) != std::popcount(size)) {
    return NotOfOneLog(size, newest.size, "the node's proof is not of this size");
  }
  LeafRoot tree(size, std::move(peaks));
  MRG_RETURN_IF_ERROR(CheckContinues({newest.origin, size, ToString(tree.Root())}, newest));
  return tree;
}

absl::StatusOr<Checkpoint> ServedLog::CheckpointAt(uint64_t size, const Checkpoint& newest) const {
  if (size == newest.size) return newest;
  MRG_ASSIGN_OR_RETURN(const LeafRoot tree, Beginning(size, newest));
  return Checkpoint{newest.origin, size, ToString(tree.Root())};
}

absl::Status ServedLog::CheckRecord(uint64_t index, absl::string_view leaf,
                                    const Checkpoint& newest) const {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> proof, InclusionProof(index, newest.size));
  if (VerifyInclusion(ToString(LeafHash(leaf)), index, newest.size, proof, newest.root).ok()) {
    return absl::OkStatus();
  }
  return MakeError(Reason::kReceiptProofInvalid,
                   absl::StrCat("record ", index, " is not the one in the signed log of ",
                                newest.size, " records"));
}

absl::StatusOr<std::string> ServedLog::Record(uint64_t index, const Checkpoint& newest) const {
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> leaves, UnverifiedPage(index, 1));
  MRG_RETURN_IF_ERROR(CheckRecord(index, leaves.front(), newest));
  return std::move(leaves.front());
}

}  // namespace mrg
