#include "gateway/daemon/calls_side.h"

#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "gateway/answer/authorization.h"
#include "gateway/answer/packs_by_digest.h"
#include "gateway/answer/stale_list_log.h"
#include "gateway/answer/status_pace.h"
#include "gateway/base/limits.h"
#include "gateway/base/status_macros.h"
#include "gateway/daemon/descriptor_limit.h"
#include "gateway/daemon/executor.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/call_environment.h"
#include "gateway/rpc/server/call_log.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/executor.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/raw_service.h"
#include "gateway/rpc/server/read_deadlines.h"
#include "gateway/rpc/services/admin_service.h"
#include "gateway/rpc/services/audit_service.h"
#include "gateway/rpc/services/catalogue_service.h"
#include "gateway/rpc/services/dispute_queue_service.h"
#include "gateway/rpc/services/dispute_relay_service.h"
#include "gateway/rpc/services/dispute_service.h"
#include "gateway/rpc/services/federation_key_service.h"
#include "gateway/rpc/services/health_service.h"
#include "gateway/rpc/services/recognition_service.h"
#include "gateway/rpc/services/status_service.h"
#include "gateway/rpc/services/translation_service.h"
#include "gateway/rpc/services/trust_repository_service.h"
#include "gateway/web/https_server.h"
#include "gateway/web/rest_door.h"
#include "gateway/web/rest_routes.h"

namespace mrg {
namespace {

constexpr AdmissionLimits kApiLimits = {kApiCallsMax, kApiCallBytesMax, kIdentityCallsMax,
                                        kIdentityCallBytesMax, kIdentityReadsMax};
constexpr AdmissionLimits kFederationLimits = {kFederationCallsMax, kFederationCallBytesMax,
                                               kMemberCallsMax, kMemberCallBytesMax,
                                               kMemberReadsMax};
constexpr AdmissionLimits kAdminLimits = {kAdminCallsMax, kAdminCallBytesMax, kAdminCallsMax,
                                          kAdminCallBytesMax, kAdminReadsMax};
constexpr AdmissionLimits kStrangerLimits = {kStrangerCallsMax, kStrangerCallBytesMax,
                                             kDomainStrangerCallsMax, kStrangerCallBytesMax,
                                             kStrangerReadsMax};

// Of health checks, which are answered whatever the other threads do.
class InPlaceExecutor : public Executor {
 public:
  bool TrySubmit(std::function<void()> work) override {
    work();
    return true;
  }
};

constexpr StreamLimits kDisputeStreamLimits = {kStreamsMax, kPartyStreamsMax, Party::kIdentity};
constexpr StreamLimits kHintStreamLimits = {kStreamsMax, kPartyStreamsMax, Party::kTrustDomain};

absl::StatusOr<Authorization> TableOf(const std::vector<AuthorizationRule>& rules,
                                      const NodeConfig& config) {
  return Authorization::Create(
      rules, std::set<JurisdictionId>(config.jurisdictions.begin(), config.jurisdictions.end()));
}

}  // namespace

// The services and what they share.
struct CallsSide::Parts {
  Parts(const Sides& all, Authorization table, std::vector<ConnectionLimits> connection_limits);

  // Makes the services. Result: the listeners that offer them. Errors: INVARIANT_BROKEN.
  absl::StatusOr<GrpcServerOptions> MakeServices();
  // Offers the methods of these services over HTTP, too.
  absl::Status OfferRest(const std::vector<const RawService*>& offered, GrpcServerOptions* options);
  void EndOpenStreams() {
    for (OpenStreams* streams : {&dispute_streams, &hint_streams}) streams->EndOpen();
  }

  const Sides sides;
  Admission api_admission{kApiLimits};
  Admission federation_admission{kFederationLimits, Party::kTrustDomain};
  Admission admin_admission{kAdminLimits};
  Admission strangers{kStrangerLimits, Party::kTrustDomain};
  InPlaceExecutor in_place;
  ReadDeadlines reads;
  FailureLog failures;
  CallLog call_log;
  ConnectionBounds connections;
  OpenStreams dispute_streams{kDisputeStreamLimits};
  OpenStreams hint_streams{kHintStreamLimits};
  Authorization authorization;
  TlsPeerIdentity tls_identity;
  AdminSocketIdentity admin_identity;
  PacksByDigest packs;
  StatusPace status_pace;
  StaleListLog stale_lists;
  const CallEnvironment calls;  // of the api listener
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<RestDoor> rest_door;  // null where it is not asked for, as the next
  std::unique_ptr<HttpsServer> rest;
  GrpcServer* server = nullptr;  // once it has started: whose certificate REST shows as well
  ThreadPoolExecutor executor;   // its work uses everything above
};

absl::StatusOr<std::unique_ptr<CallsSide>> CallsSide::Start(const Sides& sides) {
  NodeGround& ground = *sides.ground;
  const NodeConfig& config = ground.config;
  MRG_ASSIGN_OR_RETURN(Authorization table, TableOf(config.authorization_rules, config));
  MRG_ASSIGN_OR_RETURN(std::vector<ConnectionLimits> connection_limits, LimitConnections());
  auto parts = std::make_unique<Parts>(sides, std::move(table), std::move(connection_limits));
  MRG_ASSIGN_OR_RETURN(const GrpcServerOptions options, parts->MakeServices());
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<GrpcServer> server, GrpcServer::Start(options));
  parts->server = server.get();
  std::unique_ptr<CallsSide> side(new CallsSide(std::move(parts), std::move(server)));
  for (const auto& [listener, port] :
       {std::pair("api", side->api_port()), std::pair("federation", side->federation_port()),
        std::pair("metrics", ground.metrics_port()), std::pair("rest", side->rest_port())}) {
    if (port == 0) continue;  // not configured
    ground.events.Write(Event::kListenerBound, {{"listener", OwnText(listener)}, {"port", port}});
  }
  return side;
}

CallsSide::CallsSide(std::unique_ptr<Parts> parts, std::unique_ptr<GrpcServer> server)
    : parts_(std::move(parts)), server_(std::move(server)), accepting_([this] {
        while (server_->AcceptOnce()) {
        }
      }) {
  if (parts_->rest != nullptr) serving_rest_ = std::thread([this] { parts_->rest->Run(); });
}

CallsSide::~CallsSide() {
  server_->StopAccepting();
  accepting_.join();
  for (OpenStreams* streams : {&parts_->dispute_streams, &parts_->hint_streams}) {
    streams->EndAll();
  }
  NodeGround& ground = *parts_->sides.ground;
  const absl::Duration begun = ground.clock.Monotonic();
  // Both at once, so that one grace is enough.
  std::thread ending_rest;
  if (parts_->rest != nullptr) {
    ending_rest = std::thread([this] { parts_->rest->Shutdown(kGrace); });
  }
  server_->Shutdown(kGrace);
  if (parts_->rest != nullptr) {
    ending_rest.join();
    serving_rest_.join();
  }
  const absl::Duration took = ground.clock.Monotonic() - begun;
  ground.events.Write(took < kGrace ? Event::kCallsEnded : Event::kCallsCut, {{"seconds", took}});
}

CallsSide::InFlight CallsSide::in_flight() const {
  InFlight all = {0, parts_->dispute_streams.open() + parts_->hint_streams.open()};
  for (const Admission* admission : {&parts_->api_admission, &parts_->federation_admission,
                                     &parts_->admin_admission, &parts_->strangers}) {
    all.calls += admission->calls();
  }
  return all;
}

absl::Status CallsSide::ReplaceCas(const TrustBundles& bundles) {
  MRG_RETURN_IF_ERROR(server_->credentials()->ReplaceClientCas(bundles.all_pem()));
  parts_->tls_identity.Replace(bundles);
  parts_->EndOpenStreams();
  return absl::OkStatus();
}

void CallsSide::OnTlsReplaced(const TlsMaterial& material) {
  const absl::Status replaced = server_->credentials()->ReplaceCertificate(
      material.own.certificate_pem, material.own.private_key_pem);
  if (!replaced.ok()) {
    parts_->sides.ground->events.WriteFailure(Event::kTlsFilesRefused, replaced, "files", "own");
  }
  parts_->tls_identity.ReplaceRevocations(material.revocations);
  parts_->EndOpenStreams();
}

absl::Status CallsSide::ReplaceRules(const std::vector<AuthorizationRule>& rules) {
  MRG_ASSIGN_OR_RETURN(Authorization next, TableOf(rules, parts_->sides.ground->config));
  parts_->authorization.Replace(std::move(next));
  parts_->EndOpenStreams();
  return absl::OkStatus();
}

void CallsSide::SetCallLog(bool on) { parts_->call_log.SetOn(on); }

void CallsSide::CutSlowRequests() {
  const absl::Duration since =
      parts_->sides.ground->clock.Monotonic() - absl::Seconds(kRequestSecondsMax);
  parts_->sides.ground->rpc_metrics.RecordSlowReads(parts_->reads.CutOlderThan(since));
  if (parts_->rest != nullptr) parts_->rest->CutOverdue();
}

CallsSide::Parts::Parts(const Sides& all, Authorization table,
                        std::vector<ConnectionLimits> connection_limits)
    : sides(all),
      failures(&sides.ground->events),
      call_log(&sides.ground->events),
      connections(std::move(connection_limits), &IsSocketOpen),
      authorization(std::move(table)),
      tls_identity(sides.federation->places.bundles),
      packs(&sides.trust->blobs),
      stale_lists(&sides.ground->events),
      calls{&tls_identity,
            &authorization,
            &executor,
            &sides.ground->clock,
            &sides.ground->rpc_metrics,
            &api_admission,
            &reads,
            &connections,
            &failures,
            nullptr,
            &call_log},
      executor(sides.ground->config.executor_threads, kExecutorQueueMax) {
  tls_identity.ReplaceRevocations(sides.ground->tls.Current()->revocations);
  call_log.SetOn(sides.ground->config.call_log);
}

absl::StatusOr<GrpcServerOptions> CallsSide::Parts::MakeServices() {
  NodeGround& ground = *sides.ground;
  const NodeConfig& config = ground.config;
  TrustSide& trust = *sides.trust;
  LogSide& log = *sides.log;
  PublisherSide& publisher = *sides.publisher;
  FederationSide& federation = *sides.federation;
  DisputeSide& disputes = *sides.disputes;
  CallEnvironment federation_calls = calls;
  federation_calls.admission = &federation_admission;
  CallEnvironment admin_calls = calls;
  admin_calls.identity = &admin_identity;
  admin_calls.admission = &admin_admission;

  GrpcServerOptions options;
  options.api_address = config.api_address;
  options.federation_address = config.federation_address;
  options.admin_socket = config.admin_socket;
  const OwnCertificate own = ground.tls.Current()->own;
  options.tls = {own.certificate_pem, own.private_key_pem, federation.places.bundles.all_pem()};
  options.connections = &connections;
  options.failures = &failures;
  options.metrics = &ground.rpc_metrics;
  options.clock = &ground.clock;
  const auto add = [this](std::unique_ptr<grpc::Service> service,
                          std::vector<grpc::Service*>* listener) {
    listener->push_back(service.get());
    services.push_back(std::move(service));
  };
  std::vector<const RawService*> offered;  // to who calls the api listener, over HTTP as well
  const auto offer = [&](std::unique_ptr<RawService> service) {
    offered.push_back(service.get());
    add(std::move(service), &options.api_services);
  };
  // The log's standing at once, and not when readiness is looked at next: a decision that is signed
  // in between would stay.
  const auto is_ready = [&trust, &log] {
    return trust.state.IsReady() && log.standing.Check().ok();
  };
  offer(NewRecognitionService(
      calls, {&authorization, is_ready, &trust.view,
              [&trust](absl::string_view id) { return trust.rebuilt.Of(id); }, &trust.epoch_keys,
              &log.receipts, &stale_lists, &ground.recognition_metrics, ground.keys.idempotency,
              ground.origin}));
  offer(NewTranslationService(calls, &trust.view));
  offer(NewCatalogueService(calls, &trust.view));
  const auto clock_doubt = [&trust, &ground] {
    return trust.peer_clocks.Look(ground.clock.Now(), ground.clock.Monotonic());
  };
  offer(NewStatusService(calls, {&authorization, &trust.view, &trust.epoch_keys,
                                 &publisher.statuses, ground.store.get(), &ground.events,
                                 ground.keys.idempotency, clock_doubt, &status_pace}));
  offer(NewAuditService(calls, log.log.get()));
  offer(NewDisputeService(
      calls, {{config.member, ground.hub(), &authorization, is_ready, &trust.view, &trust.view,
               &trust.epoch_keys, &packs, &disputes.filing(), ground.keys.idempotency},
              {config.member, &disputes.reader()},
              &disputes.watchers(),
              &dispute_streams}));
  offer(NewDisputeQueueService(calls, &disputes.queue(), &disputes.ruling()));
  add(NewTrustRepositoryService(federation_calls, &publisher.repositories, &federation.head_desk,
                                &trust.hints, &hint_streams),
      &options.federation_services);
  add(NewFederationKeyService(federation_calls,
                              {&trust.epoch_keys, &federation.domains, ground.hub()}),
      &options.federation_services);
  add(NewDisputeRelayService(federation_calls, &federation.domains, &disputes.inbound()),
      &options.federation_services);
  add(NewAdminService(admin_calls, {config.member,
                                    &publisher.publisher,
                                    &trust.state,
                                    &trust.view,
                                    &trust.forks,
                                    &trust.fork_gate,
                                    &federation.bundles,
                                    config.data_dir,
                                    &federation.repins,
                                    &ground.events,
                                    &disputes.mark_lift(),
                                    {ground.origin, ground.store.get(), &ground.events}}),
      &options.admin_services);
  // What the node holds is exported from here, too.
  add(NewTrustRepositoryService(admin_calls, &publisher.repositories, &federation.head_desk,
                                &trust.hints, &hint_streams),
      &options.admin_services);
  const auto add_health = [&](CallEnvironment environment, std::vector<ServedService> services,
                              std::vector<grpc::Service*>* listener) {
    environment.executor = &in_place;
    environment.strangers = &strangers;
    add(NewHealthService(
            environment, [&trust] { return trust.state.IsReady(); }, std::move(services)),
        listener);
  };
  add_health(calls,
             {{"mrg.gateway.v1.RecognitionService", true},
              {"mrg.gateway.v1.TranslationService", true},
              {"mrg.gateway.v1.CatalogueService", true},
              {"mrg.gateway.v1.StatusService", true},
              {"mrg.audit.v1.AuditService", false},
              {"mrg.dispute.v1.DisputeService", true},
              {"mrg.dispute.v1.DisputeQueueService", false}},
             &options.api_services);
  add_health(federation_calls,
             {{"mrg.trustlist.v1.TrustRepositoryService", false},
              {"mrg.trustlist.v1.FederationKeyService", false},
              {"mrg.dispute.v1.DisputeRelayService", false}},
             &options.federation_services);
  add_health(
      admin_calls,
      {{"mrg.gateway.v1.AdminService", false}, {"mrg.trustlist.v1.TrustRepositoryService", false}},
      &options.admin_services);
  MRG_RETURN_IF_ERROR(OfferRest(offered, &options));
  return options;
}

absl::Status CallsSide::Parts::OfferRest(const std::vector<const RawService*>& offered,
                                         GrpcServerOptions* options) {
  const std::string& address = sides.ground->config.rest_address;
  if (address.empty()) return absl::OkStatus();
  std::vector<const UnaryMethod*> methods;
  for (const RawService* service : offered) {
    for (const UnaryMethod& method : service->unary_methods()) methods.push_back(&method);
  }
  MRG_ASSIGN_OR_RETURN(RestRoutes routes, RestRoutes::Create(methods));
  rest_door = std::make_unique<RestDoor>(std::move(routes));
  rest = std::make_unique<HttpsServer>(
      HttpsServer::Parts{[this] { return server->credentials()->Current(); }, &sides.ground->clock,
                         rest_door.get()},
      HttpsBounds{.body_bytes = kJsonBodyBytesMax});
  options->other = {"rest", address, [this](int fd) { rest->HandOver(fd); }};
  return absl::OkStatus();
}

}  // namespace mrg
