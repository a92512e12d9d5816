#include "gateway/cli/translate_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"

namespace mrg {
namespace {

struct Flags {
  ApiChannelFlags channel;
  std::string document;
  std::vector<std::string> elements;
  gateway::v1::TranslateRequest request;
};

absl::Status Translate(Flags* flags, Display& out) {
  gateway::v1::TranslateRequest& request = flags->request;
  MRG_ASSIGN_OR_RETURN(*request.mutable_document(), ReadWholeFile(flags->document));
  for (const std::string& element : flags->elements) request.add_requested_elements(element);
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags->channel));
  const auto stub = gateway::v1::TranslationService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags->channel, &context);
  gateway::v1::TranslateResponse response;
  MRG_RETURN_IF_ERROR(GrpcToStatus(stub->Translate(&context, request, &response)));
  PrintTranslation(response.standard(), response.document(), response.reports(), out);
  PrintUndeclared(response.undeclared_members(), out);
  ShowJson(response, out);
  return absl::OkStatus();
}

}  // namespace

int RunTranslateCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  gateway::v1::TranslateRequest& request = flags.request;
  CLI::App app("Translates a licence document by the packs in force", "mrgctl translate");
  flags.channel.AddTo(app);
  app.add_option("--using", *request.mutable_using_jurisdiction(), "GB/T 2260 code")->required();
  app.add_option("--issuing", *request.mutable_issuing_jurisdiction(), "GB/T 2260 code")
      ->required();
  app.add_option("--type", *request.mutable_type_code(), "licence-type code")->required();
  app.add_option("--standard", *request.mutable_document_standard(), "the document's standard")
      ->required();
  app.add_option("--target-standard", *request.mutable_target_standard(), "the answer's standard");
  app.add_option("--scenario", *request.mutable_scenario(), "use scenario")->required();
  app.add_option("--document", flags.document, "the document's bytes")->required();
  app.add_option("--element", flags.elements, "element wanted in the answer; repeatable");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Translate(&flags, out), err);
}

}  // namespace mrg
