#include "gateway/daemon/publisher_side.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/federation/federation_list.h"

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
      publisher(
          PublisherOptionsOf(ground->config),
          {ground->keys.timestamp.get(), ground->keys.snapshot.get(), ground->keys.status.get()},
          ground->store.get(),
          [this](const InForceSet& set, const BlobReader& content, absl::Time now) {
            MRG_RETURN_IF_ERROR(TrustIntake::ReadCalendar(set, content).status());
            MRG_RETURN_IF_ERROR(ReadFederation(set, content).status());
            return trust->snapshot_publisher.Check(set, content, now);
          },
          [this](const InForceSet& set, absl::Time now) { TakeOwn(set, now); }),
      expiry_alarm({ground->config.root_alarm, ground->config.targets_alarm},
                   PublisherOptionsOf(ground->config).online_role, &ground->trust_metrics,
                   &ground->events) {}

void PublisherSide::KeepHouse(absl::Time now) {
  const auto renewed = publisher.RenewIfDue(now);
  if (!renewed.ok()) ground->events.WriteFailure(Event::kTrustRenewalFailed, renewed.status());
  for (const auto& [publisher_id, view] : trust->state.Publishers()) {
    const auto member = MemberId::Parse(publisher_id);
    if (!member.ok() || !view.in_force.has_value()) continue;
    ground->trust_metrics.age_seconds.Set({{"publisher", LabelValue::OfMember(*member)}},
                                          absl::ToDoubleSeconds(now - view.refreshed_at));
    expiry_alarm.Look(*view.in_force, now);
  }
}

void PublisherSide::TakeOwn(const InForceSet& set, absl::Time now) {
  const absl::Status taken = trust->intake.Take(set, now);
  if (!taken.ok()) {
    trust->intake.Refused(ground->config.member, taken);
    return;
  }
  ground->events.Write(Event::kTrustPublished, {{"publisher", ground->config.member}});
  readiness->Look(now);
}

}  // namespace mrg
