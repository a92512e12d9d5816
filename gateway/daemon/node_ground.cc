#include "gateway/daemon/node_ground.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/build_version.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/open_store.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<NodeGround>> NodeGround::Open(NodeConfig config) {
  MRG_ASSIGN_OR_RETURN(NodeKeys keys, LoadNodeKeys(config));
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<OrderedStore> store,
                       OpenStore(absl::StrCat("rocksdb:", config.data_dir)));
  std::unique_ptr<NodeGround> ground(
      new NodeGround(std::move(config), std::move(keys), std::move(store)));
  ground->events.Write(Event::kNodeStarting, {{"member", ground->config.member}});
  ground->node_metrics.build_info.Set({{"version", BuildVersion()}, {"revision", BuildRevision()}},
                                      1);
  ground->node_metrics.ready.Set({}, 0);
  if (!ground->config.metrics_address.empty()) {
    MRG_ASSIGN_OR_RETURN(ground->pages,
                         MetricsListener::Start(ground->config.metrics_address, &ground->registry));
  }
  return ground;
}

NodeGround::NodeGround(NodeConfig node_config, NodeKeys node_keys,
                       std::unique_ptr<OrderedStore> opened)
    : config(std::move(node_config)),
      keys(std::move(node_keys)),
      origin(absl::StrCat(config.member.value(), "/", config.log_id)),
      tls({config.own_certificate, config.trust_bundles, config.revocations}),
      store(std::move(opened)),
      configured_peers_(config.peers) {
  events.SetLevel(config.log_level);
}

void NodeGround::SetConfiguredPeers(std::vector<Peer> peers) {
  MutexLock lock(mu_);
  configured_peers_ = std::move(peers);
}

void NodeGround::ShowNotReady(const std::vector<std::string>& reasons) {
  node_metrics.ready.Set({}, reasons.empty() ? 1 : 0);
  if (pages != nullptr) pages->SetNotReady(reasons);
}

PeerPlaces NodeGround::configured_places() const {
  PeerPlaces places = {{}, tls.Current()->bundles};
  {
    MutexLock lock(mu_);
    places.peers = configured_peers_;
  }
  for (Peer& peer : places.peers) peer.ca_bundle_pem = places.bundles.PemOf(peer.trust_domain);
  return places;
}

MemberId NodeGround::hub() const {
  for (const Peer& peer : config.peers) {
    if (peer.is_hub) return peer.member;
  }
  return config.member;
}

std::vector<MemberId> NodeGround::publishers() const {
  std::vector<MemberId> publishers = {config.member};
  for (const Peer& peer : config.peers) publishers.push_back(peer.member);
  return publishers;
}

}  // namespace mrg
