#include "gateway/cli/api_channel.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gateway/base/limits.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/private_key_file.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {

namespace {

// On the node itself nobody needs a certificate.
absl::Status Required(absl::string_view flag, absl::string_view what) {
  return MakeError(Reason::kFieldRequired,
                   absl::StrCat(flag, ": expected ", what,
                                " for a node at host:port; on the node itself --address "
                                "unix:run/admin.sock needs none, for the calls that it has"));
}

absl::StatusOr<std::string> ReadFileOf(absl::string_view flag, const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadWholeFile(path);
  if (bytes.ok()) return bytes;
  return absl::Status(bytes.status().code(), absl::StrCat(flag, ": ", bytes.status().message()));
}

}  // namespace

void ApiChannelFlags::AddTo(CLI::App& app) {
  app.add_option("--address", address, "node, host:port or unix:/path")->required();
  app.add_option("--cert", cert, "caller's certificate, PEM");
  app.add_option("--key", key, "caller's private key, PEM");
  app.add_option("--ca", ca, "CA of the node's trust domain, PEM");
  app.add_option("--timeout", timeout_seconds, "seconds to wait for the answer");
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenApiChannel(const ApiChannelFlags& flags) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(int{kAdminMessageBytesMax});
  if (absl::StartsWith(flags.address, "unix:")) {
    return grpc::CreateCustomChannel(flags.address, grpc::InsecureChannelCredentials(), arguments);
  }
  if (flags.cert.empty()) return Required("--cert", "the caller's certificate");
  if (flags.key.empty()) return Required("--key", "the caller's private key");
  if (flags.ca.empty()) return Required("--ca", "the CA of the node's trust domain");
  grpc::SslCredentialsOptions options;
  MRG_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadFileOf("--cert", flags.cert));
  MRG_ASSIGN_OR_RETURN(options.pem_private_key, ReadPrivateKeyFile("--key", flags.key));
  MRG_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFileOf("--ca", flags.ca));
  // gRPC would only say that the node cannot be reached.
  const absl::Status matches =
      CheckCertificateMatchesKey(options.pem_cert_chain, options.pem_private_key);
  if (!matches.ok()) {
    const Reason reason = ReasonOf(matches).value_or(Reason::kCertificateUnreadable);
    absl::string_view why = matches.message();
    absl::ConsumePrefix(&why, absl::StrCat(TokenOf(reason), ": "));
    return MakeError(reason, absl::StrCat("--cert ", flags.cert, ", --key ", flags.key, ": ", why));
  }
  if (!ParsePemCertificates(options.pem_root_certs).ok()) {
    return MakeError(Reason::kCertificateUnreadable,
                     absl::StrCat("--ca ", flags.ca, ": expected PEM certificates"));
  }
  return grpc::CreateCustomChannel(flags.address, grpc::SslCredentials(options), arguments);
}

void SetDeadline(const ApiChannelFlags& flags, grpc::ClientContext* context) {
  context->set_deadline(
      absl::ToChronoTime(RealClock().Now() + absl::Seconds(flags.timeout_seconds)));
}

}  // namespace mrg
