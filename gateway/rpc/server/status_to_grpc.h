#ifndef MRG_GATEWAY_RPC_SERVER_STATUS_TO_GRPC_H_
#define MRG_GATEWAY_RPC_SERVER_STATUS_TO_GRPC_H_

// How a failed absl::Status leaves the node: the gRPC code of its reason and a google.rpc.Status in
// the error details, so that callers read a token and a field path and never message text.
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace mrg {

// ErrorInfo.domain of every error this node makes for its callers.
inline constexpr char kErrorDomain[] = "mrg.internal";
// The one of version 0.1.0, which nodes of that version alone know: what nodes ask each other is
// still answered with it. Whoever reads an error takes both.
inline constexpr char kFormerErrorDomain[] = "mrg";

// Result: the domain of errors of this service, e.g. "mrg.gateway.v1.RecognitionService".
absl::string_view ErrorDomainOf(absl::string_view service);

// Result: the status's code and message, with details that hold
// ErrorInfo {reason, domain, metadata: next_step and next_step_zh}, LocalizedMessage (zh-CN),
// BadRequest when the error names a field, and RetryInfo for OVERLOADED. A status without a reason
// comes from a library; its text stays inside and the caller sees INVARIANT_BROKEN, code INTERNAL.
// REQUIRES: it is not OK. Source: google/rpc/error_details.proto; AIP-193.
google::rpc::Status DetailedStatus(const absl::Status& status,
                                   absl::string_view domain = kErrorDomain);

// Result: OK for OK. Otherwise code and message of that status, which the error details hold.
grpc::Status StatusToGrpc(const absl::Status& status, absl::string_view domain = kErrorDomain);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_STATUS_TO_GRPC_H_
