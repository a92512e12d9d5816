#include "gateway/cli/evidence_command.h"

#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/fork/fork_evidence.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::ForkState;
using trustlist::v1::ForkEvidence;

struct EvidenceFlags {
  std::string file;
  std::string first_root;
  std::string publisher;
  std::string id;
  std::string because;
  ApiChannelFlags channel;
};

absl::StatusOr<std::vector<ForkState>> FetchForks(const EvidenceFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = AdminService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::ListForkEvidenceRequest request;
  request.set_publisher(flags.publisher);
  gateway::v1::ListForkEvidenceResponse response;
  MRG_RETURN_IF_ERROR(GrpcToStatus(stub->ListForkEvidence(&context, request, &response)));
  return std::vector<ForkState>(response.forks().begin(), response.forks().end());
}

void PrintFinding(const ForkFinding& finding, Display& out) {
  out << finding.publisher.value() << " signed two histories of " << finding.role << " under root "
      << finding.root_version << ":\n"
      << "  version " << finding.first_version << "  " << SpokenDigest(finding.first_sha256) << "\n"
      << "  version " << finding.second_version << "  " << SpokenDigest(finding.second_sha256)
      << OwnWords(finding.second_version == finding.first_version
                      ? ""
                      : "  (names another predecessor in x-mrg-prev)")
      << "\n"
      << "  first root " << SpokenDigest(finding.first_root_sha256) << "\n";
}

ShownJson FindingJson(const ForkFinding& finding) {
  return {{"publisher", finding.publisher.value()},
          {"role", finding.role},
          {"rootVersion", finding.root_version},
          {"firstVersion", finding.first_version},
          {"firstSha256", absl::BytesToHexString(finding.first_sha256)},
          {"secondVersion", finding.second_version},
          {"secondSha256", absl::BytesToHexString(finding.second_sha256)},
          {"firstRootSha256", absl::BytesToHexString(finding.first_root_sha256)}};
}

ShownJson ForkJson(const ForkState& fork, const ForkFinding& finding) {
  ShownJson json = {{"id", absl::BytesToHexString(fork.id())},
                    {"foundAt", JsonTime(ToTime(fork.evidence().found_at()))}};
  if (fork.has_resumed_at()) {
    json["resumedAt"] = JsonTime(ToTime(fork.resumed_at()));
    json["resumedBecause"] = fork.resumed_because();
  }
  json["finding"] = FindingJson(finding);
  return json;
}

absl::Status ListForks(const EvidenceFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::vector<ForkState> forks, FetchForks(flags));
  if (forks.empty()) out << "no fork is known here\n";
  for (const ForkState& fork : forks) {
    out << SpokenDigest(fork.id()) << "  found " << ToTime(fork.evidence().found_at());
    if (fork.has_resumed_at()) {
      out << "  resumed " << ToTime(fork.resumed_at()) << ": " << fork.resumed_because();
    } else {
      out << "  FROZEN until an operator resumes";
    }
    out << "\n";
    MRG_ASSIGN_OR_RETURN(const ForkFinding finding, CheckForkEvidence(fork.evidence()));
    PrintFinding(finding, out);
    ShowJson(ForkJson(fork, finding), out);
  }
  return absl::OkStatus();
}

absl::Status ExportFork(const EvidenceFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::vector<ForkState> forks, FetchForks(flags));
  for (const ForkState& fork : forks) {
    if (absl::BytesToHexString(fork.id()) != flags.id) continue;
    MRG_RETURN_IF_ERROR(WriteWholeFile(flags.file, CanonicalBytes(fork.evidence())));
    out << "wrote " << flags.file << "\n";
    ShowJson({{"file", flags.file}}, out);
    return absl::OkStatus();
  }
  return MakeError(Reason::kForkEvidenceNotFound, "expected an id that `list` shows");
}

absl::Status VerifyFork(const EvidenceFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(flags.file));
  MRG_ASSIGN_OR_RETURN(const std::string root_bytes, ReadWholeFile(flags.first_root));
  MRG_ASSIGN_OR_RETURN(const std::string first_root, RootDigest(root_bytes));
  MRG_ASSIGN_OR_RETURN(const ForkEvidence evidence, ParseForkEvidence(bytes));
  MRG_ASSIGN_OR_RETURN(const ForkFinding finding, CheckForkEvidence(evidence));
  if (finding.first_root_sha256 != first_root) {
    return MakeError(
        Reason::kForkEvidenceInvalid,
        absl::StrCat("the proof rests on the first root ", SpokenDigest(finding.first_root_sha256),
                     ", expected ", SpokenDigest(first_root)));
  }
  const std::string id = ForkEvidenceId(evidence);
  out << "PROVED  " << SpokenDigest(id) << "\n";
  PrintFinding(finding, out);
  ShowJson({{"id", absl::BytesToHexString(id)}, {"finding", FindingJson(finding)}}, out);
  return absl::OkStatus();
}

// Result: true while another fork waits.
absl::StatusOr<bool> ResumeFork(const EvidenceFlags& flags, const std::string& id) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = AdminService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::ResumePublisherRequest request;
  request.set_publisher(flags.publisher);
  request.set_id(id);
  request.set_because(flags.because);
  gateway::v1::ResumePublisherResponse response;
  MRG_RETURN_IF_ERROR(GrpcToStatus(stub->ResumePublisher(&context, request, &response)));
  return response.frozen();
}

// Result: the only fork of the publisher that waits; nullopt when none does. Of several each is
// named by who has looked at it: one that came since has been looked at by nobody.
absl::StatusOr<std::optional<std::string>> OnlyOpenFork(const EvidenceFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const std::vector<ForkState> forks, FetchForks(flags));
  std::vector<std::string> open;
  for (const ForkState& fork : forks) {
    if (!fork.has_resumed_at()) open.push_back(fork.id());
  }
  if (open.size() > 1) {
    std::vector<std::string> ids;
    for (const std::string& id : open) ids.push_back(SpokenDigest(id));
    return MakeFieldError(
        Reason::kFieldRequired, "id",
        absl::StrCat("expected one of the forks that wait: ", absl::StrJoin(ids, ", ")));
  }
  return open.empty() ? std::optional<std::string>() : open.front();
}

// Answers the fork that was named, or the only one that waits now.
absl::Status ResumePublisher(const EvidenceFlags& flags, Display& out) {
  std::optional<std::string> id;
  if (flags.id.empty()) {
    MRG_ASSIGN_OR_RETURN(id, OnlyOpenFork(flags));
  } else {
    id = absl::HexStringToBytes(flags.id);
  }
  bool frozen = false;
  if (id.has_value()) {
    MRG_ASSIGN_OR_RETURN(frozen, ResumeFork(flags, *id));
    out << SpokenDigest(*id) << " answered\n";
  }
  out << flags.publisher
      << OwnWords(frozen ? " stays frozen: another fork waits for an answer" : " resumed") << "\n";
  ShownJson json = {{"publisher", flags.publisher}};
  if (id.has_value()) json["answered"] = absl::BytesToHexString(*id);
  json["frozen"] = frozen;
  ShowJson(json, out);
  return absl::OkStatus();
}

// A wrong one is told before the node is asked.
CLI::Option* AddId(CLI::App* command, std::string* id) {
  return command->add_option("--id", *id, "fork, as `list` shows it, in quotes")
      ->check([](const std::string& typed) {
        const std::string hex = TypedHex(typed);
        const bool good =
            hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
        return good ? std::string() : std::string("expected 64 hex digits");
      });
}

}  // namespace

int RunEvidenceCommand(std::span<const std::string> args, Display& out, Display& err) {
  EvidenceFlags flags;
  CLI::App app("Proofs that a publisher showed two histories", "mrgctl trust evidence");
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "forks that a node knows");
  CLI::App* export_fork = app.add_subcommand("export", "writes one proof as a file");
  CLI::App* verify = app.add_subcommand("verify", "checks a proof with nothing but a first root");
  CLI::App* resume =
      app.add_subcommand("resume", "goes on with what the node trusts, in spite of a fork");
  for (CLI::App* command : {list, export_fork, resume}) flags.channel.AddTo(*command);
  list->add_option("--publisher", flags.publisher, "member id; all without it");
  resume->add_option("--publisher", flags.publisher, "member id")->required();
  AddId(export_fork, &flags.id)->required();
  AddId(resume, &flags.id)->description("fork; may be left out when only one waits");
  for (CLI::App* command : {export_fork, verify}) {
    command->add_option("--file", flags.file, "the proof")->required();
  }
  verify->add_option("--first-root", flags.first_root, "publisher's first root, 1.root.json")
      ->required();
  resume->add_option("--because", flags.because, "why; kept with the fork")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  flags.id = TypedHex(flags.id);

  absl::Status done;
  if (list->parsed()) {
    done = ListForks(flags, out);
  } else if (export_fork->parsed()) {
    done = ExportFork(flags, out);
  } else if (verify->parsed()) {
    done = VerifyFork(flags, out);
  } else {
    done = ResumePublisher(flags, out);
  }
  return Report(done, err);
}

}  // namespace mrg
