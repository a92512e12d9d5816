#include "gateway/answer/fork_answers.h"

#include <utility>
#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kAnswerBytesMax = size_t{16} << 20;

}  // namespace

absl::StatusOr<gateway::v1::ListForkEvidenceResponse> ListForkEvidence(
    const ForkStore& forks, const gateway::v1::ListForkEvidenceRequest& message) {
  MRG_ASSIGN_OR_RETURN(const auto publisher,
                       OptionalId<MemberId>("publisher", message.publisher()));
  MRG_ASSIGN_OR_RETURN(std::vector<KeptFork> kept_forks, forks.List(publisher));
  gateway::v1::ListForkEvidenceResponse response;
  size_t bytes = 0;
  for (KeptFork& kept : kept_forks) {
    bytes += kept.fork.ByteSizeLong();
    response.set_truncated(bytes > kAnswerBytesMax);
    if (response.truncated()) break;
    gateway::v1::ForkState* const state = response.add_forks();
    state->set_id(kept.id);
    *state->mutable_evidence() = std::move(*kept.fork.mutable_evidence());
    if (kept.fork.has_resumed_at()) *state->mutable_resumed_at() = kept.fork.resumed_at();
    state->set_resumed_because(kept.fork.resumed_because());
  }
  return response;
}

}  // namespace mrg
