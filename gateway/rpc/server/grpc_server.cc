#include "gateway/rpc/server/grpc_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "grpc/support/time.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace mrg {
namespace {

constexpr char kPrivateFolder[] = "expected a folder of mode 0700 that is the node's own";

// Half of what our own channels wait between pings (peer_channel.cc).
constexpr int kPingMsMin = 5000;

void RegisterPluginsOnce() {
  static const bool done = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(done);
}

absl::Status AdminInvalid(absl::string_view expected) {
  return MakeError(Reason::kConfigInvalid, absl::StrCat("listeners.admin_socket: ", expected));
}

// Makes sure that nobody but this account can reach the socket, and removes what a node that did
// not end properly left behind.
absl::Status PrepareAdminSocket(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return AdminInvalid(
        absl::StrCat("expected at most ", sizeof(sockaddr_un::sun_path) - 1, " bytes (unix(7))"));
  }
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size()) {
    return AdminInvalid("expected FOLDER/NAME");
  }
  const std::string folder = path.substr(0, slash);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return AdminInvalid(absl::StrCat(kPrivateFolder, ": ", std::strerror(errno)));
  }
  struct stat status;
  if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      (status.st_mode & 0777) != 0700 || status.st_uid != geteuid()) {
    return AdminInvalid(kPrivateFolder);
  }
  if (lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) return AdminInvalid("expected no file, or an old socket");
    unlink(path.c_str());
  }
  return absl::OkStatus();
}

gpr_timespec DeadlineAfter(absl::Duration grace) {
  return gpr_time_add(gpr_now(GPR_CLOCK_REALTIME),
                      gpr_time_from_millis(absl::ToInt64Milliseconds(grace), GPR_TIMESPAN));
}

std::shared_ptr<grpc::ServerCredentials> MutualTls(const GrpcServerOptions& options) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = options.client_ca_pem;
  tls.pem_key_cert_pairs.push_back({options.private_key_pem, options.certificate_pem});
  return grpc::SslServerCredentials(tls);
}

}  // namespace

absl::StatusOr<GrpcServer::Listener> GrpcServer::Listen(
    absl::string_view name, const std::string& address,
    std::shared_ptr<grpc::ServerCredentials> credentials,
    const std::vector<grpc::Service*>& services, size_t message_bytes_max) {
  grpc::ServerBuilder builder;
  // A second process on the same port would otherwise share it without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Peers keep idle streams of hints alive; gRPC would take their pings for an attack.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingMsMin);
  builder.SetMaxReceiveMessageSize(static_cast<int>(message_bytes_max));
  Listener listener;
  builder.AddListeningPort(address, std::move(credentials), &listener.port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  listener.server = builder.BuildAndStart();
  if (listener.server == nullptr) {
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("listeners.", name, ": cannot listen on ", address));
  }
  return listener;
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options) {
  RegisterPluginsOnce();
  std::unique_ptr<GrpcServer> server(new GrpcServer(options));
  if (!options.api_address.empty() || !options.federation_address.empty()) {
    // gRPC would only log these and then refuse every handshake.
    MRG_RETURN_IF_ERROR(
        CheckCertificateMatchesKey(options.certificate_pem, options.private_key_pem));
    MRG_RETURN_IF_ERROR(ParsePemCertificates(options.client_ca_pem).status());
  }
  if (!options.api_address.empty()) {
    MRG_ASSIGN_OR_RETURN(server->api_, Listen("api", options.api_address, MutualTls(options),
                                              options.api_services, options.message_bytes_max));
  }
  if (!options.federation_address.empty()) {
    MRG_ASSIGN_OR_RETURN(server->federation_,
                         Listen("federation", options.federation_address, MutualTls(options),
                                options.federation_services, options.message_bytes_max));
  }
  if (!options.admin_socket.empty()) {
    MRG_RETURN_IF_ERROR(PrepareAdminSocket(options.admin_socket));
    MRG_ASSIGN_OR_RETURN(server->admin_,
                         Listen("admin_socket", absl::StrCat("unix:", options.admin_socket),
                                grpc::InsecureServerCredentials(), options.admin_services,
                                options.admin_message_bytes_max));
  }
  server->SetServing(false);
  return server;
}

void GrpcServer::ShutDown(Listener* listener, gpr_timespec deadline) {
  std::unique_ptr<grpc::Server> server;
  {
    MutexLock lock(mu_);
    server = std::move(listener->server);
  }
  if (server == nullptr) return;
  server->Shutdown(deadline);
  server->Wait();
}

GrpcServer::~GrpcServer() { Shutdown(absl::ZeroDuration()); }

absl::Status GrpcServer::ReplaceFederationCas(const std::string& client_ca_pem,
                                              absl::Duration grace) {
  MRG_RETURN_IF_ERROR(ParsePemCertificates(client_ca_pem).status());
  options_.client_ca_pem = client_ca_pem;
  const std::string& address = options_.federation_address;
  if (address.empty()) return absl::OkStatus();
  ShutDown(&federation_, DeadlineAfter(grace));
  // Peers know the port that was bound, also when any was asked for.
  const std::string bound =
      absl::StrCat(address.substr(0, address.rfind(':')), ":", federation_.port);
  MRG_ASSIGN_OR_RETURN(
      Listener again, Listen("federation", bound, MutualTls(options_), options_.federation_services,
                             options_.message_bytes_max));
  MutexLock lock(mu_);
  federation_.server = std::move(again.server);
  Show();
  return absl::OkStatus();
}

void GrpcServer::SetServing(bool serving) {
  MutexLock lock(mu_);
  serving_ = serving;
  Show();
}

void GrpcServer::Show() {
  for (Listener* listener : {&api_, &federation_, &admin_}) {
    if (listener->server == nullptr) continue;
    auto* const health = listener->server->GetHealthCheckService();
    if (health != nullptr) health->SetServingStatus(serving_);
  }
}

void GrpcServer::Shutdown(absl::Duration grace) {
  const gpr_timespec deadline = DeadlineAfter(grace);
  for (Listener* listener : {&api_, &federation_, &admin_}) ShutDown(listener, deadline);
}

}  // namespace mrg
