#ifndef MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_
#define MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_

// The publisher side of a node: the own member's repository, its status lists, and the signatures
// that have to be renewed.

#include "absl/time/time.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/readiness_watch.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/federation/alarms/expiry_alarm.h"
#include "gateway/publication/licence_status_writer.h"
#include "trustlist/repository_publisher.h"
#include "trustlist/repository_reader.h"

namespace mrg {

// Its parts are thread-safe, but for KeepHouse, which is housekeeping's.
struct PublisherSide {
  // All must outlive this.
  PublisherSide(NodeGround* node, TrustSide* trusted, const ReadinessWatch* watch);

  // Renews online signatures that are due, and looks at what people have to sign anew.
  void KeepHouse(absl::Time now);

  NodeGround* const ground;
  TrustSide* const trust;
  const ReadinessWatch* const readiness;
  RepositoryPublisher publisher;
  const RepositoryReader repositories{ground->store.get()};
  LicenceStatusWriter statuses{&publisher, &trust->blobs};
  ExpiryAlarm expiry_alarm;

 private:
  void TakeOwn(const InForceSet& set, absl::Time now);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_
