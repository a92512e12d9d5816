// What a call costs when nothing is done: answers every RecognitionService.Recognize with the same
// bytes, unread, from gRPC's own thread. Listener, TLS and certificates are those of a node.
//
//   echo_server --cert PEM --key PEM --ca PEM... --response FILE
// Prints its port and serves on loopback until its standard input ends.

#include <unistd.h>

#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/grpc_server.h"
#include "grpcpp/support/byte_buffer.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/bench/file_bytes.h"

namespace mrg {
namespace {

using gateway::v1::RecognitionService;

class EchoService
    : public RecognitionService::WithRawCallbackMethod_Recognize<RecognitionService::Service> {
 public:
  explicit EchoService(const std::string& answer) {
    const grpc::Slice slice(answer);
    answer_ = grpc::ByteBuffer(&slice, 1);
  }

  grpc::ServerUnaryReactor* Recognize(grpc::CallbackServerContext* context, const grpc::ByteBuffer*,
                                      grpc::ByteBuffer* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  grpc::ByteBuffer answer_;
};

int Run(int argc, char** argv) {
  std::string certificate, key, response;
  std::vector<std::string> authorities;
  CLI::App app("Answers Recognize with the same bytes");
  app.add_option("--cert", certificate)->required();
  app.add_option("--key", key)->required();
  app.add_option("--ca", authorities)->required();
  app.add_option("--response", response)->required();
  CLI11_PARSE(app, argc, argv);

  EchoService service(FileBytes(response));
  GrpcServerOptions options;
  options.api_address = "127.0.0.1:0";
  options.tls = {FileBytes(certificate), FileBytes(key), ""};
  for (const std::string& path : authorities) {
    absl::StrAppend(&options.tls.client_cas, FileBytes(path));
  }
  options.api_services = {&service};
  // As a node has them.
  const RealClock clock;
  StderrEventLog events(&clock);
  MetricRegistry registry;
  const RpcMetrics metrics(&registry);
  FailureLog failures(&events);
  ConnectionBounds connections({{1024, 1024, 1024, 1024}, {1, 1, 1, 1}}, &IsSocketOpen);
  options.connections = &connections;
  options.failures = &failures;
  options.metrics = &metrics;
  options.clock = &clock;
  const auto server = GrpcServer::Start(options);
  if (!server.ok()) {
    std::cerr << "echo_server: " << server.status() << "\n";
    return 1;
  }
  std::cout << (*server)->api_port() << std::endl;
  std::thread accepting([&] {
    while ((*server)->AcceptOnce()) {
    }
  });
  // The bench holds the other end; it ends with the bench, however that ends.
  char ignored;
  while (read(STDIN_FILENO, &ignored, 1) > 0) {
  }
  (*server)->StopAccepting();
  accepting.join();
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
