#ifndef MRG_GATEWAY_CLI_TESTING_EMPTY_NODE_H_
#define MRG_GATEWAY_CLI_TESTING_EMPTY_NODE_H_

// A node that answers every call with an empty message, for tests of what a command shows.
//
// Threads: calls are answered on gRPC's own.

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace grpc {
class Server;
}  // namespace grpc

namespace mrg {

class EmptyNode {
 public:
  // Listens at `socket`, the path of a Unix socket.
  explicit EmptyNode(absl::string_view socket);
  ~EmptyNode();

  std::string address() const { return "unix:" + socket_; }

 private:
  class Answers;

  const std::string socket_;
  const std::unique_ptr<Answers> answers_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TESTING_EMPTY_NODE_H_
