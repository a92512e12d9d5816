#ifndef MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
#define MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_

// What every unary RPC does around its own work: identity, authorisation, a place among the calls
// in flight and in the executor's queue, the status on the wire, metrics, an event when it is our
// fault. A service method is one call of HandleRaw
// (raw_call.h).
//
// Thread-safe: no state of its own; each call is handled by one thread at a time.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/metrics/label_value.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/executor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {

// What a listener's services share. Nothing is owned; all must outlive the server, none is null.
struct CallEnvironment {
  PeerIdentity* identity;
  const Authorization* authorization;
  Executor* executor;
  const Clock* clock;
  const RpcMetrics* metrics;
  Admission* admission;
  EventLog* events;
};

// Who calls, when and what; one time for the whole call.
struct CallContext {
  Caller caller;
  absl::Time now;
  absl::Duration arrived;  // of the monotonic clock
};

// One call from its arrival to its answer; the part that does not depend on the message types.
class UnaryCall {
 public:
  UnaryCall(grpc::CallbackServerContext* context, const CallEnvironment& environment,
            LabelValue service, LabelValue method);

  // Identity, authorisation, then a place: a stranger takes none. Result: the context, owned by
  // this. Errors: IDENTITY_INVALID, IDENTITY_NOT_LISTED, OVERLOADED when no place is free.
  absl::StatusOr<const CallContext*> Admit();

  // Errors: OVERLOADED when the executor is full.
  absl::Status Submit(std::function<void()> work);

  // True when the caller has gone or its deadline has passed: nobody will read the answer.
  bool Abandoned() const { return context_->IsCancelled(); }

  // Answers and records the call; its place is free again. Nothing of the call may be used
  // afterwards.
  void Finish(const absl::Status& status);
  // Ends a call that nobody waits for.
  void FinishAbandoned();

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

 private:
  void Record(int code) const;
  void WriteIfOurs(const absl::Status& status) const;

  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  const CallEnvironment environment_;
  const LabelValue service_;
  const LabelValue method_;
  const absl::Duration started_;
  std::optional<CallContext> call_;
  std::optional<Admission::Place> place_;
};

// Handles one call whose `work` hands its result to `done`, exactly once, from any thread; the log
// committer answers so. The request and the context stay valid until then. `service` is the full
// name, "mrg.gateway.v1.RecognitionService".
// Result: the reactor to return to gRPC.
template <class Req, class Resp>
grpc::ServerUnaryReactor* HandleUnaryAsync(
    grpc::CallbackServerContext* context, const CallEnvironment& environment, LabelValue service,
    LabelValue method, const Req* request, Resp* response,
    std::function<void(const CallContext&, const Req&, std::function<void(absl::StatusOr<Resp>)>)>
        work) {
  auto call = std::make_shared<UnaryCall>(context, environment, service, method);
  grpc::ServerUnaryReactor* const reactor = call->reactor();
  const absl::StatusOr<const CallContext*> admitted = call->Admit();
  if (!admitted.ok()) {
    call->Finish(admitted.status());
    return reactor;
  }
  const absl::Status submitted =
      call->Submit([call, admitted = *admitted, request, response, work = std::move(work)] {
        if (call->Abandoned()) {
          call->FinishAbandoned();
          return;
        }
        work(*admitted, *request, [call, response](absl::StatusOr<Resp> result) {
          if (result.ok()) *response = *std::move(result);
          call->Finish(result.status());
        });
      });
  if (!submitted.ok()) call->Finish(submitted);
  return reactor;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
