#ifndef MRG_GATEWAY_RPC_SERVER_CALL_COURSE_H_
#define MRG_GATEWAY_RPC_SERVER_CALL_COURSE_H_

// The course of one unary call, whatever carries it: identity and rule, a place among the calls in
// flight, its turn to be read, a place in the executor's queue, the room for its answer, metrics,
// an event when it is our fault. The place is held until this goes, which is when the answer is
// gone: a caller that takes none keeps it, and is cut when its time is over.
//
// What carries the call does the rest: it reads, writes, and says what the caller hears.
//
// Threads: one at a time, each step after the one before, in the order in which they stand here.

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/rpc/server/unary_method.h"

namespace mrg {

class CallCourse {
 public:
  // The call begins. `method` must outlive this. `cut` ends the call when its caller has been
  // waited for too long: for its request, and for its taking the answer; it runs under a lock.
  CallCourse(const UnaryMethod* method, std::function<void()> cut);
  CallCourse(const CallCourse&) = delete;
  CallCourse& operator=(const CallCourse&) = delete;

  // Judges the caller and takes a place. Errors: IDENTITY_INVALID, IDENTITY_NOT_LISTED; OVERLOADED
  // when no place is free.
  absl::Status Enter(const CallPeer& peer);

  // Calls `start` when it is this request's turn to be read, from any thread. REQUIRES: Enter was
  // OK.
  void AwaitRequest(std::function<void()> start);
  // The request is there and has `bytes` bytes; 0 when none came. Errors: OVERLOADED.
  absl::Status TakeRequest(size_t bytes);

  // Queues the work. Errors: OVERLOADED, and then it never runs.
  absl::Status Submit(std::function<void()> work);

  // The context. REQUIRES: Enter was OK.
  const CallContext& call() const { return *call_; }

  // The answer is there and has `bytes` bytes. Errors: OVERLOADED when there is no room for it.
  absl::Status HoldAnswer(size_t bytes);
  // As of call_environment.h.
  std::string TellFailure(absl::string_view own, const absl::Status& status) const;
  // Counts the call and tells of it. Before the caller hears of its end, who may not take what it
  // is told.
  void Finish(const CallEnd& end);

 private:
  const UnaryMethod* const method_;
  const std::function<void()> cut_;
  const absl::Duration started_;
  std::optional<CallContext> call_;
  std::optional<Admission::Place> place_;
  std::optional<ReadDeadlines::Waiting> waiting_;  // for the caller: its request, then its taking
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_CALL_COURSE_H_
