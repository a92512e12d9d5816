#include "gateway/answer/publisher_decisions.h"

#include <utility>

#include "gateway/answer/trust_state_fields.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

constexpr size_t kRootBytesMax = size_t{1} << 20;
constexpr size_t kBecauseBytesMax = 1024;

}  // namespace

absl::StatusOr<gateway::v1::RepinPublisherResponse> DecideRepin(
    const RepinDesk& repins, const gateway::v1::RepinPublisherRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(MemberId publisher, RequireId<MemberId>("publisher", message.publisher()));
  MRG_RETURN_IF_ERROR(RequireBytes("root", message.root(), kRootBytesMax));
  MRG_RETURN_IF_ERROR(RequireBytesOfSize("root_sha256", message.root_sha256(), kDigestBytes));
  MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
  MRG_ASSIGN_OR_RETURN(
      const trustlist::v1::StoredRepin stored,
      repins.Decide(
          {std::move(publisher), message.root(), message.root_sha256(), message.because()}, now));
  gateway::v1::RepinPublisherResponse response;
  *response.mutable_repin() = ToRepinnedRoot(stored);
  return response;
}

absl::StatusOr<gateway::v1::ResumePublisherResponse> DecideResume(
    ForkGate* gate, const ForkStore& forks, const gateway::v1::ResumePublisherRequest& message,
    absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                       RequireId<MemberId>("publisher", message.publisher()));
  MRG_RETURN_IF_ERROR(RequireBytesOfSize("id", message.id(), kDigestBytes));
  MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
  MRG_RETURN_IF_ERROR(gate->Resume(publisher, message.id(), message.because(), now));
  MRG_ASSIGN_OR_RETURN(const bool frozen, forks.IsFrozen(publisher));
  gateway::v1::ResumePublisherResponse response;
  response.set_frozen(frozen);
  return response;
}

}  // namespace mrg
