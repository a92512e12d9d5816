#include "tests/simulation/node_parts.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/testing/ids.h"

namespace mrg {

PublisherOptions OptionsOf(const MemberDesk& desk) {
  PublisherOptions options{desk.member()};
  // A third as often as by default: of what a node does, renewing and fetching what was renewed is
  // most, and it is always the same.
  options.lifetimes.timestamp = {absl::Hours(3), absl::Hours(1)};
  options.online_trees = desk.StatusTrees();
  return options;
}

NodeParts::NodeParts(const NodePlace* node_place, const NodeEars* node_ears,
                     OrderedStore* node_store, DecisionLog* decision_log)
    : place(node_place),
      ears(node_ears),
      store(node_store),
      log(decision_log),
      head_desk({Publishers(), &head_exchange, &log_witness, &standing, log, &metrics, &events}),
      followers(place->owner.member, place->peers, Connections(), kPollPeriod, Following(), &hints,
                ears->wake) {
  TakeNodeKeys();
}

absl::Status NodeParts::Restore(absl::Time now) {
  for (const auto& [province, keys] : place->desk->licence_keys()) {
    for (const auto& [epoch, key] : keys) {
      MRG_RETURN_IF_ERROR(epoch_keys.SetOwn(AsJurisdiction(province), key));
    }
  }
  MRG_RETURN_IF_ERROR(epoch_keys.Load().status());
  MRG_RETURN_IF_ERROR(intake.Restore(now));
  for (const MemberId& member : Publishers()) MRG_RETURN_IF_ERROR(fork_gate.Sync(member));
  return absl::OkStatus();
}

void NodeParts::TakeNodeKeys() {
  statuses.reset();
  publisher = std::make_unique<RepositoryPublisher>(OptionsOf(*place->desk),
                                                    place->desk->NodeKeys(), store, &intake);
  statuses = std::make_unique<LicenceStatusWriter>(publisher.get(), &blobs, store);
}

MemoryNode NodeParts::Answering() {
  return {&repositories, &head_desk, &hints, &epoch_keys, nullptr, place->clock};
}

RepinDesk NodeParts::Repins() {
  return RepinDesk(place->owner.member, place->owner.hub, &place->peers,
                   {store, publisher.get(), &federation, &turns, &events});
}

std::vector<MemberId> NodeParts::Publishers() const {
  std::vector<MemberId> publishers = {place->owner.member};
  for (const Peer& peer : place->peers) publishers.push_back(peer.member);
  return publishers;
}

ConnectionsByMember NodeParts::Connections() const {
  ConnectionsByMember connections;
  for (const Peer& peer : place->peers) {
    connections[peer.member] = place->network->Connect(place->owner.member, peer.member);
  }
  return connections;
}

PeerFollower::Parts NodeParts::Following() {
  return {store,
          &first_roots,
          [this](const VerifiedSet& verified, absl::Time now) {
            const absl::Status taken = intake.Take(verified, WriteSet(), now);
            ears->taken(verified.set.publisher, taken);
            return taken;
          },
          [this](const MemberId& member, const absl::Status& why) {
            news.OnRefused(member, why);
            ears->refused(member, why);
          },
          &turns,
          &fork_gate,
          &head_desk,
          &view,
          &epoch_keys,
          &metrics,
          place->clock,
          &events};
}

}  // namespace mrg
