#include "gateway/cli/recognize_command.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
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
#include "gateway/cli/json_output.h"
#include "gateway/cli/new_file.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/cli/words.h"
#include "gateway/crypto/random.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

// A request has a document of 64 KiB; JSON shows bytes by a third longer.
constexpr size_t kRequestFileBytesMax = size_t{1} << 20;

struct Flags {
  ApiChannelFlags channel;
  std::string request_file;
  std::string request_out;
  std::string presentation;
  std::string receipt_out;
  std::string expect;
  RecognizeRequest request;
  std::vector<std::string> elements;
};

// `has_file`: a file of the request says what the other flags leave out.
void AddFlags(bool has_file, CLI::App& app, Flags* flags) {
  RecognizeRequest& request = flags->request;
  flags->channel.AddTo(app);
  app.add_option("--request", flags->request_file,
                 "file of the whole request, JSON; other options take the place of its fields");
  app.add_option("--request-out", flags->request_out,
                 "new file for the request as it is sent, JSON, mode 0600");
  app.add_option("--using", *request.mutable_using_jurisdiction(), "GB/T 2260 code")
      ->required(!has_file);
  app.add_option("--issuing", *request.mutable_issuing_jurisdiction(), "GB/T 2260 code")
      ->required(!has_file);
  app.add_option("--type", *request.mutable_type_code(), "licence-type code")->required(!has_file);
  app.add_option("--standard", *request.mutable_document_standard(), "the document's standard")
      ->required(!has_file);
  app.add_option("--target-standard", *request.mutable_target_standard(), "the answer's standard");
  app.add_option("--scenario", *request.mutable_scenario(), "use scenario")->required(!has_file);
  app.add_option("--presentation", flags->presentation, "file of `mrgctl licence sign`")
      ->required(!has_file);
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
      << OwnWords(list.role().empty() ? "all of them 全部" : "") << list.role();
  if (list.has_held_until()) {
    out << ", held until 有效至 " << ToTime(list.held_until());
  }
  out << "\n";
}

void Print(const RecognizeResponse& response, Display& out) {
  out << "  outcome 结论: " << OutcomeInWords(response.outcome()) << "\n";
  const bool chinese = out.language() == Language::kChinese;
  const auto in_words = [chinese](const std::string& english, const std::string& words_zh) {
    return chinese ? words_zh : absl::StrCat(english, " (", words_zh, ")");
  };
  for (const auto& reason : response.reasons()) {
    out << "  reason 原因: " << reason.reason() << " - "
        << in_words(reason.message(), reason.message_zh()) << "\n";
    if (!reason.element_ids().empty()) {
      out << "    elements 要素: " << absl::StrJoin(reason.element_ids(), ", ") << "\n";
    }
    if (!reason.next_step().empty()) {
      out << "    next 下一步: " << in_words(reason.next_step(), reason.next_step_zh()) << "\n";
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

absl::Status ReadPresentation(const std::string& path, gateway::v1::Presentation* presentation) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
  if (LooksLikeJson(bytes)) return ParseJsonMessage("--presentation", bytes, presentation);
  if (presentation->ParseFromString(bytes)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, " is not a Presentation"));
}

// Result: the request of the file, if there is one, with what the other flags say in its place.
absl::StatusOr<RecognizeRequest> MakeRequest(const Flags& flags) {
  RecognizeRequest request;
  if (!flags.request_file.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string text,
                         ReadWholeFile(flags.request_file, kRequestFileBytesMax));
    MRG_RETURN_IF_ERROR(ParseJsonMessage("--request", text, &request));
  }
  request.MergeFrom(flags.request);
  if (!flags.presentation.empty()) {
    MRG_RETURN_IF_ERROR(ReadPresentation(flags.presentation, request.mutable_presentation()));
  }
  if (!flags.elements.empty()) request.clear_requested_elements();
  for (const std::string& element : flags.elements) request.add_requested_elements(element);
  if (request.request_id().empty()) request.set_request_id(NewUuidV7(RealClock().Now()));
  if (!flags.request_out.empty()) {
    MRG_RETURN_IF_ERROR(
        WriteNewFile("--request-out", flags.request_out, JsonFile(request), kPrivateFileMode));
  }
  return request;
}

absl::StatusOr<RecognizeResponse> Call(const Flags& flags) {
  MRG_ASSIGN_OR_RETURN(const RecognizeRequest request, MakeRequest(flags));
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  auto stub = gateway::v1::RecognitionService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  RecognizeResponse response;
  const grpc::Status status = stub->Recognize(&context, request, &response);
  if (!status.ok()) return GrpcToStatus(status);
  if (!flags.receipt_out.empty()) {
    MRG_RETURN_IF_ERROR(WriteWholeFile(flags.receipt_out, CanonicalBytes(response.receipt())));
  }
  return response;
}

}  // namespace

int RunRecognizeCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Asks a node whether a licence is recognised", "mrgctl recognize");
  const bool has_file = std::any_of(args.begin(), args.end(), [](const std::string& word) {
    return word == "--request" || absl::StartsWith(word, "--request=");
  });
  AddFlags(has_file, app, &flags);
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  const auto response = Call(flags);
  if (!response.ok()) return Report(response.status(), err);
  Print(*response, out);
  ShowJson(*response, out);
  if (flags.expect.empty() || IsExpected(*response, flags.expect)) return kExitOk;
  Report(absl::FailedPreconditionError(absl::StrCat("expected ", flags.expect)), err);
  return kExitUnexpected;
}

}  // namespace mrg
