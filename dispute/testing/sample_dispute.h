#ifndef MRG_DISPUTE_TESTING_SAMPLE_DISPUTE_H_
#define MRG_DISPUTE_TESTING_SAMPLE_DISPUTE_H_

// Members, workers, orders and histories for tests.
//
// Thread-safe: pure functions.

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_node.h"
#include "dispute/dispute_ruling.h"
#include "dispute/filing.h"
#include "dispute/lease.h"

namespace mrg {

inline constexpr char kDelta[] = "yangtze-delta";        // jurisdictions 31 to 34
inline constexpr char kChuanyu[] = "sichuan-chongqing";  // jurisdictions 50, 51
inline constexpr char kHubMember[] = "hub";              // no jurisdiction
inline constexpr char kQueue[] = "issuer-50";

// Friday 2026-09-18, 10:00 in Shanghai.
absl::Time SampleStart();

MemberId Member(absl::string_view name);
SpiffeId Spiffe(absl::string_view member, absl::string_view path);

// 2026 with its days off from September on.
WorkingCalendar SampleCalendar();

// One of the three members above.
DisputeNode SampleNode(absl::string_view member);

// A worker of `member`'s queue.
Worker SampleWorker(absl::string_view member, absl::string_view name = "w1",
                    absl::string_view queue = kQueue);

// An order of a Shanghai platform about a Chongqing licence, to be filed at the Delta's node;
// `destination` answers for it.
FilingOrder SampleOrder(absl::string_view request_id, absl::string_view destination);

Explanation SampleExplanation();

// Makes the histories of one dispute event by event. Fails the test on an event that is refused.
class HistoryBuilder {
 public:
  // FILED by `member` at SampleStart, in its queue, or without one when a transfer follows.
  explicit HistoryBuilder(absl::string_view member, bool transferred = false);

  HistoryBuilder& Transfer(absl::string_view to);
  HistoryBuilder& Receive();
  HistoryBuilder& Accept();
  HistoryBuilder& Refuse();
  HistoryBuilder& Resolve();
  // Later events are this much later.
  HistoryBuilder& Later(absl::Duration step);

  const DisputeHistory& history() const { return history_; }
  // Result: the event that would come next, but for its body.
  dispute::v1::DisputeEvent Next() const;
  // Appends `event` and fails the test when it is refused.
  HistoryBuilder& Append(const dispute::v1::DisputeEvent& event);

 private:
  DisputeHistory history_;
  absl::Time now_ = SampleStart();
};

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_SAMPLE_DISPUTE_H_
