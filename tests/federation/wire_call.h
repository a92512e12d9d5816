#ifndef MRG_TESTS_FEDERATION_WIRE_CALL_H_
#define MRG_TESTS_FEDERATION_WIRE_CALL_H_

// Calls over the wire with a deadline, and what an error answer says.
//
// Thread-safe: free functions.

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace mrg {

inline constexpr absl::Duration kCallDeadline = absl::Seconds(20);

// Sets the deadline, and that the call waits while the node is being started.
void PrepareCall(grpc::ClientContext* context, absl::Duration deadline = kCallDeadline);

// Calls one method: Call<AuditService>(channel, &AuditService::Stub::ListRecords, request,
// &answer).
template <typename Service, typename Request, typename Response>
grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                  grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                        Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  PrepareCall(&context);
  typename Service::Stub stub(channel);
  return (stub.*method)(&context, request, response);
}

// Sends `bytes` as they are to `method`, "/package.Service/Method". Result: how it ended; the
// answer's bytes go to `answer` unless it is null.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     absl::string_view bytes, std::string* answer = nullptr);

// What an error answer says, from its google.rpc.Status.
struct WireError {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;   // ErrorInfo.reason, when its domain is ours
  std::string field;    // of the only BadRequest violation
  std::string english;  // the status message
  std::string chinese;  // LocalizedMessage of zh-CN
  int details = 0;      // how many details there are
};

// Fails the test when the details do not parse.
WireError ErrorOf(const grpc::Status& status);

// Result: "RECORD_NOT_FOUND" and the like, "OK", or the code's number when there is no reason.
std::string ReasonIn(const grpc::Status& status);

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_WIRE_CALL_H_
