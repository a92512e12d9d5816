#ifndef MRG_GATEWAY_RPC_SERVER_UNARY_METHOD_H_
#define MRG_GATEWAY_RPC_SERVER_UNARY_METHOD_H_

// A call of one message each way as a service offers it, from message to message: it knows neither
// what carries the call nor how messages are written there.
//
// Immutable; `work` may be called from any thread.

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "gateway/rpc/server/call_environment.h"
#include "google/protobuf/message.h"

namespace mrg {

// Answers a call, exactly once, from any thread; the log committer does. The message is the
// service's and is there until this returns.
using AnswerCall = std::function<void(absl::StatusOr<const google::protobuf::Message*>)>;

struct UnaryMethod {
  MethodName name;
  CallEnvironment environment;
  const google::protobuf::Message* request_type;  // an empty one
  size_t bytes_max;                               // of the serialised request
  // The work, in the executor. The context stays valid until it answers.
  std::function<void(const CallContext&, std::shared_ptr<const google::protobuf::Message>,
                     AnswerCall)>
      work;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UNARY_METHOD_H_
