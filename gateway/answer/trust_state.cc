#include "gateway/answer/trust_state.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/answer/trust_state_fields.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// Result: those of whom there is something to say, in the order of the answer.
std::vector<MemberId> PublishersOf(const MemberId& own, const TrustView* view,
                                   std::map<MemberId, RefreshState> refreshes) {
  if (view != nullptr) {
    for (const auto& [publisher, in_force] : view->publishers()) refreshes[publisher];
  }
  std::vector<MemberId> publishers;
  for (const auto& [publisher, refresh] : refreshes) publishers.push_back(publisher);
  std::stable_partition(publishers.begin(), publishers.end(),
                        [&](const MemberId& publisher) { return publisher == own; });
  return publishers;
}

}  // namespace

absl::StatusOr<gateway::v1::GetTrustStateResponse> GetTrustState(const TrustStateSources& sources) {
  gateway::v1::GetTrustStateResponse response;
  const std::shared_ptr<const TrustView> view = sources.view->View();
  const std::map<MemberId, RefreshState> refreshes = sources.state->Publishers();
  for (const MemberId& publisher : PublishersOf(sources.own, view.get(), refreshes)) {
    gateway::v1::PublisherState* const state = response.add_publishers();
    state->set_publisher(publisher.value());
    const TrustView::Publisher* const in_force = view == nullptr ? nullptr : view->Find(publisher);
    if (in_force != nullptr) {
      AddRoles(*in_force->set, state->mutable_roles());
      *state->mutable_in_force_at() = ToTimestamp(in_force->since);
    }
    const auto refresh = refreshes.find(publisher);
    if (refresh != refreshes.end() && refresh->second.last_refusal.has_value()) {
      state->set_last_refusal(std::string(TokenOf(*refresh->second.last_refusal)));
    }
    MRG_ASSIGN_OR_RETURN(const std::vector<trustlist::v1::StoredRepin> repins,
                         sources.repins->DecisionsOf(publisher));
    for (const auto& stored : repins) *state->add_repins() = ToRepinnedRoot(stored);
  }
  const auto list = sources.view->Federation();
  if (list != nullptr) {
    for (const auto& member : list->members()) {
      if (!member.has_until()) response.add_members(member.member());
    }
  }
  if (view != nullptr) {
    response.set_snapshot_id(absl::BytesToHexString(view->recognition()->id()));
  }
  const std::vector<std::string> reasons = sources.state->NotReadyReasons();
  response.set_ready(reasons.empty());
  for (const std::string& reason : reasons) response.add_not_ready_reasons(reason);
  return response;
}

}  // namespace mrg
