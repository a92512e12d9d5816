#include "gateway/cli/doctor/doctor_command.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/doctor/finding.h"
#include "gateway/cli/doctor/node_checks.h"
#include "gateway/cli/doctor/phrase.h"
#include "gateway/cli/json_output.h"
#include "gateway/config/node_config.h"
#include "gateway/config/node_keys.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::GetTrustStateResponse;

constexpr char kRemedyOfFiles[] =
    "mend what the line names; mrgd --check-config says when all is in order";

void Append(Findings more, Findings* findings) {
  std::move(more.begin(), more.end(), std::back_inserter(*findings));
}

absl::StatusOr<GetTrustStateResponse> AskNode(const NodeConfig& config, int timeout_seconds) {
  ApiChannelFlags flags;
  flags.address = absl::StrCat("unix:", config.admin_socket);
  flags.timeout_seconds = timeout_seconds;
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags));
  grpc::ClientContext context;
  SetDeadline(flags, &context);
  GetTrustStateResponse state;
  const grpc::Status status = AdminService::NewStub(channel)->GetTrustState(
      &context, gateway::v1::GetTrustStateRequest(), &state);
  if (!status.ok()) return GrpcToStatus(status);
  return state;
}

Findings Examine(const std::string& config_path, int timeout_seconds) {
  const absl::Time now = RealClock().Now();
  const auto config = LoadNodeConfig(config_path, now);
  if (!config.ok()) {
    return {{Health::kFault, "configuration", Phrase::OfReason(config.status().message()),
             kRemedyOfFiles}};
  }
  Findings findings = {{Health::kSound,
                        "configuration",
                        Phrase("$0 and its certificates are in order", {config_path}),
                        {}}};
  const auto keys = LoadNodeKeys(*config);
  findings.push_back(keys.ok()
                         ? Finding{Health::kSound, "keys", "all can be read", {}}
                         : Finding{Health::kFault, "keys",
                                   Phrase::OfReason(keys.status().message()), kRemedyOfFiles});
  Append(CheckCertificates(*config, now), &findings);
  Append(CheckData(*config), &findings);
  if (keys.ok()) Append(CheckRestored(*config, HistoryKeys(*keys)), &findings);
  findings.push_back(CheckDescriptors());
  const auto state = AskNode(*config, timeout_seconds);
  if (state.ok()) {
    Append(CheckTrust(*config, *state, now), &findings);
    Append(CheckListedMembers(*config, *state), &findings);
  } else {
    findings.push_back({Health::kSoon, "node", Phrase("none answers at $0", {config->admin_socket}),
                        "start it: mrgd --config, or see its log"});
    Append(CheckPorts(*config), &findings);
  }
  Append(CheckPeers(*config, absl::Seconds(timeout_seconds)), &findings);
  return findings;
}

const char* HealthName(Health health) {
  switch (health) {
    case Health::kSound:
      return "SOUND";
    case Health::kSoon:
      return "SOON";
    case Health::kFault:
      break;
  }
  return "FAULT";
}

void Print(const Finding& finding, Display& out) {
  switch (finding.health) {
    case Health::kSound:
      out << "ok    ";
      break;
    case Health::kSoon:
      out << "soon  ";
      break;
    case Health::kFault:
      out << "FAULT ";
      break;
  }
  const auto said = [&out](const Phrase& phrase) { return phrase.In(out.language()); };
  out << said(finding.what) << ": " << said(finding.found) << "\n";
  if (!finding.remedy.empty()) out << "      -> " << said(finding.remedy) << "\n";
  ShowJson({{"health", HealthName(finding.health)},
            {"what", finding.what.English()},
            {"found", finding.found.English()},
            {"remedy", finding.remedy.English()}},
           out);
}

}  // namespace

int RunDoctorCommand(std::span<const std::string> args, Display& out, Display& err) {
  std::string config_path;
  int timeout_seconds = 5;
  CLI::App app("Examines a node on its own machine; each finding says what to do", "mrgctl doctor");
  app.add_option("--config", config_path, "the node's configuration")->required();
  app.add_option("--timeout", timeout_seconds, "seconds to wait for the node, and for its peers")
      ->check(CLI::Range(1, 60));
  const int parsed = ParseCommandLine(app, args, out, err);
  if (parsed != kExitOk) return parsed;
  const Findings findings = Examine(config_path, timeout_seconds);
  for (const Finding& finding : findings) Print(finding, out);
  const auto faults = std::count_if(findings.begin(), findings.end(), [](const Finding& one) {
    return one.health == Health::kFault;
  });
  if (faults == 0) return kExitOk;
  const Phrase counted =
      faults == 1 ? Phrase("1 fault") : Phrase("$0 faults", {absl::StrCat(faults)});
  err << "mrgctl: " << counted.In(err.language()) << "\n";
  ShowJson({{"error", ErrorJson(absl::FailedPreconditionError(counted.English()))}}, err);
  return kExitFailed;
}

}  // namespace mrg
