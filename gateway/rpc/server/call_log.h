#ifndef MRG_GATEWAY_RPC_SERVER_CALL_LOG_H_
#define MRG_GATEWAY_RPC_SERVER_CALL_LOG_H_

// A line for each call that had its place and ended: which method, who called, how it ended and
// after how long; nothing of what was asked or answered.
//
// Thread-safe.

#include <atomic>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/metrics/label_value.h"

namespace mrg {

struct EndedCall {
  std::string method;  // "service/method"
  SpiffeId caller;
  LabelValue code;  // "OK", "NOT_FOUND"
  std::optional<Reason> reason;
  std::string request_id;  // the caller's own, or the one that it was told; empty: none
  absl::Duration took;
};

class CallLog {
 public:
  // `events` must outlive this. Off at first.
  explicit CallLog(EventLog* events) : events_(events) {}

  void SetOn(bool on) { on_.store(on, std::memory_order_relaxed); }
  bool IsOn() const { return on_.load(std::memory_order_relaxed); }

  void Write(const EndedCall& call) const;

 private:
  EventLog* const events_;
  std::atomic<bool> on_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_CALL_LOG_H_
