#ifndef MRG_DISPUTE_DISPUTE_READER_H_
#define MRG_DISPUTE_DISPUTE_READER_H_

// Reading: one dispute, pages of disputes, and figures of queue and outbox. Who may see which
// dispute is the caller's rule, given as a predicate; what it hides looks as if it were not there.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_node.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Result: whether the caller may see the dispute. Empty: it may see all.
using DisputeVisible = std::function<bool(const dispute::v1::Dispute& dispute)>;

// A dispute with its history.
struct DisputeView {
  dispute::v1::Dispute dispute;
  std::vector<std::string> events;  // canonical bytes of DisputeEvent, from 1 on
};

// Which disputes, oldest filing first.
struct DisputeQuery {
  std::optional<SpiffeId> filer;  // filed by it at this node; nullopt: by anybody
  std::string queue;              // in this queue; empty: in any
  dispute::v1::DisputeState state = dispute::v1::DISPUTE_STATE_UNSPECIFIED;  // UNSPECIFIED: any
  DisputeVisible visible;
  int page_size = 0;       // 1 to 100; 0: 50
  std::string page_token;  // of the page before; empty: the first page
};

struct DisputePage {
  std::vector<dispute::v1::Dispute> disputes;
  std::string next_page_token;  // opaque, at most 512 bytes; empty: the last page
};

// A queue of this node. Counts end at the limit that was given; `is_complete` tells.
struct QueueFigures {
  size_t ready = 0;    // free cases, also of ended leases not yet returned
  size_t leased = 0;   // held by workers
  size_t overdue = 0;  // free cases whose term is over
  absl::Time oldest_filed_at = absl::InfiniteFuture();  // of free cases
  absl::Time first_due_at = absl::InfiniteFuture();     // of free cases
  bool is_complete = true;
};

// What waits to leave the disputes.
struct OutboxFigures {
  std::map<std::string, size_t> entries;  // events that wait, by peer
  size_t marks = 0;                       // changes of marks in our own lists that wait
  bool is_complete = true;
};

// Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
//
// Thread-safe.
class DisputeReader {
 public:
  // `store` must outlive this.
  DisputeReader(DisputeNode node, const OrderedStore* store);

  // Result: the dispute as it stands at `now`. Errors also: DISPUTE_NOT_FOUND when it is not here,
  // or not for the caller to see; a malformed id is not found either.
  absl::StatusOr<DisputeView> Get(absl::string_view dispute, const DisputeVisible& visible,
                                  absl::Time now) const;

  // Result: a page; it may hold fewer disputes than asked for while more pages follow, as at most
  // 500 are looked at. Errors also: FIELD_MALFORMED, fields page_size and page_token.
  absl::StatusOr<DisputePage> List(const DisputeQuery& query, absl::Time now) const;

  // Counts the cases of a queue, or of all queues when it is empty, at most `limit` free and
  // `limit` leased ones.
  absl::StatusOr<QueueFigures> CountQueue(absl::string_view queue, size_t limit,
                                          absl::Time now) const;

  // Counts what waits in the outbox and in the mark queue, at most `limit` each.
  absl::StatusOr<OutboxFigures> CountOutbox(size_t limit) const;

 private:
  const DisputeNode node_;
  const OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_READER_H_
