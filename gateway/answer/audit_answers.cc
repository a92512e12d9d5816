#include "gateway/answer/audit_answers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using audit::v1::GetCheckpointResponse;
using audit::v1::GetConsistencyProofRequest;
using audit::v1::GetConsistencyProofResponse;
using audit::v1::GetInclusionProofRequest;
using audit::v1::GetInclusionProofResponse;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;

constexpr int kPageSizeMax = 1000;
constexpr int kPageSizeDefault = 100;
constexpr size_t kPageTokenBytesMax = 20;
constexpr size_t kPageBytesMax = size_t{3} << 20;

}  // namespace

absl::StatusOr<GetCheckpointResponse> GetCheckpoint(const DecisionLog& log) {
  GetCheckpointResponse response;
  response.set_checkpoint(log.LatestCheckpoint());
  if (response.checkpoint().empty()) return MakeError(Reason::kRecordNotFound, "the log is empty");
  return response;
}

absl::StatusOr<GetInclusionProofResponse> GetInclusionProof(
    const DecisionLog& log, const GetInclusionProofRequest& message) {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                       log.InclusionProof(message.index(), message.tree_size()));
  GetInclusionProofResponse response;
  for (const std::string& hash : hashes) response.add_hashes(hash);
  return response;
}

absl::StatusOr<GetConsistencyProofResponse> GetConsistencyProof(
    const DecisionLog& log, const GetConsistencyProofRequest& message) {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                       log.ConsistencyProof(message.first_size(), message.second_size()));
  GetConsistencyProofResponse response;
  for (const std::string& hash : hashes) response.add_hashes(hash);
  return response;
}

absl::StatusOr<ListRecordsResponse> ListRecords(const DecisionLog& log,
                                                const ListRecordsRequest& message) {
  if (message.page_size() < 0 || message.page_size() > kPageSizeMax) {
    return MakeFieldError(Reason::kFieldMalformed, "page_size", "expected 0 to 1000");
  }
  MRG_RETURN_IF_ERROR(OptionalText("page_token", message.page_token(), kPageTokenBytesMax));
  uint64_t index = 0;
  if (!message.page_token().empty() && !absl::SimpleAtoi(message.page_token(), &index)) {
    return MakeFieldError(Reason::kFieldMalformed, "page_token", "expected a token of a page");
  }
  const uint64_t size = log.size();
  const uint64_t wanted = message.page_size() == 0 ? kPageSizeDefault : message.page_size();
  const uint64_t end = std::min(size, index < size ? index + wanted : size);
  ListRecordsResponse response;
  response.set_first_index(index);
  size_t bytes = 0;
  for (; index < end && bytes < kPageBytesMax; ++index) {
    MRG_ASSIGN_OR_RETURN(std::string leaf, log.ReadLeaf(index));
    bytes += leaf.size();
    response.add_leaves(std::move(leaf));
  }
  if (index < size) response.set_next_page_token(absl::StrCat(index));
  return response;
}

}  // namespace mrg
