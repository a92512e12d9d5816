#ifndef MRG_GATEWAY_DAEMON_COMMIT_ALARM_H_
#define MRG_GATEWAY_DAEMON_COMMIT_ALARM_H_

// Tells the operator that the decision log cannot be written, so that nothing is decided: the disk
// is full or gone, and after a failed write the store takes no other until it is opened again.
// Callers see UNAVAILABLE and repeat; nobody else would say it.

#include "absl/status/status.h"
#include "gateway/base/event_log.h"

namespace mrg {

// One thread at a time.
class CommitAlarm {
 public:
  // `events` must outlive this.
  explicit CommitAlarm(EventLog* events) : events_(events) {}

  // After each group. Tells the first failure after a success: under load the groups of a full disk
  // fail hundreds of times a second.
  void OnGroup(const absl::Status& status) {
    if (!status.ok() && !failing_) events_->WriteFailure(Event::kLogCommitFailed, status);
    failing_ = !status.ok();
  }

 private:
  EventLog* const events_;
  bool failing_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_COMMIT_ALARM_H_
