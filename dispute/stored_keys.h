#ifndef MRG_DISPUTE_STORED_KEYS_H_
#define MRG_DISPUTE_STORED_KEYS_H_

// What dispute stores, and under which keys. Parts are OrderedKey parts; values are canonical bytes
// of mrg.dispute.v1 messages.
//
//   keyspace            key                                                    value
//   dispute-event       dispute, sequence                                      DisputeEvent
//   dispute-index       "all", filed at, dispute                               empty
//   dispute-index       "filer", SPIFFE id, filed at, dispute                  empty
//   dispute-index       "queue", queue, filed at, dispute                      empty
//   dispute-index       "mark", jurisdiction, epoch, licence tag, dispute      empty
//   dispute-index       "relayed", filing member, dispute                      empty
//   dispute-index       "lifted", dispute                                      StoredMarkLift
//   dispute-index       "cited", receipt's SHA-256, epoch                      licence tag
//   dispute-queue       "case", dispute                                        StoredQueueCase
//   dispute-queue       "ready", queue, due, 9 - priority, filed at, dispute   empty
//   dispute-queue       "leased", queue, lease end, dispute                    empty
//   dispute-outbox      "entry", peer, dispute, sequence                       empty
//   dispute-outbox      "retry", peer                                          StoredRetry
//   dispute-outbox      "retry", peer, dispute                                 StoredRetry
//   dispute-mark-queue  "entry", dispute, sequence                             empty
//   dispute-mark-queue  "retry"                                                StoredRetry
//   dispute-mark-queue  "retry", dispute                                       StoredRetry
//
// A case is there while this member owns the dispute and it is open; it has exactly one row in
// "ready" or "leased". A "mark" row is there while an accepted dispute over a licence of one of our
// jurisdictions is open, whoever owns it, a "relayed" row while a dispute that another member filed
// is. A "lifted" row stands in place of a "mark" row that the issuing side took away. A "cited" row
// keeps which licence the disputes that other members filed over a receipt are about. An entry of
// the outbox is an event that a peer must get, one of the mark queue an event that changes a mark
// in our own lists. Answered requests are remembered for a day (gateway/request_memory).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "dispute/dispute_id.h"
#include "dispute/dispute_limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/storage/ordered_key.h"
#include "mrg/dispute/v1/dispute.pb.h"
#include "mrg/dispute/v1/stored_dispute.pb.h"

namespace mrg {

// Also the prefix of all events of the dispute.
inline std::string EventsPrefix(const DisputeId& id) {
  return OrderedKey().Text(id.value()).Take();
}
inline std::string EventKey(const DisputeId& id, uint64_t sequence) {
  return OrderedKey().Text(id.value()).U64(sequence).Take();
}

inline std::string AllPrefix() { return OrderedKey().Text("all").Take(); }
inline std::string FilerPrefix(absl::string_view filer) {
  return OrderedKey().Text("filer").Text(filer).Take();
}
inline std::string QueuePrefix(absl::string_view queue) {
  return OrderedKey().Text("queue").Text(queue).Take();
}
// What follows each of the three prefixes.
inline std::string FiledPart(absl::Time filed_at, const DisputeId& id) {
  return OrderedKey().Time(filed_at).Text(id.value()).Take();
}

// Also the prefix of all open accepted disputes over the licence.
inline std::string MarksPrefix(const dispute::v1::DisputeFiled& filed) {
  return OrderedKey()
      .Text("mark")
      .Text(filed.issuing_jurisdiction())
      .U64(filed.epoch())
      .Text(filed.licence_tag())
      .Take();
}
inline std::string MarkKey(const dispute::v1::DisputeFiled& filed, const DisputeId& id) {
  return MarksPrefix(filed) + OrderedKey().Text(id.value()).Take();
}

inline std::string LiftedKey(const DisputeId& id) {
  return OrderedKey().Text("lifted").Text(id.value()).Take();
}

// Also the prefix of all open disputes that the member filed.
inline std::string RelayedPrefix(absl::string_view filing_member) {
  return OrderedKey().Text("relayed").Text(filing_member).Take();
}
inline std::string RelayedKey(const DisputeId& id) {
  return RelayedPrefix(id.filing_member().value()) + OrderedKey().Text(id.value()).Take();
}

inline std::string CitedKey(const dispute::v1::DisputeFiled& filed) {
  return OrderedKey().Text("cited").Text(filed.receipt_sha256()).U64(filed.epoch()).Take();
}

inline std::string CaseKey(const DisputeId& id) {
  return OrderedKey().Text("case").Text(id.value()).Take();
}
inline std::string ReadyPrefix() { return OrderedKey().Text("ready").Take(); }
inline std::string ReadyPrefix(absl::string_view queue) {
  return OrderedKey().Text("ready").Text(queue).Take();
}
inline std::string ReadyKey(const DisputeId& id, const dispute::v1::StoredQueueCase& row) {
  return ReadyPrefix(row.queue()) + OrderedKey()
                                        .Time(ToTime(row.due_at()))
                                        .U64(kDisputePriorityMax - row.priority())
                                        .Time(ToTime(row.filed_at()))
                                        .Text(id.value())
                                        .Take();
}
inline std::string LeasedPrefix() { return OrderedKey().Text("leased").Take(); }
inline std::string LeasedPrefix(absl::string_view queue) {
  return OrderedKey().Text("leased").Text(queue).Take();
}
inline std::string LeasedKey(const DisputeId& id, const dispute::v1::StoredQueueCase& row) {
  return LeasedPrefix(row.queue()) +
         OrderedKey().Time(ToTime(row.lease_expires_at())).Text(id.value()).Take();
}

inline std::string OutboxPrefix() { return OrderedKey().Text("entry").Take(); }
inline std::string OutboxPrefix(absl::string_view peer) {
  return OrderedKey().Text("entry").Text(peer).Take();
}
inline std::string PeerRetryKey(absl::string_view peer) {
  return OrderedKey().Text("retry").Text(peer).Take();
}
inline std::string MarkQueuePrefix() { return OrderedKey().Text("entry").Take(); }
inline std::string MarkRetryKey() { return OrderedKey().Text("retry").Take(); }

// What follows a prefix of entries, or the key of a retry for that of one dispute.
inline std::string DisputePart(const DisputeId& id) { return OrderedKey().Text(id.value()).Take(); }
inline std::string EntryPart(const DisputeId& id, uint64_t sequence) {
  return OrderedKey().Text(id.value()).U64(sequence).Take();
}

}  // namespace mrg

#endif  // MRG_DISPUTE_STORED_KEYS_H_
