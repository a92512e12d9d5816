#include "gateway/cli/licence_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/random.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/web/json_message.h"
#include "mrg/gateway/v1/presentation.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"

namespace mrg {
namespace {

struct SignFlags {
  std::string key;
  std::string scheme = "sm2-sm3";
  std::string document;
  std::string out;
  bool json = false;
};

absl::Status Sign(const SignFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeFromName(flags.scheme));
  MRG_ASSIGN_OR_RETURN(const std::string pem, ReadPrivateKeyFile("--key", flags.key));
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<Signer> signer, NewEvpSigner(scheme, pem));
  MRG_ASSIGN_OR_RETURN(const std::string document, ReadWholeFile(flags.document));
  MRG_ASSIGN_OR_RETURN(const std::string signature, signer->Sign(document));
  gateway::v1::Presentation presentation;
  gateway::v1::DetachedSignature* detached = presentation.mutable_detached();
  detached->set_document(document);
  detached->set_algorithm(scheme == Scheme::kSm2Sm3
                              ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                              : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  detached->set_signature(signature);
  detached->set_public_key(signer->public_key().spki_der());
  return WriteWholeFile(flags.out,
                        flags.json ? JsonFile(presentation) : presentation.SerializeAsString());
}

struct JsonFlags {
  std::string presentation;
  std::string out;
};

// What Sign wrote, as a call over REST takes it.
absl::Status WriteJson(const JsonFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(flags.presentation));
  gateway::v1::Presentation presentation;
  if (!presentation.ParseFromString(bytes)) {
    return absl::InvalidArgumentError("--presentation: expected a file of `mrgctl licence sign`");
  }
  MRG_ASSIGN_OR_RETURN(const std::string json, JsonOf(presentation));
  return WriteWholeFile(flags.out, json + "\n");
}

struct StatusFlags {
  ApiChannelFlags channel;
  std::string number_file;
  std::string action;
  gateway::v1::SetLicenceStatusRequest request;
};

absl::Status SetStatus(StatusFlags* flags, Display& out) {
  gateway::v1::SetLicenceStatusRequest& request = flags->request;
  // From a file, because a command line is seen by others on the machine.
  MRG_ASSIGN_OR_RETURN(const std::string number, ReadWholeFile(flags->number_file));
  // What the node would refuse is told by the file's name; what it is sent is the number as
  // printed.
  MRG_RETURN_IF_ERROR(NormaliseNumber("--number-file", number).status());
  request.set_licence_number(std::string(absl::StripAsciiWhitespace(number)));
  gateway::v1::LicenceStatusAction action;
  if (!gateway::v1::LicenceStatusAction_Parse(
          absl::StrCat("LICENCE_STATUS_ACTION_", absl::AsciiStrToUpper(flags->action)), &action)) {
    return absl::InvalidArgumentError("--action: expected revoke, suspend, cancel or restore");
  }
  request.set_action(action);
  if (request.request_id().empty()) request.set_request_id(NewUuidV7(RealClock().Now()));
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags->channel));
  const auto stub = gateway::v1::StatusService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(flags->channel, &context);
  gateway::v1::SetLicenceStatusResponse response;
  MRG_RETURN_IF_ERROR(GrpcToStatus(stub->SetLicenceStatus(&context, request, &response)));
  out << "in the status list since version " << response.status_version() << "\n";
  ShowJson(response, out);
  return absl::OkStatus();
}

}  // namespace

int RunLicenceCommand(std::span<const std::string> args, Display& out, Display& err) {
  SignFlags flags;
  CLI::App app("What an issuing authority does with its licences", "mrgctl licence");
  app.require_subcommand(1);
  CLI::App* sign = app.add_subcommand("sign", "signs one document");
  sign->add_option("--key", flags.key, "the authority's private key, PEM, mode 0600")->required();
  sign->add_option("--scheme", flags.scheme, "sm2-sm3 or ecdsa-p256-sha256")
      ->check(CLI::IsMember({"sm2-sm3", "ecdsa-p256-sha256"}));
  sign->add_option("--document", flags.document, "the document's bytes")->required();
  sign->add_option("--out", flags.out, "where the presentation goes")->required();
  sign->add_flag("--json", flags.json, "writes it as JSON, as `recognize` takes it too");
  JsonFlags json_flags;
  CLI::App* json = app.add_subcommand("json", "writes a presentation in JSON, for calls over REST");
  json->add_option("--presentation", json_flags.presentation, "file of `mrgctl licence sign`")
      ->required();
  json->add_option("--out", json_flags.out, "where the JSON goes")->required();
  StatusFlags status_flags;
  gateway::v1::SetLicenceStatusRequest& request = status_flags.request;
  CLI::App* status = app.add_subcommand("set-status", "changes the status of one licence");
  status_flags.channel.AddTo(*status);
  status->add_option("--jurisdiction", *request.mutable_jurisdiction(), "GB/T 2260 code")
      ->required();
  status->add_option("--type", *request.mutable_type_code(), "licence-type code")->required();
  status->add_option("--number-file", status_flags.number_file, "file with the licence's number")
      ->required();
  status->add_option("--action", status_flags.action, "revoke, suspend, cancel or restore")
      ->required();
  status->add_option("--issuer", *request.mutable_issuer_code(),
                     "code of the authority that issued it; default: the caller's own");
  status->add_option("--request-id", *request.mutable_request_id(), "default: a new one");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (json->parsed()) return Report(WriteJson(json_flags), err);
  if (status->parsed()) return Report(SetStatus(&status_flags, out), err);
  return Report(Sign(flags), err);
}

}  // namespace mrg
