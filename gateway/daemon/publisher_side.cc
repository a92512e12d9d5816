#include "gateway/daemon/publisher_side.h"

#include <map>
#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"

namespace mrg {
namespace {

RoleLifetime LifetimeOf(const LifetimeConfig& config) { return {config.valid, config.renew_after}; }

PublisherOptions PublisherOptionsOf(const NodeConfig& config) {
  PublisherOptions options{config.member};
  for (const JurisdictionId& jurisdiction : config.jurisdictions) {
    options.online_trees.push_back(LicenceStatusPath(jurisdiction.value()));
  }
  options.lifetimes = {LifetimeOf(config.timestamp_lifetime), LifetimeOf(config.snapshot_lifetime),
                       LifetimeOf(config.status_lifetime)};
  return options;
}

}  // namespace

PublisherSide::PublisherSide(NodeGround* node, TrustSide* trusted, const ReadinessWatch* watch)
    : ground(node),
      trust(trusted),
      readiness(watch),
      intake(node, trusted, watch),
      publisher(
          PublisherOptionsOf(ground->config),
          {ground->keys.timestamp.get(), ground->keys.snapshot.get(), ground->keys.status.get()},
          ground->store.get(), &intake),
      expiry_alarm({ground->config.root_alarm, ground->config.targets_alarm},
                   PublisherOptionsOf(ground->config).online_role, &ground->trust_metrics,
                   &ground->events) {}

void PublisherSide::KeepHouse(absl::Time now) {
  const auto renewed = publisher.RenewIfDue(now);
  if (!renewed.ok()) ground->events.WriteFailure(Event::kTrustRenewalFailed, renewed.status());
  const auto view = trust->view.View();
  if (view == nullptr) return;
  const std::map<MemberId, RefreshState> refreshes = trust->state.Publishers();
  for (const auto& [publisher_id, in_force] : view->publishers()) {
    const auto refresh = refreshes.find(publisher_id);
    if (refresh != refreshes.end()) {
      ground->trust_metrics.age_seconds.Set(
          {{"publisher", LabelValue::OfMember(publisher_id)}},
          absl::ToDoubleSeconds(now - refresh->second.refreshed_at));
    }
    expiry_alarm.Look(*in_force.set, now);
  }
}

absl::Status OwnIntake::Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) {
  MRG_RETURN_IF_ERROR(trust_->intake.Take(verified, std::move(writes), now));
  ground_->events.Write(Event::kTrustPublished, {{"publisher", ground_->config.member}});
  readiness_->Look(now);
  return absl::OkStatus();
}

}  // namespace mrg
