#include "gateway/daemon/federation_side.h"

#include "gateway/base/status_macros.h"
#include "gateway/daemon/peer_links.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<FederationSide>> FederationSide::Open(NodeGround* ground,
                                                                     TrustSide* trust, LogSide* log,
                                                                     RepositoryPublisher* own) {
  MRG_ASSIGN_OR_RETURN(PeerPlaces places,
                       CurrentPlaces(ground->configured_places(), trust->federation,
                                     trust->contacts, ground->store.get()));
  MRG_ASSIGN_OR_RETURN(ConnectionsByMember connections,
                       ConnectPeers(*ground->tls.Current(), places.peers,
                                    ground->config.poll_period, &ground->clock));
  std::unique_ptr<FederationSide> side(
      new FederationSide(ground, trust, log, own, std::move(places)));
  MRG_RETURN_IF_ERROR(side->log_witness.Tidy(ground->publishers()));
  side->connections.Replace(std::move(connections));
  return side;
}

FederationSide::FederationSide(NodeGround* node, TrustSide* trusted, LogSide* log,
                               RepositoryPublisher* own, PeerPlaces now_at)
    : ground(node),
      trust(trusted),
      places(std::move(now_at)),
      head_exchange(ground->store.get(),
                    [this](const trustlist::v1::ForkEvidence& evidence) {
                      trust->fork_gate.OnFork(evidence);
                    }),
      head_desk({ground->publishers(), &head_exchange, &log_witness, &log->standing, log->log.get(),
                 &ground->trust_metrics, &ground->events}),
      bundles(ground->config.member, &ground->config.peers,
              {ground->store.get(), &trust->first_roots, following().put_in_force,
               following().refused, &trust->fork_gate, &turns, &ground->events}),
      repins(ground->config.member, ground->hub(), &ground->config.peers,
             {ground->store.get(), own, &trust->federation, &turns, &ground->events}) {}

PeerFollower::Parts FederationSide::following() {
  return {
      ground->store.get(),
      &trust->first_roots,
      [this](const VerifiedSet& verified, absl::Time now) {
        return trust->intake.Take(verified, WriteSet(), now);
      },
      [this](const MemberId& publisher, const absl::Status& why) {
        trust->news.OnRefused(publisher, why);
      },
      &turns,
      &trust->fork_gate,
      &head_desk,
      &trust->view,
      ground->config.role == NodeRole::kHub ? nullptr : &trust->epoch_keys,
      &ground->trust_metrics,
      &ground->clock,
      &ground->events,
      [this](const MemberId& peer, absl::Time theirs, absl::Duration asked,
             absl::Duration answered) { trust->peer_clocks.Heard(peer, theirs, asked, answered); }};
}

}  // namespace mrg
