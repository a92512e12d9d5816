#include "gateway/cli/trust_command.h"

#include <memory>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/content_uploader.h"
#include "gateway/cli/evidence_command.h"
#include "gateway/cli/file_io.h"
#include "gateway/cli/issuer_revocation.h"
#include "gateway/cli/repository_folder.h"
#include "gateway/cli/staged_content.h"
#include "gateway/cli/trust_ceremony.h"
#include "gateway/cli/trust_diff.h"
#include "gateway/cli/trust_proof.h"
#include "gateway/cli/trust_publication.h"
#include "gateway/rpc/grpc_fetcher.h"
#include "gateway/rpc/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "trustlist/metadata_header.h"

namespace mrg {
namespace {

// A publication moves whole ceremonies; no answer is larger than a few KiB.
constexpr int kPublishTimeoutSeconds = 60;
// Days that a signature of people may hold.
constexpr int kLifetimeDaysMax = 3650;

struct TrustFlags {
  std::string repository;
  InitOptions init;
  StageOptions stage;
  RevokeOptions revoke;
  std::string publisher;
  std::string root_file;
  std::string root_sha256;
  std::string because;
  int root_days = 365;
  int targets_days = 90;
  std::string role;
  std::string key;
  ProofOptions proof;
  ApiChannelFlags channel;
  bool everything = false;
};

absl::Status Publish(const TrustFlags& flags, std::ostream& out) {
  const RepositoryFolder folder(flags.repository);
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = gateway::v1::AdminService::NewStub(channel);
  ContentUploader uploader(stub.get(), flags.channel);
  absl::StatusOr<gateway::v1::PublishRequest> request = MakePublication(
      folder, flags.everything, [&](std::string bytes) { return uploader.Add(std::move(bytes)); });
  // Before the upload's: that is cut short by what went wrong here.
  if (!request.ok() && !absl::IsCancelled(request.status())) return request.status();
  MRG_RETURN_IF_ERROR(uploader.Finish());
  MRG_RETURN_IF_ERROR(request.status());
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::PublishResponse response;
  const grpc::Status status = stub->Publish(&context, *request, &response);
  if (!status.ok()) return GrpcToStatus(status);
  MRG_RETURN_IF_ERROR(folder.MarkPublished());
  out << "in force since " << FormatTufTime(ToTime(response.in_force_at())) << "\n";
  PrintRoles(response.roles(), out);
  return absl::OkStatus();
}

// The operator types the digest that was told by another way than the file came; both go to the
// node.
absl::Status RepinRoot(const TrustFlags& flags, std::ostream& out) {
  gateway::v1::RepinPublisherRequest request;
  request.set_publisher(flags.publisher);
  MRG_ASSIGN_OR_RETURN(*request.mutable_root(), ReadWholeFile(flags.root_file));
  MRG_ASSIGN_OR_RETURN(*request.mutable_root_sha256(), ParseHexSha256(flags.root_sha256));
  request.set_because(flags.because);
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = gateway::v1::AdminService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::RepinPublisherResponse response;
  const grpc::Status status = stub->RepinPublisher(&context, request, &response);
  if (!status.ok()) return GrpcToStatus(status);
  out << flags.publisher << "\n";
  PrintRepin(response.repin(), out);
  return absl::OkStatus();
}

absl::Status ProveFromNode(const TrustFlags& flags, std::ostream& out) {
  MRG_ASSIGN_OR_RETURN(MemberId publisher, MemberId::Parse(flags.publisher));
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const RealClock clock;
  GrpcFetcher node(std::move(publisher), channel, absl::Seconds(flags.channel.timeout_seconds),
                   &clock);
  return WriteEntryProofFromNode(flags.proof, &node, out);
}

absl::Status ShowStatus(const TrustFlags& flags, std::ostream& out) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = gateway::v1::AdminService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::GetTrustStateResponse response;
  const grpc::Status status =
      stub->GetTrustState(&context, gateway::v1::GetTrustStateRequest(), &response);
  if (!status.ok()) return GrpcToStatus(status);
  PrintTrustState(response, out);
  return absl::OkStatus();
}

void AddKeyOptions(CLI::App* command, InitOptions* init) {
  command->add_option("--keys", init->keys, "folder of `mrgctl keys init`")->required();
  command->add_option("--root-threshold", init->root_threshold, "signatures a root takes");
  command->add_option("--targets-threshold", init->targets_threshold,
                      "signatures the top-level targets take");
}

void AddRevokeOptions(CLI::App* command, RevokeOptions* revoke) {
  command->add_option("--jurisdiction", revoke->jurisdiction, "whose list of issuers")->required();
  command->add_option("--issuer", revoke->issuer_code, "the authority's code")->required();
  command->add_option("--key", revoke->key,
                      "SHA-256 of the key as `diff` shows it; all keys when left out");
  command->add_option("--state", revoke->state, "retired, suspended or compromised")->required();
  command->add_option("--from", revoke->from, "instant, 2026-11-24T00:00:00+08:00")->required();
  command->add_option("--until", revoke->until, "end of a suspension; open when left out");
}

void AddStageOptions(CLI::App* command, StageOptions* stage) {
  command->add_option("--file", stage->file, "the content");
  CLI::Option_group* kind = command->add_option_group("kind", "what the file is");
  kind->add_option("--target", stage->target, "target path; bytes as they are");
  kind->add_option("--issuers", stage->issuers, "jurisdiction; IssuerList textproto");
  kind->add_option("--catalogue", stage->catalogue, "jurisdiction; CatalogueList textproto");
  kind->add_option("--pack", stage->pack, "jurisdiction; MappingPack textproto");
  kind->add_option("--agreement", stage->agreement, "jurisdiction; Agreement textproto");
  kind->add_option("--repeal", stage->repeal, "jurisdiction; Repeal textproto");
  kind->add_flag("--dictionary", stage->dictionary, "Dictionary textproto");
  kind->add_flag("--federation", stage->federation, "Federation textproto");
  kind->add_option("--calendar", stage->calendar, "year; calendar textproto");
  kind->add_option("--remove", stage->remove, "target path that is no longer listed");
  kind->require_option(1);
}

void AddProofOptions(CLI::App* prove, CLI::App* verify, ProofOptions* proof) {
  prove->add_option("--target", proof->path, "target path of the list, e.g. 31/issuers")
      ->required();
  prove->add_option("--entry", proof->entry, "id of the entry, e.g. <issuer code>/<hex SHA-256>")
      ->required();
  verify->add_option("--root", proof->root, "a root of the member that is trusted")->required();
  verify->add_option("--at", proof->at, "instant to verify for, 2026-11-24T00:00:00Z; default now");
  for (CLI::App* command : {prove, verify}) {
    command->add_option("--proof", proof->proof, "file of the proof")->required();
  }
}

}  // namespace

int RunTrustCommand(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  if (!args.empty() && args[0] == "evidence") return RunEvidenceCommand(args.subspan(1), out, err);
  TrustFlags flags;
  flags.channel.timeout_seconds = kPublishTimeoutSeconds;
  CLI::App app("Prepares, signs and publishes a member's trust lists", "mrgctl trust");
  app.require_subcommand(1);
  CLI::App* init = app.add_subcommand("init", "makes a repository and signs its first root");
  CLI::App* stage = app.add_subcommand("stage", "lists new content, unsigned");
  CLI::App* revoke = app.add_subcommand("revoke", "stages a new state of an issuer's keys");
  CLI::App* diff = app.add_subcommand("diff", "says what is staged, in words");
  CLI::App* sign = app.add_subcommand("sign", "adds one signature to a role's file");
  CLI::App* renew = app.add_subcommand("renew", "stages a role again, valid anew");
  CLI::App* rotate = app.add_subcommand("rotate", "stages the next root with the present keys");
  CLI::App* publish = app.add_subcommand("publish", "hands the signed files to the node");
  CLI::App* repin = app.add_subcommand(
      "repin", "has a node trust another root of a publisher that lost the keys of its own");
  CLI::App* status = app.add_subcommand("status", "says what is in force on a node");
  CLI::App* prove = app.add_subcommand("prove", "proves that a list holds an entry, or does not");
  CLI::App* verify = app.add_subcommand("verify-proof", "verifies such a proof, offline");
  app.footer("mrgctl trust evidence ...   proofs of split views");
  for (CLI::App* command : {init, stage, revoke, diff, sign, renew, rotate, publish}) {
    command->add_option("--repository", flags.repository, "folder of the repository")->required();
  }
  flags.channel.AddTo(*prove);
  CLI::Option* const address = prove->get_option("--address")->required(false);
  CLI::Option* const in_folder =
      prove->add_option("--repository", flags.repository, "folder of the repository");
  prove->add_option("--publisher", flags.publisher, "or a member id: asks the node at --address")
      ->excludes(in_folder)
      ->needs(address);
  init->add_option("--member", flags.init.member, "member id")->required();
  init->add_option("--jurisdictions", flags.init.jurisdictions, "province codes, e.g. 31,32")
      ->delimiter(',');
  init->add_option("--log-origin", flags.init.log_origin, "<member>/<log-id>")->required();
  AddKeyOptions(init, &flags.init);
  AddKeyOptions(rotate, &flags.init);
  AddStageOptions(stage, &flags.stage);
  AddRevokeOptions(revoke, &flags.revoke);
  for (CLI::App* command : {init, renew, rotate}) {
    command->add_option("--root-days", flags.root_days, "days that a root holds, 365")
        ->check(CLI::Range(1, kLifetimeDaysMax));
  }
  for (CLI::App* command : {init, stage, revoke, renew}) {
    command->add_option("--targets-days", flags.targets_days, "days that other files hold, 90")
        ->check(CLI::Range(1, kLifetimeDaysMax));
  }
  for (CLI::App* command : {sign, renew}) {
    command->add_option("--role", flags.role, "root, targets or j-NN")->required();
  }
  sign->add_option("--key", flags.key, "private key, PEM, mode 0600")->required();
  AddProofOptions(prove, verify, &flags.proof);
  publish->add_flag("--everything", flags.everything, "also what was published before");
  flags.channel.AddTo(*publish);
  flags.channel.AddTo(*status);
  flags.channel.AddTo(*repin);
  repin->add_option("--publisher", flags.publisher, "member id")->required();
  repin->add_option("--root", flags.root_file, "the new root's file")->required();
  repin
      ->add_option("--sha256", flags.root_sha256,
                   "its digest, hex, as it was told by another way than the file came")
      ->required();
  repin->add_option("--because", flags.because, "why; kept for good")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (stage->parsed() && flags.stage.file.empty() == flags.stage.remove.empty()) {
    err << "mrgctl trust stage: expected either --file or --remove\n";
    return kExitUsage;
  }
  if (prove->parsed() && flags.repository.empty() == flags.publisher.empty()) {
    err << "mrgctl trust prove: expected either --repository or --publisher\n";
    return kExitUsage;
  }

  RepositoryFolder folder(
      flags.repository, {absl::Hours(24) * flags.root_days, absl::Hours(24) * flags.targets_days});
  const absl::Time now = RealClock().Now();
  absl::Status done;
  if (init->parsed()) {
    done = InitRepository(flags.init, now, &folder, out);
  } else if (stage->parsed()) {
    done = StageTarget(flags.stage, now, &folder, out);
  } else if (revoke->parsed()) {
    done = RevokeIssuer(flags.revoke, now, &folder, out);
  } else if (diff->parsed()) {
    done = PrintTrustDiff(folder, out);
  } else if (sign->parsed()) {
    done = SignRole(flags.role, flags.key, &folder, out);
  } else if (renew->parsed()) {
    done = RenewRole(flags.role, now, &folder, out);
  } else if (rotate->parsed()) {
    done = RotateRoot(flags.init, now, &folder, out);
  } else if (repin->parsed()) {
    done = RepinRoot(flags, out);
  } else if (publish->parsed()) {
    done = Publish(flags, out);
  } else if (prove->parsed()) {
    done = flags.publisher.empty() ? WriteEntryProof(flags.proof, folder, out)
                                   : ProveFromNode(flags, out);
  } else if (verify->parsed()) {
    done = CheckEntryProof(flags.proof, now, out);
  } else {
    done = ShowStatus(flags, out);
  }
  return Report(done, err);
}

}  // namespace mrg
