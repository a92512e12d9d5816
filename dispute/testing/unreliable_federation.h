#ifndef MRG_DISPUTE_TESTING_UNRELIABLE_FEDERATION_H_
#define MRG_DISPUTE_TESTING_UNRELIABLE_FEDERATION_H_

// Nodes in one process, and the network between them: it loses requests and answers, doubles, and
// holds requests back to deliver them later in another order, as a test says.
//
// One thread at a time.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "dispute/dispute_relay.h"
#include "dispute/testing/test_node.h"

namespace mrg {

// What becomes of one Deliver call.
enum class Fate {
  kDelivered,
  kRequestLost,  // the receiver hears nothing, the sender that it failed
  kAnswerLost,   // the receiver stores it, the sender hears that it failed
  kDoubled,      // the receiver gets it twice, the sender the second answer
  kHeld,         // the receiver gets it at DeliverHeld, the sender hears that it failed
};

class UnreliableFederation {
 public:
  // The members of sample_dispute.h, all up.
  UnreliableFederation();
  ~UnreliableFederation();

  TestNode& node(const std::string& member) { return *nodes_.at(member); }
  TestNode& delta() { return node(kDelta); }
  TestNode& chuanyu() { return node(kChuanyu); }
  TestNode& hub() { return node(kHubMember); }
  const std::map<std::string, std::unique_ptr<TestNode>>& nodes() const { return nodes_; }

  absl::Time now() const { return now_; }
  void Advance(absl::Duration step) { now_ += step; }

  // Decides about each call; unset: all are delivered.
  std::function<Fate(const std::string& from, const std::string& to)> fate;

  // Delivers what was held, the latest first.
  void DeliverHeld();

  // Runs every outbox once. Result: when the earliest wants to run again.
  absl::Time RunOutboxes();
  // Runs the outboxes until nothing waits, moving the time on to when they want to run again.
  // Fails the test when that takes more than `turns`.
  void Settle(int turns = 200);

 private:
  class Relay;
  struct HeldCall {
    std::string from;
    std::string to;
    dispute::v1::DeliverRequest request;
  };

  absl::StatusOr<uint64_t> Hand(const std::string& from, const std::string& to,
                                const dispute::v1::DeliverRequest& request);

  absl::Time now_ = SampleStart();
  std::map<std::string, std::unique_ptr<Relay>> relays_;
  std::map<std::string, std::unique_ptr<TestNode>> nodes_;
  std::vector<HeldCall> held_;
};

// Result: what is wrong across the federation, one line each: broken rules of a node, an event that
// a participant lacks and nobody has in an outbox for it, and two histories that differ in an
// event. Empty at every moment, whatever was lost.
std::vector<std::string> BrokenPromises(const UnreliableFederation& federation);

// Result: what is wrong once everything is delivered: participants whose histories differ, marks
// that are not those of the accepted open disputes, entries left over.
std::vector<std::string> Unsettled(const UnreliableFederation& federation);

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_UNRELIABLE_FEDERATION_H_
