#ifndef MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_
#define MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_

// The publisher side of a node: the own member's repository, its status lists, and the signatures
// that have to be renewed.

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/readiness_watch.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/federation/alarms/expiry_alarm.h"
#include "gateway/publication/licence_status_writer.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

// Puts the own sets in force as any other, and tells of them.
class OwnIntake : public SetIntake {
 public:
  // All must outlive this.
  OwnIntake(NodeGround* ground, TrustSide* trust, const ReadinessWatch* readiness)
      : ground_(ground), trust_(trust), readiness_(readiness) {}

  absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) override;

 private:
  NodeGround* const ground_;
  TrustSide* const trust_;
  const ReadinessWatch* const readiness_;
};

// Its parts are thread-safe, but for KeepHouse, which is housekeeping's.
struct PublisherSide {
  // All must outlive this.
  PublisherSide(NodeGround* node, TrustSide* trusted, const ReadinessWatch* watch);

  // Renews online signatures that are due, and looks at what people have to sign anew.
  void KeepHouse(absl::Time now);

  NodeGround* const ground;
  TrustSide* const trust;
  const ReadinessWatch* const readiness;
  OwnIntake intake;
  RepositoryPublisher publisher;
  const RepositoryReader repositories{ground->store.get()};
  LicenceStatusWriter statuses{&publisher, &trust->blobs, ground->store.get()};
  ExpiryAlarm expiry_alarm;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PUBLISHER_SIDE_H_
