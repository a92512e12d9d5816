#include "dispute/event_writes.h"

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "dispute/stored_keys.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;
using dispute::v1::DisputeFiled;

void PutIndexes(const DisputeNode& node, const DisputeHistory& history, const DisputeEvent& event,
                WriteSet* writes) {
  const std::string place = FiledPart(history.filed_at(), history.id());
  if (event.has_filed()) {
    writes->Put(Keyspace::kDisputeIndex, AllPrefix() + place, "");
    if (history.id().filing_member() == node.member) {
      writes->Put(Keyspace::kDisputeIndex, FilerPrefix(history.filer()) + place, "");
    } else {
      writes->Put(Keyspace::kDisputeIndex, RelayedKey(history.id()), "");
    }
  }
  if (event.has_refused() || event.has_resolved()) {
    writes->Delete(Keyspace::kDisputeIndex, RelayedKey(history.id()));
  }
  if (event.owner_member() != node.member.value()) return;
  if (event.has_filed() && !event.filed().queue().empty()) {
    writes->Put(Keyspace::kDisputeIndex, QueuePrefix(event.filed().queue()) + place, "");
  }
  if (event.has_transferred()) {
    writes->Put(Keyspace::kDisputeIndex, QueuePrefix(event.transferred().queue()) + place, "");
  }
}

std::optional<MemberId> IssuingMember(const DisputeNode& node, const DisputeHistory& history) {
  const auto issuing = JurisdictionId::Parse(history.filed().issuing_jurisdiction());
  return issuing.ok() ? node.member_of(*issuing) : std::nullopt;
}

bool IsOurs(const DisputeNode& node, const DisputeFiled& filed) {
  const auto jurisdiction = JurisdictionId::Parse(filed.issuing_jurisdiction());
  return jurisdiction.ok() && node.jurisdictions.count(*jurisdiction) > 0;
}

void PutMark(const DisputeHistory& history, const DisputeEvent& event, WriteSet* writes) {
  const std::string key = MarkKey(history.filed(), history.id());
  if (!ChangesMark(event)) return;
  if (event.has_accepted()) {
    writes->Put(Keyspace::kDisputeIndex, key, "");
  } else {
    writes->Delete(Keyspace::kDisputeIndex, key);
  }
  writes->Put(Keyspace::kDisputeMarkQueue,
              MarkQueuePrefix() + EntryPart(history.id(), event.sequence()), "");
}

}  // namespace

absl::Status CheckIssuerIsKnown(const DisputeNode& node, const DisputeHistory& history) {
  if (IssuingMember(node, history).has_value()) return absl::OkStatus();
  return MakeError(Reason::kMemberUnknown,
                   absl::StrCat("no member is known to answer for jurisdiction ",
                                history.filed().issuing_jurisdiction()));
}

std::set<std::string> OtherParticipants(const DisputeNode& node, const DisputeHistory& history) {
  std::set<std::string> members;
  // The filing member is the first owner.
  for (const DisputeEvent& event : history.events()) members.insert(event.owner_member());
  const std::optional<MemberId> issuing = IssuingMember(node, history);
  if (issuing.has_value()) members.insert(issuing->value());
  members.erase(node.member.value());
  return members;
}

bool IsParticipant(const DisputeNode& node, const DisputeHistory& history) {
  for (const DisputeEvent& event : history.events()) {
    if (event.owner_member() == node.member.value()) return true;
  }
  return IssuingMember(node, history) == node.member;
}

void PutEvents(const DisputeNode& node, const DisputeHistory& history, uint64_t stored,
               WriteSet* writes) {
  const std::set<std::string> others = OtherParticipants(node, history);
  const bool is_ours = IsOurs(node, history.filed());
  for (uint64_t i = stored; i < history.last_sequence(); ++i) {
    const DisputeEvent& event = history.events()[i];
    const std::string key = EventKey(history.id(), event.sequence());
    writes->RequireAbsent(Keyspace::kDisputeEvent, key);
    writes->Put(Keyspace::kDisputeEvent, key, history.bytes()[i]);
    PutIndexes(node, history, event, writes);
    if (is_ours) PutMark(history, event, writes);
    if (AppenderOf(event) != node.member.value()) continue;
    for (const std::string& peer : others) {
      writes->Put(Keyspace::kDisputeOutbox,
                  OutboxPrefix(peer) + EntryPart(history.id(), event.sequence()), "");
    }
  }
}

}  // namespace mrg
