#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_HINT_TURN_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_HINT_TURN_H_

// Keeps one stream of hints to one peer open and passes them on. A hint is never data; whoever gets
// it pulls and checks. A stream that ends is opened again by schedule, and until then polling makes
// up for it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/base/turn.h"
#include "gateway/federation/peer_connection.h"

namespace mrg {

// RunOnce and Stop by one thread at a time.
class HintTurn {
 public:
  // Called from any thread. Must be quick.
  using OnHint = std::function<void(const MemberId& publisher, int64_t version)>;

  // `connection` must outlive this. A stream that brought a hint is opened again at least `again`
  // after it was opened, one that did not, or brought hints without end, by `retry`.
  HintTurn(PeerConnection* connection, absl::Duration again, RetrySchedule retry, OnHint on_hint);

  // Opens the stream when none is open and its time has come. Never waits.
  void RunOnce(absl::Time now);

  // Ends the stream; no hint is passed on afterwards.
  void Stop() { stream_.reset(); }

 private:
  void Hinted(const std::string& publisher, int64_t version);

  PeerConnection* const connection_;
  const OnHint on_hint_;
  Turn turn_;
  absl::Time opened_at_ = absl::InfinitePast();
  std::atomic<bool> live_{false};       // the stream has brought a hint
  std::unique_ptr<HintStream> stream_;  // null: none is open; last: it calls Hinted
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_HINT_TURN_H_
