#include "gateway/daemon/trust_side.h"

#include <optional>

#include "gateway/base/status_macros.h"
#include "trustlist/in_force.h"

namespace mrg {

TrustSide::TrustSide(NodeGround* node)
    : ground(node),
      root_alarms(&ground->config.peers, &federation, &first_roots, ground->store.get(),
                  &ground->trust_metrics, &ground->events) {}

absl::Status TrustSide::Restore(absl::Time now) {
  MRG_RETURN_IF_ERROR(RestoreEpochKeys());
  MRG_RETURN_IF_ERROR(intake.Restore(now));
  InForceStore in_force(ground->store.get());
  for (const MemberId& member : ground->publishers()) {
    MRG_RETURN_IF_ERROR(fork_gate.Sync(member));
    MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, in_force.Load(member));
    const auto restored = view.View();
    const TrustView::Publisher* const present =
        restored == nullptr ? nullptr : restored->Find(member);
    if (!set.has_value() || (present != nullptr && SameInForce(*present->set, *set))) continue;
    // A set that no longer builds stays out; what the archive named is in force then.
    const absl::Status taken = TakeStored(*set, now);
    if (!taken.ok()) news.OnRefused(member, taken);
  }
  return absl::OkStatus();
}

absl::Status TrustSide::TakeStored(const InForceSet& set, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto row, InForceStore(ground->store.get()).LoadRow(set.publisher));
  VerifiedSet verified{set, {}, std::nullopt, /*under_new_root=*/false};
  if (row.has_value()) verified.row_version = row->version;
  return intake.Take(verified, WriteSet(), now);
}

absl::Status TrustSide::RestoreEpochKeys() {
  for (const auto& [jurisdiction, key] : ground->keys.epoch_keys) {
    MRG_RETURN_IF_ERROR(epoch_keys.SetOwn(jurisdiction, key));
  }
  MRG_RETURN_IF_ERROR(epoch_keys.Load());
  for (const auto& [jurisdiction, key] : ground->keys.carried_epoch_keys) {
    const EpochKeys held = epoch_keys.KeysOf(jurisdiction);
    // When a held one comes into use its member has said; a file that names another key is refused.
    if (const auto same = held.find(key.epoch); same != held.end() && same->second.key == key.key) {
      continue;
    }
    MRG_RETURN_IF_ERROR(epoch_keys.SetForeign(jurisdiction, key));
  }
  return absl::OkStatus();
}

}  // namespace mrg
