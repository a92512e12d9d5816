#include "dispute/testing/test_node.h"

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/stored_request.pb.h"

namespace mrg {
namespace {

constexpr size_t kAll = 1000000;

DisputeChanged Note(std::vector<std::string>* changed) {
  return [changed](const std::string& dispute) { changed->push_back(dispute); };
}

std::string LicenceName(const JurisdictionId& jurisdiction, uint32_t epoch, absl::string_view tag) {
  return absl::StrCat(jurisdiction.value(), " ", epoch, " ", absl::BytesToHexString(tag));
}

std::vector<Row> Rows(const TestNode& node, Keyspace keyspace, const std::string& prefix = "") {
  return *node.memory.Scan(keyspace, prefix, PrefixEnd(prefix), kAll);
}

std::set<std::string> Keys(const TestNode& node, Keyspace keyspace, const std::string& prefix) {
  std::set<std::string> keys;
  for (const Row& row : Rows(node, keyspace, prefix)) keys.insert(row.key);
  return keys;
}

std::set<std::string> DisputesOf(const TestNode& node) {
  std::set<std::string> disputes;
  for (const Row& row : Rows(node, Keyspace::kDisputeEvent)) {
    disputes.insert(*OrderedKeyReader(row.key).Text());
  }
  return disputes;
}

// The rows that the histories call for, each with where it stands.
struct Expected {
  std::set<std::string> index;
  std::set<std::string> queue;  // cases and places
};

void Expect(const TestNode& node, const DisputeHistory& history, std::vector<std::string>* broken,
            Expected* expected) {
  const DisputeId& id = history.id();
  const std::string& self = node.info.member.value();
  const std::string place = FiledPart(history.filed_at(), id);
  expected->index.insert(AllPrefix() + place);
  if (id.filing_member().value() == self) {
    expected->index.insert(FilerPrefix(history.filer()) + place);
  } else {
    expected->index.insert(CitedKey(history.filed()));
    if (!IsFinal(history.stage())) expected->index.insert(RelayedKey(id));
  }
  if (history.owner() == self) expected->index.insert(QueuePrefix(history.queue()) + place);
  const bool is_ours = node.info.jurisdictions.count(
                           *JurisdictionId::Parse(history.filed().issuing_jurisdiction())) > 0;
  const auto lifted = *node.memory.Get(Keyspace::kDisputeIndex, LiftedKey(id));
  if (lifted.has_value()) {
    expected->index.insert(LiftedKey(id));
  } else if (is_ours && history.stage() == DisputeStage::kAccepted) {
    expected->index.insert(MarkKey(history.filed(), id));
  }
  const auto stored = *LoadCase(node.memory, id);
  const bool wants_case = history.owner() == self && !IsFinal(history.stage());
  if (wants_case != stored.has_value()) {
    broken->push_back(absl::StrCat(id.value(), wants_case ? " has no case" : " has a case"));
  }
  if (stored.has_value()) {
    expected->queue.insert(CaseKey(id));
    expected->queue.insert(stored->row.worker().empty() ? ReadyKey(id, stored->row)
                                                        : LeasedKey(id, stored->row));
    if (stored->row.owner_epoch() != history.owner_epoch()) {
      broken->push_back(absl::StrCat(id.value(), " has a case of another epoch"));
    }
  }
}

void CheckOutbox(const TestNode& node, std::vector<std::string>* broken) {
  for (const Row& row : Rows(node, Keyspace::kDisputeOutbox, OutboxPrefix())) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(OutboxPrefix().size()));
    const std::string peer = *reader.Text();
    const DisputeId id = *DisputeId::Parse(*reader.Text());
    const uint64_t sequence = *reader.U64();
    const DisputeHistory history = node.History(id);
    if (sequence > history.last_sequence()) {
      broken->push_back(absl::StrCat("outbox names an event that is not stored: ", sequence));
      continue;
    }
    const bool fits = AppenderOf(history.events()[sequence - 1]) == node.info.member.value() &&
                      OtherParticipants(node.info, history).count(peer) > 0;
    if (!fits) broken->push_back(absl::StrCat("outbox entry without cause: ", peer, sequence));
  }
}

void CheckMarkQueue(const TestNode& node, std::vector<std::string>* broken) {
  for (const Row& row : Rows(node, Keyspace::kDisputeMarkQueue, MarkQueuePrefix())) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(MarkQueuePrefix().size()));
    const DisputeHistory history = node.History(*DisputeId::Parse(*reader.Text()));
    const uint64_t sequence = *reader.U64();
    if (sequence > history.last_sequence() || !ChangesMark(history.events()[sequence - 1])) {
      broken->push_back(absl::StrCat("mark queue entry without cause: ", sequence));
    }
  }
}

void CheckRequests(const TestNode& node, std::vector<std::string>* broken) {
  std::map<std::string, int> filings;  // by dispute
  for (const Row& row : Rows(node, Keyspace::kRequest)) {
    OrderedKeyReader key(row.key);
    if (*key.Text() != "request") continue;  // the index by age
    EXPECT_EQ(*key.Text(), "dispute");
    const std::string caller = *key.Text();
    gateway::v1::StoredRequest request;
    EXPECT_TRUE(ParseCanonicalInto(row.value, &request));
    const DisputeId id = *DisputeId::Parse(request.answer());
    const DisputeHistory history = node.History(id);
    if (history.empty()) {
      broken->push_back("a request names a dispute that is not stored");
    } else if (caller == history.filer()) {
      ++filings[request.answer()];
    }
  }
  for (const std::string& dispute : DisputesOf(node)) {
    const bool filed_here = DisputeId::Parse(dispute)->filing_member() == node.info.member;
    if (filings[dispute] != (filed_here ? 1 : 0)) {
      broken->push_back(absl::StrCat(dispute, " has ", filings[dispute], " filing requests"));
    }
  }
}

}  // namespace

std::vector<absl::Status> RecordingMarks::Change(const std::vector<MarkChange>& changes) {
  ++publications;
  for (const MarkChange& change : changes) {
    const std::string licence = LicenceName(change.jurisdiction, change.epoch, change.tag);
    calls.push_back(absl::StrCat(change.set ? "set " : "clear ", licence));
    if (!answer.ok()) continue;
    if (change.set) {
      open.emplace(licence, change.at);
    } else {
      open.erase(licence);
    }
  }
  return std::vector<absl::Status>(changes.size(), answer);
}

TestNode::TestNode(absl::string_view member, DisputeRelay* relay)
    : info(SampleNode(member)),
      filing(info, &store, Note(&changed)),
      queue(info, &store, Note(&changed)),
      ruling(info, &store, Note(&changed)),
      inbound(info, &store, &rules, Note(&changed)),
      reader(info, &store),
      relay_(relay) {
  Restart();
}

void TestNode::Restart() {
  store.Restart();
  OutboxObserver observer;
  observer.on_failed = [this](const MemberId& peer, const std::string&,
                              const absl::Status& status) {
    const auto reason = ReasonOf(status);
    failures.push_back(absl::StrCat(
        peer.value(), " ",
        reason.has_value() ? TokenOf(*reason) : absl::StatusCodeToString(status.code())));
  };
  const RetrySchedule retry(absl::Seconds(1), absl::Minutes(5), /*seed=*/1);
  outbox = std::make_unique<Outbox>(&store, relay_, retry, observer);
  MarkObserver mark_observer;
  mark_observer.on_failed = [this, observer](const std::string& dispute,
                                             const absl::Status& status) {
    observer.on_failed(info.member, dispute, status);
  };
  mark_queue = std::make_unique<MarkQueue>(&store, &marks, retry, mark_observer);
}

absl::Time TestNode::RunOutside(absl::Time now) {
  const absl::Time delivered = outbox->RunOnce(now);
  return std::min(delivered, mark_queue->RunOnce(now));
}

DisputeId TestNode::OnlyDispute() const {
  const std::set<std::string> disputes = DisputesOf(*this);
  EXPECT_EQ(disputes.size(), 1u);
  return *DisputeId::Parse(disputes.empty() ? "" : *disputes.begin());
}

DisputeHistory TestNode::History(const DisputeId& dispute) const {
  auto history = LoadHistory(memory, dispute);
  EXPECT_TRUE(history.ok()) << history.status();
  return *history;
}

dispute::v1::Dispute TestNode::Present(const DisputeId& dispute, absl::Time now) const {
  auto present = PresentDispute(memory, info, History(dispute), now);
  EXPECT_TRUE(present.ok()) << present.status();
  return *present;
}

std::vector<std::string> TestNode::OutboxRows() const {
  std::vector<std::string> lines;
  for (const Row& row : Rows(*this, Keyspace::kDisputeOutbox, OutboxPrefix())) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(OutboxPrefix().size()));
    const std::string peer = *reader.Text();
    EXPECT_TRUE(reader.Text().ok());
    lines.push_back(absl::StrCat(peer, " ", *reader.U64()));
  }
  return lines;
}

std::vector<uint64_t> TestNode::MarkRows() const {
  std::vector<uint64_t> sequences;
  for (const Row& row : Rows(*this, Keyspace::kDisputeMarkQueue, MarkQueuePrefix())) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(MarkQueuePrefix().size()));
    EXPECT_TRUE(reader.Text().ok());
    sequences.push_back(*reader.U64());
  }
  return sequences;
}

std::vector<std::string> BrokenRules(const TestNode& node) {
  std::vector<std::string> broken;
  Expected expected;
  for (const std::string& dispute : DisputesOf(node)) {
    const auto history = LoadHistory(node.memory, *DisputeId::Parse(dispute));
    if (!history.ok()) {
      broken.push_back(std::string(history.status().message()));
      continue;
    }
    Expect(node, *history, &broken, &expected);
  }
  if (Keys(node, Keyspace::kDisputeIndex, "") != expected.index) {
    broken.push_back("the indexes are not those of the histories");
  }
  if (Keys(node, Keyspace::kDisputeQueue, "") != expected.queue) {
    broken.push_back("the queue's rows are not those of the cases");
  }
  CheckOutbox(node, &broken);
  CheckMarkQueue(node, &broken);
  CheckRequests(node, &broken);
  return broken;
}

}  // namespace mrg
