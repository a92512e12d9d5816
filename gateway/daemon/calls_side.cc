#include "gateway/daemon/calls_side.h"

#include <set>
#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/rpc/services/admin_service.h"
#include "gateway/rpc/services/audit_service.h"
#include "gateway/rpc/services/catalogue_service.h"
#include "gateway/rpc/services/dispute_queue_service.h"
#include "gateway/rpc/services/dispute_relay_service.h"
#include "gateway/rpc/services/dispute_service.h"
#include "gateway/rpc/services/federation_key_service.h"
#include "gateway/rpc/services/recognition_service.h"
#include "gateway/rpc/services/status_service.h"
#include "gateway/rpc/services/translation_service.h"
#include "gateway/rpc/services/trust_repository_service.h"

namespace mrg {
namespace {

constexpr absl::Duration kShutdownGrace = absl::Seconds(5);
// For calls of other nodes when the federation listener begins anew; they repeat what was cut.
constexpr absl::Duration kRelistenGrace = absl::Seconds(1);

}  // namespace

absl::StatusOr<std::unique_ptr<CallsSide>> CallsSide::Start(const Sides& sides) {
  const NodeConfig& config = sides.ground->config;
  MRG_ASSIGN_OR_RETURN(Authorization table,
                       Authorization::Create(config.authorization_rules,
                                             std::set<JurisdictionId>(config.jurisdictions.begin(),
                                                                      config.jurisdictions.end())));
  std::unique_ptr<CallsSide> side(new CallsSide(sides, std::move(table)));
  MRG_RETURN_IF_ERROR(side->Listen());
  return side;
}

CallsSide::CallsSide(const Sides& sides, Authorization table)
    : sides_(sides),
      authorization_(std::move(table)),
      tls_identity_(sides_.federation->places.bundles),
      packs_(&sides_.trust->blobs),
      calls_{&tls_identity_,
             &authorization_,
             &executor_,
             &sides_.ground->clock,
             &sides_.ground->rpc_metrics,
             &admission_,
             &sides_.ground->events},
      executor_(sides_.ground->config.executor_threads, kExecutorQueueMax) {}

CallsSide::~CallsSide() {
  streams_.EndAll();
  if (server_ != nullptr) server_->Shutdown(kShutdownGrace);
}

GrpcServerOptions CallsSide::MakeServices() {
  NodeGround& ground = *sides_.ground;
  TrustSide& trust = *sides_.trust;
  LogSide& log = *sides_.log;
  PublisherSide& publisher = *sides_.publisher;
  FederationSide& federation = *sides_.federation;
  DisputeSide& disputes = *sides_.disputes;
  CallEnvironment admin_calls = calls_;
  admin_calls.identity = &admin_identity_;

  GrpcServerOptions options;
  const auto add = [this](std::unique_ptr<grpc::Service> service,
                          std::vector<grpc::Service*>* listener) {
    listener->push_back(service.get());
    services_.push_back(std::move(service));
  };
  const auto is_ready = [&trust] { return trust.state.IsReady(); };
  add(NewRecognitionService(
          calls_,
          {&authorization_, is_ready, &trust.view,
           [&trust](absl::string_view id) { return trust.archive.Rebuild(id); }, &trust.epoch_keys,
           &log.receipts, &ground.recognition_metrics, ground.keys.idempotency, ground.origin}),
      &options.api_services);
  add(NewTranslationService(calls_, &trust.view), &options.api_services);
  add(NewCatalogueService(calls_, &trust.view), &options.api_services);
  add(NewStatusService(calls_,
                       {&authorization_, &trust.view, &trust.epoch_keys, &publisher.statuses,
                        ground.store.get(), &ground.events, ground.keys.idempotency}),
      &options.api_services);
  add(NewAuditService(calls_, log.log.get()), &options.api_services);
  add(NewDisputeService(calls_, {{ground.config.member, ground.hub(), &authorization_, is_ready,
                                  &trust.view, &trust.view, &trust.epoch_keys, &packs_,
                                  &disputes.filing(), ground.keys.idempotency},
                                 {ground.config.member, &disputes.reader()},
                                 &disputes.watchers(),
                                 &streams_}),
      &options.api_services);
  add(NewDisputeQueueService(calls_, &disputes.queue(), &disputes.ruling()), &options.api_services);
  add(NewTrustRepositoryService(calls_, &publisher.repositories, &federation.head_desk,
                                &trust.hints, &streams_),
      &options.federation_services);
  add(NewFederationKeyService(calls_, &trust.epoch_keys), &options.federation_services);
  add(NewDisputeRelayService(calls_, &federation.domains, &disputes.inbound()),
      &options.federation_services);
  add(NewAdminService(
          admin_calls,
          {ground.config.member, &publisher.publisher, &trust.state, &trust.view, &trust.forks,
           &trust.fork_gate, &federation.bundles, ground.config.data_dir, &federation.repins}),
      &options.admin_services);
  // What the node holds is exported from here, too.
  add(NewTrustRepositoryService(admin_calls, &publisher.repositories, &federation.head_desk,
                                &trust.hints, &streams_),
      &options.admin_services);
  return options;
}

absl::Status CallsSide::Listen() {
  NodeGround& ground = *sides_.ground;
  GrpcServerOptions options = MakeServices();
  options.api_address = ground.config.api_address;
  options.federation_address = ground.config.federation_address;
  options.admin_socket = ground.config.admin_socket;
  options.certificate_pem = ground.config.certificate_pem;
  options.private_key_pem = ground.config.private_key_pem;
  options.client_ca_pem = sides_.federation->places.bundles.all_pem();
  MRG_ASSIGN_OR_RETURN(server_, GrpcServer::Start(options));
  ground.events.Write(Event::kListenerBound, {{"listener", "api"}, {"port", api_port()}});
  ground.events.Write(Event::kListenerBound,
                      {{"listener", "federation"}, {"port", federation_port()}});
  ground.events.Write(Event::kListenerBound,
                      {{"listener", "metrics"}, {"port", ground.metrics_port}});
  ShowReadiness();
  return absl::OkStatus();
}

absl::Status CallsSide::ReplaceFederationCas(const std::string& client_ca_pem) {
  return server_->ReplaceFederationCas(client_ca_pem, kRelistenGrace);
}

void CallsSide::ShowReadiness() { server_->SetServing(sides_.trust->state.IsReady()); }

}  // namespace mrg
