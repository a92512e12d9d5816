#include "gateway/daemon/trust_side.h"

#include <cstddef>

#include "gateway/base/event_log.h"
#include "gateway/base/status_macros.h"

namespace mrg {

TrustSide::TrustSide(NodeGround* node)
    : ground(node),
      root_alarms(&ground->config.peers, &federation, &first_roots, ground->store.get(),
                  &ground->trust_metrics, &ground->events) {}

absl::Status TrustSide::Restore(absl::Time now) {
  MRG_RETURN_IF_ERROR(RestoreEpochKeys());
  MRG_RETURN_IF_ERROR(intake.Restore(now));
  for (const MemberId& member : ground->publishers()) {
    MRG_RETURN_IF_ERROR(fork_gate.Sync(member));
  }
  return absl::OkStatus();
}

absl::Status TrustSide::RestoreEpochKeys() {
  if (ground->config.role == NodeRole::kHub) return epoch_keys.ForgetForeign();
  for (const auto& [jurisdiction, key] : ground->keys.epoch_keys) {
    MRG_RETURN_IF_ERROR(epoch_keys.SetOwn(jurisdiction, key));
  }
  MRG_ASSIGN_OR_RETURN(const size_t unopened, epoch_keys.Load());
  if (unopened != 0) {
    ground->events.Write(Event::kEpochKeysUnopened,
                         {{"rows", unopened},
                          {"expected", OwnText("keys.idempotency_path to be the secret that "
                                               "they were stored under")}});
  }
  for (const auto& [jurisdiction, key] : ground->keys.carried_epoch_keys) {
    MRG_RETURN_IF_ERROR(epoch_keys.SetCarried(jurisdiction, key));
  }
  return absl::OkStatus();
}

}  // namespace mrg
