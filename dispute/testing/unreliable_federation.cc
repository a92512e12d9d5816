#include "dispute/testing/unreliable_federation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "dispute/stored_keys.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

absl::Status Unreachable() { return MakeError(Reason::kFetchFailed, "injected: no answer"); }

// Every dispute that some node knows.
std::set<std::string> AllDisputes(const UnreliableFederation& federation) {
  std::set<std::string> disputes;
  for (const auto& [member, node] : federation.nodes()) {
    const std::vector<Row> rows = *node->memory.Scan(Keyspace::kDisputeEvent, "", "", 1000000);
    for (const Row& row : rows) {
      disputes.insert(*OrderedKeyReader(row.key).Text());
    }
  }
  return disputes;
}

std::string MarkName(const dispute::v1::DisputeFiled& filed) {
  return absl::StrCat(filed.issuing_jurisdiction(), " ", filed.epoch(), " ",
                      absl::BytesToHexString(filed.licence_tag()));
}

}  // namespace

class UnreliableFederation::Relay : public DisputeRelay {
 public:
  Relay(UnreliableFederation* federation, std::string from)
      : federation_(federation), from_(std::move(from)) {}

  absl::StatusOr<uint64_t> Deliver(const MemberId& peer,
                                   const dispute::v1::DeliverRequest& request) override {
    const std::string& to = peer.value();
    const Fate fate = federation_->fate ? federation_->fate(from_, to) : Fate::kDelivered;
    switch (fate) {
      case Fate::kDelivered:
        break;
      case Fate::kRequestLost:
        return Unreachable();
      case Fate::kAnswerLost:
        federation_->Hand(from_, to, request).IgnoreError();
        return Unreachable();
      case Fate::kDoubled:
        federation_->Hand(from_, to, request).IgnoreError();
        break;
      case Fate::kHeld:
        federation_->held_.push_back({from_, to, request});
        return Unreachable();
    }
    return federation_->Hand(from_, to, request);
  }

 private:
  UnreliableFederation* const federation_;
  const std::string from_;
};

UnreliableFederation::UnreliableFederation() {
  for (const char* member : {kDelta, kChuanyu, kHubMember}) {
    relays_[member] = std::make_unique<Relay>(this, member);
    nodes_[member] = std::make_unique<TestNode>(member, relays_[member].get());
  }
}

UnreliableFederation::~UnreliableFederation() = default;

absl::StatusOr<uint64_t> UnreliableFederation::Hand(const std::string& from, const std::string& to,
                                                    const dispute::v1::DeliverRequest& request) {
  const std::vector<std::string> events(request.events().begin(), request.events().end());
  return node(to).inbound.Deliver(Member(from), request.dispute(), events, now_);
}

void UnreliableFederation::DeliverHeld() {
  std::vector<HeldCall> held;
  held.swap(held_);
  for (auto call = held.rbegin(); call != held.rend(); ++call) {
    Hand(call->from, call->to, call->request).IgnoreError();
  }
}

absl::Time UnreliableFederation::RunOutboxes() {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [member, node] : nodes_) next = std::min(next, node->RunOutside(now_));
  return next;
}

void UnreliableFederation::Settle(int turns) {
  for (int turn = 0; turn < turns; ++turn) {
    absl::Time next = RunOutboxes();
    bool is_empty = true;
    for (const auto& [member, node] : nodes_) {
      is_empty = is_empty && node->OutboxRows().empty() && node->MarkRows().empty();
    }
    if (is_empty) return;
    // What one outbox delivered may have filled another.
    if (next != absl::InfiniteFuture()) now_ = std::max(now_, next);
  }
  ADD_FAILURE() << "not settled after " << turns << " turns";
}

std::vector<std::string> BrokenPromises(const UnreliableFederation& federation) {
  std::vector<std::string> broken;
  for (const auto& [member, node] : federation.nodes()) {
    for (const std::string& rule : BrokenRules(*node)) {
      broken.push_back(absl::StrCat(member, ": ", rule));
    }
  }
  for (const std::string& dispute : AllDisputes(federation)) {
    const DisputeId id = *DisputeId::Parse(dispute);
    std::vector<std::string> longest;
    for (const auto& [member, node] : federation.nodes()) {
      const DisputeHistory history = node->History(id);
      const size_t both = std::min(longest.size(), history.bytes().size());
      if (!std::equal(longest.begin(), longest.begin() + both, history.bytes().begin())) {
        broken.push_back(absl::StrCat(dispute, " has two histories"));
      }
      if (history.bytes().size() > longest.size()) longest = history.bytes();
      if (history.empty()) continue;
      for (const std::string& peer : OtherParticipants(node->info, history)) {
        const uint64_t has = federation.nodes().at(peer)->History(id).last_sequence();
        for (const auto& event : history.events()) {
          if (AppenderOf(event) != member || event.sequence() <= has) continue;
          const auto entry = node->memory.Get(Keyspace::kDisputeOutbox,
                                              OutboxPrefix(peer) + EntryPart(id, event.sequence()));
          if (!entry->has_value()) {
            broken.push_back(
                absl::StrCat("event ", event.sequence(), " of ", dispute, " is lost to ", peer));
          }
        }
      }
    }
  }
  return broken;
}

std::vector<std::string> Unsettled(const UnreliableFederation& federation) {
  std::vector<std::string> wrong = BrokenPromises(federation);
  std::map<std::string, std::set<std::string>> marks;  // by member
  for (const std::string& dispute : AllDisputes(federation)) {
    const DisputeId id = *DisputeId::Parse(dispute);
    const TestNode& filer = *federation.nodes().at(id.filing_member().value());
    const DisputeHistory history = filer.History(id);
    for (const std::string& peer : OtherParticipants(filer.info, history)) {
      if (federation.nodes().at(peer)->History(id).bytes() != history.bytes()) {
        wrong.push_back(absl::StrCat(dispute, " differs at ", peer));
      }
    }
    const auto issuing =
        filer.info.member_of(*JurisdictionId::Parse(history.filed().issuing_jurisdiction()));
    if (history.stage() == DisputeStage::kAccepted && issuing.has_value()) {
      marks[issuing->value()].insert(MarkName(history.filed()));
    }
  }
  for (const auto& [member, node] : federation.nodes()) {
    std::set<std::string> open;
    for (const auto& [licence, at] : node->marks.open) open.insert(licence);
    if (open != marks[member]) wrong.push_back(absl::StrCat("wrong marks at ", member));
    if (!node->OutboxRows().empty() || !node->MarkRows().empty())
      wrong.push_back(absl::StrCat("entries left at ", member));
  }
  return wrong;
}

}  // namespace mrg
