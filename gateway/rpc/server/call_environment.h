#ifndef MRG_GATEWAY_RPC_SERVER_CALL_ENVIRONMENT_H_
#define MRG_GATEWAY_RPC_SERVER_CALL_ENVIRONMENT_H_

// What every call of a listener shares, and what happens to each before a byte of its request is
// read: who calls, and whether that one may.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/metrics/label_value.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/call_log.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/executor.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/read_deadlines.h"

namespace mrg {

// Nothing is owned; all must outlive the server, none is null. Thread-safe, as its parts are.
struct CallEnvironment {
  PeerIdentity* identity;
  const Authorization* authorization;
  Executor* executor;
  const Clock* clock;
  const RpcMetrics* metrics;
  Admission* admission;
  ReadDeadlines* reads;
  ConnectionBounds* connections;
  FailureLog* failures;
  // Not null: whoever the transport lets in may call. Whom no rule names has a place here and not
  // among the others, and proves no connection.
  Admission* strangers = nullptr;
  // Null: calls are not told one by one.
  const CallLog* log = nullptr;
};

// Who calls, when and what; one time for the whole call.
struct CallContext {
  Caller caller;
  absl::Time now;
  absl::Duration arrived;  // of the monotonic clock
  Admission* admission;    // where the call has its place
};

// A method of a service, as metrics and rules name it: "mrg.gateway.v1.RecognitionService",
// "Recognize".
struct MethodName {
  LabelValue service;
  LabelValue method;
  std::string full() const;  // "mrg.gateway.v1.RecognitionService/Recognize"
};

// Who is at the other end, whatever carries the call.
struct CallPeer {
  std::string address;  // in gRPC's words (connection_bounds.h)
  PresentedCertificate presented;
};

// Identity, and rule unless strangers may call. Result: the call's context. Errors:
// IDENTITY_INVALID, IDENTITY_NOT_LISTED; both are counted.
absl::StatusOr<CallContext> JudgeCaller(const CallPeer& peer, const CallEnvironment& environment,
                                        const MethodName& method, absl::Duration arrived);

// The header in which a caller says its own correlation id, and hears that of a failure of ours.
inline constexpr char kRequestIdKey[] = "x-request-id";

// Result: whether the caller is to hear a correlation id: what fails is not its own fault.
bool IsOurFailure(const absl::Status& status);

// Tells the operator of such a failure, by its correlation id: `own`, what came as kRequestIdKey,
// or one that is made here. Others pass in silence. Before the call is finished. Result: that id,
// else the caller's own; empty when there is neither.
std::string TellFailure(absl::string_view own, const CallEnvironment& environment,
                        const MethodName& method, const absl::Status& status);

// How a call ended.
struct CallEnd {
  int code = 0;  // of gRPC
  std::optional<Reason> reason = {};
  std::string request_id = {};  // as TellFailure
};

// Counts a call that ended after `took`, and tells of it in one line. `caller`: null when the call
// had no place. Calls that strangers may make are not told: probes make them, and anybody.
void RecordEnd(const CallEnvironment& environment, const MethodName& method, const SpiffeId* caller,
               const CallEnd& end, absl::Duration took);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_CALL_ENVIRONMENT_H_
