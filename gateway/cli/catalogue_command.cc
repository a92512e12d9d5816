#include "gateway/cli/catalogue_command.h"

#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gateway/base/instant.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/catalogue_service.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueService;
using gateway::v1::CheckCoverageResponse;
using gateway::v1::CredentialType;
using gateway::v1::Period;

struct Flags {
  ApiChannelFlags channel;
  std::string jurisdiction;
  std::string type_code;
  std::string standard;
  std::string agreement;
  std::string at;
  std::vector<std::string> elements;
  gateway::v1::CheckCoverageRequest coverage;
};

template <class Request, class Response>
using Method = grpc::Status (CatalogueService::Stub::*)(grpc::ClientContext*, const Request&,
                                                        Response*);

template <class Request, class Response>
absl::StatusOr<Response> Call(const Flags& flags, Method<Request, Response> method,
                              const Request& request) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = CatalogueService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  Response response;
  MRG_RETURN_IF_ERROR(GrpcToStatus((stub.get()->*method)(&context, request, &response)));
  return response;
}

// Calls page by page and hands each to `print`.
template <class Request, class Response, class Print>
absl::Status ForEachPage(const Flags& flags, Method<Request, Response> method, Request request,
                         Print print) {
  do {
    MRG_ASSIGN_OR_RETURN(const Response response, Call(flags, method, request));
    print(response);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

template <class Request>
absl::Status SetInstant(const std::string& text, Request* request) {
  if (text.empty()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const absl::Time at, ParseInstantFrom("--at", text, RealClock().Now()));
  *request->mutable_at() = ToTimestamp(at);
  return absl::OkStatus();
}

std::string PeriodText(const Period& period, Language language) {
  const auto shown = [&](const google::protobuf::Timestamp& at) {
    return ShownTime(language, ToTime(at));
  };
  return absl::StrCat("[", period.has_from() ? shown(period.from()) : "始终", ", ",
                      period.has_until() ? shown(period.until()) : "长期", ")");
}

void PrintType(const CredentialType& type, Display& out) {
  const auto& entry = type.entry();
  out << type.jurisdiction() << " " << entry.type_code() << " " << entry.name() << " ["
      << absl::StrJoin(entry.standards(), ", ") << "]"
      << OwnWords(entry.sample() ? " (sample)" : "") << "\n";
}

absl::Status Types(const Flags& flags, Display& out) {
  gateway::v1::ListCredentialTypesRequest request;
  request.set_jurisdiction(flags.jurisdiction);
  return ForEachPage(flags, &CatalogueService::Stub::ListCredentialTypes, request,
                     [&out](const gateway::v1::ListCredentialTypesResponse& page) {
                       for (const auto& type : page.credential_types()) {
                         PrintType(type, out);
                         ShowJson(type, out);
                       }
                     });
}

// Where the element stands, in each dialect.
void PrintPlaces(const std::string& element_id,
                 const gateway::v1::GetCredentialTypeResponse& response, Display& out) {
  for (const auto& dialect : response.dialects()) {
    for (const auto& field : dialect.fields()) {
      if (field.element_id() != element_id) continue;
      out << "      " << dialect.pack().standard() << " " << dialect.pack().version() << " ("
          << dialect.owner_jurisdiction() << "): " << field.path() << "\n";
    }
  }
}

absl::Status Type(const Flags& flags, Display& out) {
  gateway::v1::GetCredentialTypeRequest request;
  request.set_jurisdiction(flags.jurisdiction);
  request.set_type_code(flags.type_code);
  request.set_standard(flags.standard);
  MRG_ASSIGN_OR_RETURN(const auto response,
                       Call(flags, &CatalogueService::Stub::GetCredentialType, request));
  PrintType(response.credential_type(), out);
  const auto& obligations = response.credential_type().entry().elements();
  for (int i = 0; i < response.elements_size() && i < obligations.size(); ++i) {
    const auto& element = response.elements(i);
    const bool mandatory = obligations[i].obligation() == gateway::v1::ELEMENT_OBLIGATION_MANDATORY;
    out << "  " << absl::string_view(mandatory ? "M " : "O ") << element.id() << " "
        << element.name_zh() << ", "
        << absl::StripPrefix(gateway::v1::ElementType_Name(element.type()), "ELEMENT_TYPE_") << ", "
        << absl::StripPrefix(gateway::v1::ElementSensitivity_Name(element.sensitivity()),
                             "ELEMENT_SENSITIVITY_")
        << "\n";
    PrintPlaces(element.id(), response, out);
  }
  if (!flags.standard.empty() && response.dialects().empty()) {
    out << "no mapping pack is in force here for this type and " << flags.standard << "\n";
  }
  ShowJson(response, out);
  return absl::OkStatus();
}

void PrintAgreement(const gateway::v1::ListedAgreement& listed, Display& out) {
  out << listed.agreement().id() << " revision " << listed.agreement().revision() << " SHA-256 "
      << SpokenDigest(listed.sha256()) << "\n  listed by "
      << absl::StrJoin(listed.listed_by(), ", ") << "\n";
  for (const auto& standing : listed.standings()) {
    out << "  " << standing.first_jurisdiction() << "-" << standing.second_jurisdiction() << " "
        << absl::StripPrefix(gateway::v1::AgreementState_Name(standing.state()),
                             "AGREEMENT_STATE_");
    for (const Period& period : standing.in_force())
      out << " " << PeriodText(period, out.language());
    out << "\n";
  }
}

absl::Status Agreements(const Flags& flags, Display& out) {
  gateway::v1::ListAgreementsRequest request;
  request.set_jurisdiction(flags.jurisdiction);
  request.set_agreement_id(flags.agreement);
  MRG_RETURN_IF_ERROR(SetInstant(flags.at, &request));
  return ForEachPage(flags, &CatalogueService::Stub::ListAgreements, request,
                     [&out](const gateway::v1::ListAgreementsResponse& page) {
                       for (const auto& listed : page.agreements()) {
                         PrintAgreement(listed, out);
                         ShowJson(listed, out);
                       }
                     });
}

absl::Status Scenarios(const Flags& flags, Display& out) {
  return ForEachPage(flags, &CatalogueService::Stub::ListScenarios,
                     gateway::v1::ListScenariosRequest(),
                     [&out](const gateway::v1::ListScenariosResponse& page) {
                       for (const auto& listed : page.scenarios()) {
                         out << listed.scenario().id() << " " << listed.scenario().zh() << " "
                             << listed.scenario().en() << " ["
                             << absl::StrJoin(listed.agreement_ids(), ", ") << "]\n";
                         ShowJson(listed, out);
                       }
                     });
}

void PrintPack(const char* what, const gateway::v1::CoveragePack& pack, Display& out) {
  out << "  " << what << " " << pack.target_path() << " SHA-256 " << SpokenDigest(pack.sha256())
      << "\n";
}

void PrintCoverage(const CheckCoverageResponse& response, Display& out) {
  if (response.covered()) {
    out << "covered 可用";
  } else {
    out << "not covered 不可用: " << response.reason().reason() << " "
        << response.reason().message_zh() << " (" << response.reason().message() << ")";
  }
  out << " at " << ToTime(response.at()) << ", the same in "
      << PeriodText(response.same_answer(), out.language()) << "\n";
  if (response.has_agreement()) {
    const auto& agreement = response.agreement();
    out << "  agreement " << agreement.agreement_id() << " revision " << agreement.revision()
        << " rule " << agreement.rule_number() << " SHA-256 " << SpokenDigest(agreement.sha256())
        << "\n";
  }
  for (const auto& condition : response.conditions()) {
    out << "  condition " << condition.id() << ": " << condition.zh() << " (" << condition.en()
        << ")\n";
  }
  if (response.has_document_pack()) PrintPack("document pack", response.document_pack(), out);
  if (response.has_target_pack()) PrintPack("target pack", response.target_pack(), out);
  for (const auto& report : response.elements()) {
    out << "  - " << report.element_id() << ": "
        << OwnWords(ElementOutcomeInWords(report.outcome())) << " " << report.reason() << "\n";
  }
  for (const std::string& id : response.may_be_narrowed()) {
    out << "  some values lose meaning 部分取值含义收窄: " << id << "\n";
  }
  for (const std::string& id : response.may_be_broader_in_document()) {
    out << "  some texts of the document mean more 原件部分取值含义较宽: " << id << "\n";
  }
  for (const std::string& id : response.may_be_narrower_in_document()) {
    out << "  some texts of the document mean less 原件部分取值含义较窄: " << id << "\n";
  }
  if (response.agreement().rule().no_undeclared_members()) {
    out << "  no undeclared members 不得含未声明的成员\n";
  }
  for (const auto& loss : response.declared_losses()) {
    out << "  declared loss " << loss.element_id() << ": " << loss.why() << "\n";
  }
  for (const auto& route : response.dispute_routes()) {
    out << "  dispute " << route.kind() << " goes to " << route.jurisdiction() << " "
        << route.queue() << "\n";
  }
}

absl::Status Coverage(const Flags& flags, Display& out) {
  gateway::v1::CheckCoverageRequest request = flags.coverage;
  request.set_type_code(flags.type_code);
  MRG_RETURN_IF_ERROR(SetInstant(flags.at, &request));
  for (const std::string& element : flags.elements) request.add_requested_elements(element);
  MRG_ASSIGN_OR_RETURN(const CheckCoverageResponse response,
                       Call(flags, &CatalogueService::Stub::CheckCoverage, request));
  PrintCoverage(response, out);
  ShowJson(response, out);
  return absl::OkStatus();
}

}  // namespace

int RunCatalogueCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Licence types, agreements, scenarios, and what a use would show",
               "mrgctl catalogue");
  app.require_subcommand(1);
  using Run = absl::Status (*)(const Flags&, Display&);
  std::vector<std::pair<CLI::App*, Run>> commands;
  const auto add = [&](const char* name, const char* what, Run run) {
    CLI::App* command = app.add_subcommand(name, what);
    flags.channel.AddTo(*command);
    commands.emplace_back(command, run);
    return command;
  };
  CLI::App* types = add("types", "lists licence types", Types);
  CLI::App* type = add("type", "shows a licence type with its elements", Type);
  CLI::App* agreements = add("agreements", "lists agreements and where each stands", Agreements);
  add("scenarios", "lists scenarios", Scenarios);
  CLI::App* coverage = add("coverage", "says what a use would show at an instant", Coverage);

  types->add_option("--jurisdiction", flags.jurisdiction, "only this GB/T 2260 code");
  type->add_option("--jurisdiction", flags.jurisdiction, "GB/T 2260 code")->required();
  type->add_option("--standard", flags.standard,
                   "also where each element stands in documents of this data standard");
  agreements->add_option("--jurisdiction", flags.jurisdiction, "only with this party");
  agreements->add_option("--agreement", flags.agreement, "only this agreement");
  for (CLI::App* command : {type, coverage}) {
    command->add_option("--type", flags.type_code, "licence-type code")->required();
  }
  for (CLI::App* command : {agreements, coverage}) {
    command->add_option("--at", flags.at, "RFC 3339 time, or e.g. now+90d; default: now");
  }
  gateway::v1::CheckCoverageRequest& request = flags.coverage;
  coverage->add_option("--using", *request.mutable_using_jurisdiction(), "GB/T 2260 code")
      ->required();
  coverage->add_option("--issuing", *request.mutable_issuing_jurisdiction(), "GB/T 2260 code")
      ->required();
  coverage->add_option("--scenario", *request.mutable_scenario(), "use scenario")->required();
  coverage->add_option("--standard", *request.mutable_document_standard(),
                       "the document's standard");
  coverage->add_option("--target-standard", *request.mutable_target_standard(),
                       "the answer's standard");
  coverage->add_option("--element", flags.elements, "element wanted; repeatable");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  for (const auto& [command, run] : commands) {
    if (command->parsed()) return Report(run(flags, out), err);
  }
  return kExitUsage;
}

}  // namespace mrg
