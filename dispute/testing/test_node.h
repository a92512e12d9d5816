#ifndef MRG_DISPUTE_TESTING_TEST_NODE_H_
#define MRG_DISPUTE_TESTING_TEST_NODE_H_

// One member's node as far as disputes go: all parts over a memory store that fails where a test
// says, with the marks of its licences in a map.
//
// One thread at a time, except where a test says otherwise of the parts.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispute/dispute_node.h"
#include "dispute/dispute_queue.h"
#include "dispute/dispute_reader.h"
#include "dispute/dispute_relay.h"
#include "dispute/dispute_ruling.h"
#include "dispute/filing.h"
#include "dispute/inbound.h"
#include "dispute/mark_queue.h"
#include "dispute/outbox.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/sample_rules.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"

namespace mrg {

// What a status list would hold: open marks by licence, and what was asked.
class RecordingMarks : public LicenceMarks {
 public:
  std::vector<absl::Status> Change(const std::vector<MarkChange>& changes) override;

  absl::Status answer;             // given instead of doing anything, unless OK
  std::vector<std::string> calls;  // "set 50 1 <hex tag>"
  int publications = 0;            // calls of Change
  std::map<std::string, absl::Time> open;
};

struct TestNode {
  // `relay` may be null: then nothing leaves the node, and RunOnce must not be called.
  explicit TestNode(absl::string_view member, DisputeRelay* relay = nullptr);

  // The process starts again: what was only in memory is forgotten.
  void Restart();
  // Result: the one dispute stored here; fails the test when there are more or none.
  DisputeId OnlyDispute() const;
  // Result: the present history; fails the test when it cannot be read.
  DisputeHistory History(const DisputeId& dispute) const;
  // Result: the dispute as it stands; fails the test when it cannot be read.
  dispute::v1::Dispute Present(const DisputeId& dispute, absl::Time now) const;
  // Result: the outbox entries as "peer sequence", in key order.
  std::vector<std::string> OutboxRows() const;
  // Result: the sequences of the entries in the mark queue, in key order.
  std::vector<uint64_t> MarkRows() const;

  std::vector<std::string> changed;
  MemoryStore memory;
  FaultyStore store{&memory};
  RecordingMarks marks;
  std::vector<std::string> failures;  // "peer REASON" of each failed delivery
  const DisputeNode info;
  SampleRules rules;
  Filing filing;
  DisputeQueue queue;
  DisputeRuling ruling;
  Inbound inbound;
  DisputeReader reader;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<MarkQueue> mark_queue;

  // Runs both. Result: when to call again at the latest.
  absl::Time RunOutside(absl::Time now);

 private:
  DisputeRelay* const relay_;
};

// Result: every rule of stored_keys.h that the rows of `node` break, one line each: histories that
// do not hold, indexes, cases, places, marks, requests and outbox entries that are too many or too
// few. A node of which an operation was cut off must still give none.
std::vector<std::string> BrokenRules(const TestNode& node);

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_TEST_NODE_H_
