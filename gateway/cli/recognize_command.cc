#include "gateway/cli/recognize_command.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/crypto/random.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "trustlist/format/metadata_header.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

struct Flags {
  ApiChannelFlags channel;
  std::string presentation;
  std::string receipt_out;
  std::string expect;
  RecognizeRequest request;
  std::vector<std::string> elements;
};

void AddFlags(CLI::App& app, Flags* flags) {
  RecognizeRequest& request = flags->request;
  flags->channel.AddTo(app);
  app.add_option("--using", *request.mutable_using_jurisdiction(), "GB/T 2260 code")->required();
  app.add_option("--issuing", *request.mutable_issuing_jurisdiction(), "GB/T 2260 code")
      ->required();
  app.add_option("--type", *request.mutable_type_code(), "licence-type code")->required();
  app.add_option("--standard", *request.mutable_document_standard(), "the document's standard")
      ->required();
  app.add_option("--target-standard", *request.mutable_target_standard(), "the answer's standard");
  app.add_option("--scenario", *request.mutable_scenario(), "use scenario")->required();
  app.add_option("--presentation", flags->presentation, "file of `mrgctl licence sign`")
      ->required();
  app.add_option("--element", flags->elements, "element wanted in the answer; repeatable");
  app.add_option("--request-id", *request.mutable_request_id(), "default: a new one");
  app.add_option("--holder-name", *request.mutable_expected_holder()->mutable_name(),
                 "expected holder");
  app.add_option("--holder-code", *request.mutable_expected_holder()->mutable_code(),
                 "expected holder's code");
  app.add_option("--receipt-out", flags->receipt_out, "where the receipt goes");
  app.add_option("--expect", flags->expect, "OUTCOME or OUTCOME/REASON; else exit code 3");
}

void PrintStaleList(const gateway::v1::StaleList& list, Display& out) {
  out << "  list 清单: of 发布者 " << list.publisher() << ", "
      << (list.role().empty() ? "all of them 全部" : list.role());
  if (list.has_held_until()) {
    out << ", held until 有效至 " << FormatTufTime(ToTime(list.held_until()));
  }
  out << "\n";
}

void Print(const RecognizeResponse& response, Display& out) {
  out << "  outcome 结论: " << OutcomeInWords(response.outcome()) << "\n";
  for (const auto& reason : response.reasons()) {
    out << "  reason 原因: " << reason.reason() << " - " << reason.message() << " ("
        << reason.message_zh() << ")\n";
    if (!reason.element_ids().empty()) {
      out << "    elements 要素: " << absl::StrJoin(reason.element_ids(), ", ") << "\n";
    }
    if (!reason.next_step().empty()) {
      out << "    next 下一步: " << reason.next_step() << " (" << reason.next_step_zh() << ")\n";
    }
  }
  if (response.has_stale_list()) PrintStaleList(response.stale_list(), out);
  if (response.has_translated()) {
    PrintTranslation(response.translated().standard(), response.translated().document(),
                     response.translated().reports(), out);
  }
  PrintUndeclared(response.undeclared_members(), out);
  out << "  receipt 回执: log index " << response.receipt().index() << ", tree size "
      << response.receipt().tree_size() << "\n";
}

bool IsExpected(const RecognizeResponse& response, absl::string_view expect) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(expect, absl::MaxSplits('/', 1));
  if (OutcomeToken(response.outcome()) != parts.first) return false;
  if (parts.second.empty()) return true;
  for (const auto& reason : response.reasons()) {
    if (reason.reason() == parts.second) return true;
  }
  return false;
}

absl::StatusOr<RecognizeResponse> Call(Flags* flags) {
  MRG_ASSIGN_OR_RETURN(const std::string presentation, ReadWholeFile(flags->presentation));
  RecognizeRequest& request = flags->request;
  if (!request.mutable_presentation()->ParseFromString(presentation)) {
    return absl::InvalidArgumentError(absl::StrCat(flags->presentation, " is not a Presentation"));
  }
  for (const std::string& element : flags->elements) request.add_requested_elements(element);
  if (request.request_id().empty()) request.set_request_id(NewUuidV7(RealClock().Now()));
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags->channel));
  auto stub = gateway::v1::RecognitionService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags->channel, &context);
  RecognizeResponse response;
  const grpc::Status status = stub->Recognize(&context, request, &response);
  if (!status.ok()) return GrpcToStatus(status);
  if (!flags->receipt_out.empty()) {
    MRG_RETURN_IF_ERROR(WriteWholeFile(flags->receipt_out, CanonicalBytes(response.receipt())));
  }
  return response;
}

}  // namespace

int RunRecognizeCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Asks a node whether a licence is recognised", "mrgctl recognize");
  AddFlags(app, &flags);
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  const auto response = Call(&flags);
  if (!response.ok()) return Report(response.status(), err);
  Print(*response, out);
  if (flags.expect.empty() || IsExpected(*response, flags.expect)) return kExitOk;
  err << "mrgctl: expected " << flags.expect << "\n";
  return kExitUnexpected;
}

}  // namespace mrg
