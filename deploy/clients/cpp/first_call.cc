// A first call: recognise, repeat, have mrgctl verify the receipt, file a dispute, read it back.
// make_client builds it; gateway/docs/FIRST_CALL.md says how it is run.

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"

using mrg::dispute::v1::DisputeService;
using mrg::gateway::v1::RecognitionService;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string NewRequestId() { return ReadFile("/proc/sys/kernel/random/uuid").substr(0, 36); }

[[noreturn]] void Fail(const std::string& words) {
  std::cerr << "error 错误: " << words << std::endl;
  std::exit(1);
}

// Result: the answer. An error ends it with reason, Chinese message, and what names the field.
template <class Request, class Response, class Service>
Response Call(Service* service,
              grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  Response response;
  const grpc::Status status = (service->*method)(&context, request, &response);
  if (status.ok()) return response;
  google::rpc::Status detailed;
  detailed.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  google::rpc::LocalizedMessage chinese;
  for (const auto& detail : detailed.details()) detail.UnpackTo(&info) || detail.UnpackTo(&chinese);
  Fail(info.reason() + " " + chinese.message() + "\n  " + status.error_message());
}

int main(int argc, char** argv) {
  std::map<std::string, std::string> flag;
  for (int i = 1; i + 1 < argc; i += 2) flag[argv[i]] = argv[i + 1];
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);  // a node is reached as its address says
  const auto credentials = grpc::SslCredentials(
      {ReadFile(flag["--ca"]), ReadFile(flag["--key"]), ReadFile(flag["--cert"])});
  const auto channel = grpc::CreateCustomChannel(flag["--address"], credentials, arguments);
  const auto node = RecognitionService::NewStub(channel);
  mrg::gateway::v1::RecognizeRequest request;
  request.set_request_id(NewRequestId());
  request.set_using_jurisdiction(flag["--using"]);
  request.set_issuing_jurisdiction(flag["--issuing"]);
  request.set_type_code(flag["--type"]);
  request.set_document_standard(flag["--standard"]);
  request.set_scenario(flag["--scenario"]);
  request.mutable_presentation()->ParseFromString(ReadFile(flag["--presentation"]));
  const auto answer = Call(node.get(), &RecognitionService::Stub::Recognize, request);
  std::cout << "outcome 结论: " << mrg::audit::v1::Outcome_Name(answer.outcome()) << "\n";
  for (const auto& why : answer.reasons()) {
    std::cout << "  reason 理由: " << why.reason() << " " << why.message_zh() << "\n";
  }
  std::cout << "  " << answer.translated().document() << "\n";
  const std::string receipt = answer.receipt().SerializeAsString();
  const auto again = Call(node.get(), &RecognitionService::Stub::Recognize, request);
  if (again.receipt().SerializeAsString() != receipt) Fail("another receipt");
  std::cout << "repeated 重复调用: the same receipt 回执相同" << std::endl;
  std::ofstream(flag["--receipt-out"], std::ios::binary) << receipt;
  const std::string keys = "--log-keys=" + flag["--log-keys"];
  const std::string kept = "--receipt=" + flag["--receipt-out"];
  const char* verify[] = {"mrgctl", "receipt", "verify", keys.c_str(), kept.c_str(), nullptr};
  pid_t child;
  int code = posix_spawnp(&child, "mrgctl", nullptr, nullptr, const_cast<char**>(verify), environ);
  if (code == 0 && waitpid(child, &code, 0) != child) code = 1;
  if (code != 0) Fail("the receipt does not hold, or mrgctl is not in PATH");
  const auto disputes = DisputeService::NewStub(channel);
  mrg::dispute::v1::FileDisputeRequest filing;
  filing.set_request_id(NewRequestId());
  filing.set_kind(mrg::dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  filing.set_receipt(receipt);
  filing.set_document(request.presentation().detached().document());
  filing.set_description(flag["--dispute"]);
  const auto filed = Call(disputes.get(), &DisputeService::Stub::FileDispute, filing);
  mrg::dispute::v1::GetDisputeRequest wanted;
  wanted.set_dispute(filed.dispute().name());
  const auto found = Call(disputes.get(), &DisputeService::Stub::GetDispute, wanted).dispute();
  std::cout << "dispute 异议: " << found.name() << " " << DisputeState_Name(found.state()) << "\n";
}
