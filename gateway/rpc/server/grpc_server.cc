#include "gateway/rpc/server/grpc_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/reflection_service.h"
#include "grpc/grpc.h"
#include "grpc/support/time.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace mrg {
namespace {

constexpr char kPrivateFolder[] = "expected a folder of mode 0700 that is the node's own";

// Half of what our own channels wait between pings (peer_channel.cc).
constexpr int kPingMsMin = 5000;

// Threads of gRPC's on the admin listener, where reflection v1alpha holds one for each stream.
constexpr int kAdminThreadsMax = 16;

// Takes what is linked into every server, reflection, from one.
class WithoutPlugins : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

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

// Bounds on what whoever connects makes gRPC hold, besides those on connections.
void BoundResources(grpc::ServerBuilder* builder) {
  // One for all listeners of the process: what gRPC reads is charged to it, and calls are cut when
  // it is used up.
  static const auto* const quota = &(new grpc::ResourceQuota("mrg"))->Resize(kServerBytesMax);
  builder->SetResourceQuota(*quota);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsOfConnectionMax);
  // gRPC would let whoever sends fast send more before a request is read at all.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMsMax);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMsMax);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionGraceMsMax);
  // Peers keep idle streams of hints alive; gRPC would take their pings for an attack.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingMsMin);
}

}  // namespace

std::shared_ptr<GrpcServer::Backend> GrpcServer::Listener::Current() {
  MutexLock lock(mu);
  return backend;
}

std::shared_ptr<GrpcServer::Backend> GrpcServer::Listener::Replace(std::shared_ptr<Backend> next) {
  MutexLock lock(mu);
  backend.swap(next);
  return next;
}

void GrpcServer::Listener::HandOver(int fd) {
  const std::shared_ptr<Backend> current = Current();
  if (current == nullptr) {
    close(fd);
    return;
  }
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.fd = fd;
  current->acceptor->HandleNewConnection(&connection);
}

absl::StatusOr<std::shared_ptr<GrpcServer::Backend>> GrpcServer::BeginTcp(
    absl::string_view name, const std::vector<grpc::Service*>& services) {
  using ExternalConnections = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  grpc::ServerBuilder builder;
  BoundResources(&builder);
  builder.SetOption(std::make_unique<WithoutPlugins>());
  builder.SetMaxReceiveMessageSize(static_cast<int>(options_.message_bytes_max));
  const auto backend = std::make_shared<Backend>();
  backend->acceptor = builder.experimental().AddExternalConnectionAcceptor(
      ExternalConnections::FROM_FD, credentials_->ForListener());
  for (grpc::Service* service : services) builder.RegisterService(service);
  backend->server = builder.BuildAndStart();
  if (backend->server == nullptr) {
    return MakeError(Reason::kConfigInvalid, absl::StrCat("listeners.", name, ": cannot serve"));
  }
  return backend;
}

absl::StatusOr<std::shared_ptr<GrpcServer::Backend>> GrpcServer::BeginAdmin() {
  MRG_RETURN_IF_ERROR(PrepareAdminSocket(options_.admin_socket));
  const std::string address = absl::StrCat("unix:", options_.admin_socket);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.SetResourceQuota(grpc::ResourceQuota("mrg-admin").SetMaxThreads(kAdminThreadsMax));
  // Otherwise there are as many as processors, each with a thread of its own.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetMaxReceiveMessageSize(static_cast<int>(options_.admin_message_bytes_max));
  builder.SetOption(OfferReflection());
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  for (grpc::Service* service : options_.admin_services) builder.RegisterService(service);
  const auto backend = std::make_shared<Backend>();
  backend->server = builder.BuildAndStart();
  if (backend->server == nullptr) {
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("listeners.admin_socket: cannot listen on ", address));
  }
  return backend;
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options) {
  std::unique_ptr<GrpcServer> server(new GrpcServer(options));
  MRG_RETURN_IF_ERROR(server->Begin());
  return server;
}

absl::Status GrpcServer::Begin() {
  const std::string& api = options_.api_address;
  const std::string& federation = options_.federation_address;
  if (!api.empty() || !federation.empty()) {
    MRG_ASSIGN_OR_RETURN(credentials_, ListenerCredentials::Create(options_.tls));
  }
  if (!api.empty()) {
    MRG_ASSIGN_OR_RETURN(api_.socket, ListeningSocket::Bind("api", api));
    MRG_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend, BeginTcp("api", options_.api_services));
    api_.Replace(std::move(backend));
  }
  if (!federation.empty()) {
    MRG_ASSIGN_OR_RETURN(federation_.socket, ListeningSocket::Bind("federation", federation));
    MRG_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                         BeginTcp("federation", options_.federation_services));
    federation_.Replace(std::move(backend));
  }
  if (options_.other.has_value()) {
    MRG_ASSIGN_OR_RETURN(
        other_, ListeningSocket::Bind(options_.other->name.text(), options_.other->address));
  }
  if (!options_.admin_socket.empty()) {
    MRG_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend, BeginAdmin());
    admin_.Replace(std::move(backend));
  }
  if (api.empty() && federation.empty()) return absl::OkStatus();
  const auto hand_over = [](Listener* listener) {
    return [listener](int fd) { listener->HandOver(fd); };
  };
  std::vector<ConnectionAcceptor::Listener> listeners = {
      {"api", api_.socket.descriptors(), hand_over(&api_)},
      {"federation", federation_.socket.descriptors(), hand_over(&federation_)}};
  if (options_.other.has_value()) {
    listeners.push_back({options_.other->name, other_.descriptors(), options_.other->hand_over});
  }
  acceptor_ = std::make_unique<ConnectionAcceptor>(
      std::move(listeners), ConnectionAcceptor::Parts{options_.connections, options_.failures,
                                                      options_.metrics, options_.clock});
  return absl::OkStatus();
}

GrpcServer::~GrpcServer() { Shutdown(absl::ZeroDuration()); }

bool GrpcServer::AcceptOnce() { return acceptor_ != nullptr && acceptor_->RunOnce(); }

void GrpcServer::StopAccepting() {
  if (acceptor_ != nullptr) acceptor_->Stop();
}

void GrpcServer::Shutdown(absl::Duration grace) {
  const gpr_timespec deadline = DeadlineAfter(grace);
  std::vector<std::shared_ptr<Backend>> backends;
  for (Listener* listener : {&api_, &federation_, &admin_}) {
    std::shared_ptr<Backend> backend = listener->Replace(nullptr);
    if (backend != nullptr) backends.push_back(std::move(backend));
  }
  // All begin to end here: Server::Shutdown waits for one, and the others would go on meanwhile.
  grpc_completion_queue* const begun = grpc_completion_queue_create_for_pluck(nullptr);
  for (const auto& backend : backends) {
    grpc_server_shutdown_and_notify(backend->server->c_server(), begun, backend.get());
  }
  for (const auto& backend : backends) {
    backend->server->Shutdown(deadline);
    backend->server->Wait();
    grpc_completion_queue_pluck(begun, backend.get(), gpr_inf_future(GPR_CLOCK_REALTIME), nullptr);
  }
  grpc_completion_queue_shutdown(begun);
  grpc_completion_queue_destroy(begun);
}

}  // namespace mrg
