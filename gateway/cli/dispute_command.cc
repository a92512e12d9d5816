#include "gateway/cli/dispute_command.h"

#include <memory>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/dispute_words.h"
#include "gateway/cli/json_output.h"
#include "gateway/crypto/random.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeQueueService;
using dispute::v1::DisputeService;

struct Flags {
  ApiChannelFlags channel;
  std::string dispute;
  std::string receipt;
  std::string document;
  std::string description;
  std::string kind = "FACE_INFORMATION_ERROR";
  std::string queue;
  std::string until;
  std::string lease;
  std::string lease_out;
  int lease_seconds = 600;
  std::string decision;
  std::string explanation_en;
  std::string explanation_zh;
  std::string because;
};

// One call of a service with the flags' channel, deadline and identity.
template <typename Service, typename Response, typename Method, typename Request>
absl::StatusOr<Response> Call(const Flags& flags, Method method, const Request& request) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = Service::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  Response response;
  MRG_RETURN_IF_ERROR(GrpcToStatus(((*stub).*method)(&context, request, &response)));
  return response;
}

template <typename Service, typename Response, typename Method, typename Request>
absl::Status CallAndPrint(const Flags& flags, Method method, const Request& request, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Response response, (Call<Service, Response>(flags, method, request)));
  PrintDispute(response.dispute(), out);
  ShowJson(response.dispute(), out);
  return absl::OkStatus();
}

// Any request with a lease: reads it from the file that `claim` wrote.
template <typename Request>
absl::Status ReadLease(const Flags& flags, Request* request) {
  if (flags.lease.empty()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(flags.lease));
  if (request->mutable_lease()->ParseFromString(bytes)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(flags.lease, " is not a lease"));
}

std::string NewRequestId() { return NewUuidV7(RealClock().Now()); }

absl::Status File(const Flags& flags, Display& out) {
  dispute::v1::FileDisputeRequest request;
  dispute::v1::DisputeKind kind;
  if (!dispute::v1::DisputeKind_Parse(absl::StrCat("DISPUTE_KIND_", flags.kind), &kind)) {
    return absl::InvalidArgumentError("--kind: expected a kind such as FACE_INFORMATION_ERROR");
  }
  request.set_kind(kind);
  request.set_request_id(NewRequestId());
  MRG_ASSIGN_OR_RETURN(*request.mutable_receipt(), ReadWholeFile(flags.receipt));
  MRG_ASSIGN_OR_RETURN(*request.mutable_document(), ReadWholeFile(flags.document));
  request.set_description(flags.description);
  return CallAndPrint<DisputeService, dispute::v1::FileDisputeResponse>(
      flags, &DisputeService::Stub::FileDispute, request, out);
}

absl::Status Get(const Flags& flags, Display& out) {
  dispute::v1::GetDisputeRequest request;
  request.set_dispute(flags.dispute);
  MRG_ASSIGN_OR_RETURN(const auto response,
                       (Call<DisputeService, dispute::v1::GetDisputeResponse>(
                           flags, &DisputeService::Stub::GetDispute, request)));
  PrintDispute(response.dispute(), out);
  ShownJson events = ShownJson::array();
  for (const std::string& bytes : response.events()) {
    dispute::v1::DisputeEvent event;
    if (!event.ParseFromString(bytes)) continue;
    PrintDisputeEvent(event, out);
    events.push_back(ToJson(event));
  }
  ShowJson({{"dispute", ToJson(response.dispute())}, {"events", events}}, out);
  return absl::OkStatus();
}

absl::Status List(const Flags& flags, Display& out) {
  dispute::v1::ListDisputesRequest request;
  request.set_queue(flags.queue);
  do {
    MRG_ASSIGN_OR_RETURN(const auto response,
                         (Call<DisputeService, dispute::v1::ListDisputesResponse>(
                             flags, &DisputeService::Stub::ListDisputes, request)));
    for (const Dispute& dispute : response.disputes()) {
      PrintDispute(dispute, out);
      ShowJson(dispute, out);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Watch(const Flags& flags, Display& out) {
  dispute::v1::WatchDisputeRequest request;
  request.set_dispute(flags.dispute);
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = DisputeService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  const auto reader = stub->WatchDispute(&context, request);
  dispute::v1::WatchDisputeResponse response;
  while (reader->Read(&response)) {
    PrintDispute(response.dispute(), out);
    ShowJson(response.dispute(), out);
    out.Flush();
    if (StateToken(response.dispute().state()) == flags.until) {
      context.TryCancel();
      return absl::OkStatus();
    }
  }
  return GrpcToStatus(reader->Finish());
}

absl::Status Claim(const Flags& flags, Display& out) {
  dispute::v1::ClaimDisputesRequest request;
  request.set_queue(flags.queue);
  request.mutable_lease_duration()->set_seconds(flags.lease_seconds);
  MRG_ASSIGN_OR_RETURN(const auto response,
                       (Call<DisputeQueueService, dispute::v1::ClaimDisputesResponse>(
                           flags, &DisputeQueueService::Stub::ClaimDisputes, request)));
  if (response.disputes().empty()) return absl::NotFoundError("no case of the queue is free");
  const auto& claimed = response.disputes(0);
  MRG_RETURN_IF_ERROR(WriteWholeFile(flags.lease_out, claimed.lease().SerializeAsString()));
  PrintDispute(claimed.dispute(), out);
  out << "  lease 租约: token " << claimed.lease().lease_token() << " until "
      << ToTime(claimed.lease().expires_at()) << "\n";
  ShowJson({{"dispute", ToJson(claimed.dispute())},
            {"leaseToken", claimed.lease().lease_token()},
            {"leaseUntil", JsonTime(ToTime(claimed.lease().expires_at()))}},
           out);
  return absl::OkStatus();
}

absl::Status Accept(const Flags& flags, Display& out) {
  dispute::v1::AcceptDisputeRequest request;
  request.set_request_id(NewRequestId());
  request.set_dispute(flags.dispute);
  MRG_RETURN_IF_ERROR(ReadLease(flags, &request));
  return CallAndPrint<DisputeQueueService, dispute::v1::AcceptDisputeResponse>(
      flags, &DisputeQueueService::Stub::AcceptDispute, request, out);
}

absl::Status Refuse(const Flags& flags, Display& out) {
  dispute::v1::RefuseDisputeRequest request;
  request.set_request_id(NewRequestId());
  request.set_dispute(flags.dispute);
  request.set_explanation_en(flags.explanation_en);
  request.set_explanation_zh(flags.explanation_zh);
  MRG_RETURN_IF_ERROR(ReadLease(flags, &request));
  return CallAndPrint<DisputeQueueService, dispute::v1::RefuseDisputeResponse>(
      flags, &DisputeQueueService::Stub::RefuseDispute, request, out);
}

absl::Status Complete(const Flags& flags, Display& out) {
  dispute::v1::CompleteDisputeRequest request;
  dispute::v1::DisputeDecision decision;
  if (!dispute::v1::DisputeDecision_Parse(absl::StrCat("DISPUTE_DECISION_", flags.decision),
                                          &decision)) {
    return absl::InvalidArgumentError("--decision: expected CORRECTED, UPHELD or PARTLY");
  }
  request.set_decision(decision);
  request.set_request_id(NewRequestId());
  request.set_explanation_en(flags.explanation_en);
  request.set_explanation_zh(flags.explanation_zh);
  MRG_RETURN_IF_ERROR(ReadLease(flags, &request));
  return CallAndPrint<DisputeQueueService, dispute::v1::CompleteDisputeResponse>(
      flags, &DisputeQueueService::Stub::CompleteDispute, request, out);
}

absl::Status Release(const Flags& flags, Display& out) {
  dispute::v1::ReleaseDisputeRequest request;
  MRG_RETURN_IF_ERROR(ReadLease(flags, &request));
  MRG_RETURN_IF_ERROR((Call<DisputeQueueService, dispute::v1::ReleaseDisputeResponse>(
                           flags, &DisputeQueueService::Stub::ReleaseDispute, request))
                          .status());
  out << "released 已归还\n";
  return absl::OkStatus();
}

absl::Status LiftMark(const Flags& flags, Display& out) {
  gateway::v1::LiftDisputeMarkRequest request;
  request.set_dispute(flags.dispute);
  request.set_because(flags.because);
  MRG_ASSIGN_OR_RETURN(const auto lifted,
                       (Call<gateway::v1::AdminService, gateway::v1::LiftDisputeMarkResponse>(
                           flags, &gateway::v1::AdminService::Stub::LiftDisputeMark, request)));
  out << "mark lifted 已解除异议标注 " << ToTime(lifted.lifted_at()) << ": " << lifted.because()
      << "\n";
  ShowJson(lifted, out);
  return absl::OkStatus();
}

}  // namespace

int RunDisputeCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Disputes over recognised licences", "mrgctl dispute");
  app.require_subcommand(1);
  using Run = absl::Status (*)(const Flags&, Display&);
  std::vector<std::pair<CLI::App*, Run>> commands;
  const auto add = [&](const char* name, const char* what, Run run) {
    CLI::App* command = app.add_subcommand(name, what);
    flags.channel.AddTo(*command);
    commands.emplace_back(command, run);
    return command;
  };
  CLI::App* file = add("file", "files a dispute about a receipt", File);
  CLI::App* get = add("get", "shows a dispute with its history", Get);
  CLI::App* list = add("list", "lists what the caller may see", List);
  CLI::App* watch = add("watch", "shows each change of a dispute", Watch);
  CLI::App* claim = add("claim", "leases the most pressing case of a queue", Claim);
  CLI::App* accept = add("accept", "accepts a case", Accept);
  CLI::App* refuse = add("refuse", "does not accept a case", Refuse);
  CLI::App* complete = add("complete", "decides a case under a lease", Complete);
  CLI::App* release = add("release", "gives a leased case back", Release);

  CLI::App* lift_mark = add(
      "lift-mark", "takes the mark of a dispute from a licence of ours (admin socket)", LiftMark);

  for (CLI::App* command : {get, watch, accept, refuse, lift_mark}) {
    command->add_option("--dispute", flags.dispute, "<member>/<UUID>")->required();
  }
  lift_mark->add_option("--because", flags.because, "why; kept with the dispute")->required();
  file->add_option("--receipt", flags.receipt, "the receipt's bytes")->required();
  file->add_option("--document", flags.document, "the presented document")->required();
  file->add_option("--description", flags.description, "what is wrong")->required();
  file->add_option("--kind", flags.kind, "default: FACE_INFORMATION_ERROR");
  list->add_option("--queue", flags.queue, "only this queue");
  watch->add_option("--until", flags.until, "ends at this state, e.g. ACCEPTED");
  claim->add_option("--queue", flags.queue, "queue")->required();
  claim->add_option("--lease-seconds", flags.lease_seconds, "30 to 43200");
  claim->add_option("--lease-out", flags.lease_out, "where the lease goes")->required();
  for (CLI::App* command : {accept, refuse}) {
    command->add_option("--lease", flags.lease, "lease of `claim`, when the case is claimed");
  }
  for (CLI::App* command : {complete, release}) {
    command->add_option("--lease", flags.lease, "lease of `claim`")->required();
  }
  complete->add_option("--decision", flags.decision, "CORRECTED, UPHELD or PARTLY")->required();
  for (CLI::App* command : {refuse, complete}) {
    command->add_option("--explanation-zh", flags.explanation_zh, "why, in Chinese")->required();
    command->add_option("--explanation-en", flags.explanation_en, "why, in English");
  }
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  for (const auto& [command, run] : commands) {
    if (command->parsed()) return Report(run(flags, out), err);
  }
  return kExitUsage;
}

}  // namespace mrg
