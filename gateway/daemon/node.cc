#include "gateway/daemon/node.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/answer/packs_by_digest.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/event_log.h"
#include "gateway/base/limits.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/daemon/agreement_alarms.h"
#include "gateway/daemon/bundle_import.h"
#include "gateway/daemon/clock_watch.h"
#include "gateway/daemon/dispute_parts.h"
#include "gateway/daemon/executor.h"
#include "gateway/daemon/expiry_alarm.h"
#include "gateway/daemon/federation_list.h"
#include "gateway/daemon/first_roots.h"
#include "gateway/daemon/log_committer.h"
#include "gateway/daemon/node_keys.h"
#include "gateway/daemon/peer_directory.h"
#include "gateway/daemon/peer_links.h"
#include "gateway/daemon/periodic_task.h"
#include "gateway/daemon/readiness.h"
#include "gateway/daemon/repin_desk.h"
#include "gateway/daemon/root_alarms.h"
#include "gateway/daemon/trust_intake.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/rpc/head_desk.h"
#include "gateway/rpc/server/grpc_server.h"
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
#include "gateway/snapshot/fork_gate.h"
#include "gateway/storage/open_store.h"
#include "gateway/witness/log_key_book.h"
#include "gateway/witness/log_standing.h"
#include "gateway/witness/log_witness.h"
#include "trustlist/fork_store.h"
#include "trustlist/head_exchange.h"
#include "trustlist/repository_publisher.h"
#include "trustlist/repository_reader.h"

namespace mrg {
namespace {

constexpr absl::Duration kShutdownGrace = absl::Seconds(5);
// For calls of other nodes when the federation listener begins anew; they repeat what was cut.
constexpr absl::Duration kRelistenGrace = absl::Seconds(1);
// How often signatures that run out are looked for, and figures of age are set.
constexpr absl::Duration kHousekeepingPeriod = absl::Seconds(1);
// Old requests forgotten in one commit, so that none is long.
constexpr size_t kForgottenInOneCommit = 4096;

MemberId HubOf(const NodeConfig& config) {
  for (const PeerConfig& peer : config.peers) {
    if (peer.is_hub) return peer.member;
  }
  return config.member;
}

// The publishers whose lists count here: the own one first.
std::vector<MemberId> PublishersOf(const NodeConfig& config) {
  std::vector<MemberId> publishers = {config.member};
  for (const PeerConfig& peer : config.peers) publishers.push_back(peer.member);
  return publishers;
}

RoleLifetime LifetimeOf(const LifetimeConfig& config) { return {config.valid, config.renew_after}; }

PublisherOptions PublisherOptionsOf(const NodeConfig& config) {
  PublisherOptions options{config.member};
  for (const JurisdictionId& jurisdiction : config.jurisdictions) {
    options.online_trees.push_back(LicenceStatusPath(jurisdiction.value()));
  }
  options.lifetimes = {LifetimeOf(config.timestamp_lifetime), LifetimeOf(config.snapshot_lifetime),
                       LifetimeOf(config.status_lifetime)};
  return options;
}

}  // namespace

// In the order in which they are built; destroyed in the reverse one.
struct Node::Parts {
  Parts(NodeConfig node_config, NodeKeys node_keys, std::unique_ptr<OrderedStore> opened)
      : config(std::move(node_config)),
        keys(std::move(node_keys)),
        origin(absl::StrCat(config.member.value(), "/", config.log_id)),
        store(std::move(opened)) {}

  const NodeConfig config;
  const NodeKeys keys;
  const std::string origin;

  const RealClock clock;
  StderrEventLog events{&clock};
  MetricRegistry registry;
  const RpcMetrics rpc_metrics{&registry};
  const RecognitionMetrics recognition_metrics{&registry};
  const TrustMetrics trust_metrics{&registry};
  const DisputeMetrics dispute_metrics{&registry};
  const LogMetrics log_metrics{&registry};
  int metrics_port = 0;

  const std::unique_ptr<OrderedStore> store;
  std::unique_ptr<DecisionLog> log;
  std::unique_ptr<LogCommitter> committer;

  // What is in force.
  const BlobStore blobs{store.get()};
  SnapshotArchive archive{store.get()};
  SnapshotHolder snapshots;
  SnapshotPublisher snapshot_publisher{
      {config.member, config.jurisdictions, HubOf(config)}, &blobs, &archive, &snapshots};
  LogKeyBook log_keys;
  CalendarHolder calendar;
  TrustHints hints;
  NodeState state;
  EpochKeyring epoch_keys{store.get()};
  AgreementAlarms alarms{&trust_metrics, &events};
  FederationList federation;
  const FirstRoots first_roots{config.jurisdictions, &federation, &snapshots};
  RootAlarms root_alarms{&config.peers, &federation,    &first_roots,
                         store.get(),   &trust_metrics, &events};
  TrustIntake intake{{HubOf(config), &snapshot_publisher, &snapshots, &alarms, &federation,
                      &root_alarms, &blobs, &log_keys, &calendar, &hints, &state, &trust_metrics,
                      &events}};

  // Split views.
  ForkStore forks{store.get()};
  ForkGate fork_gate{&forks, &snapshot_publisher, &trust_metrics, &events};
  HeadExchange head_exchange{store.get(), [this](const trustlist::v1::ForkEvidence& evidence) {
                               fork_gate.OnFork(evidence);
                             }};
  LogWitness log_witness{store.get(), &log_keys};
  std::unique_ptr<LogStanding> log_standing;
  std::unique_ptr<HeadDesk> head_desk;

  FollowingTurns turns{config.peers};
  const BundleImport bundles{config.member,
                             &config.peers,
                             {store.get(), &first_roots, &intake, &fork_gate, &turns, &events}};
  const RepinDesk repins{
      config.member, HubOf(config), &config.peers, {store.get(), &federation, &turns, &events}};

  // The own repository.
  RepositoryPublisher publisher{
      PublisherOptionsOf(config),
      {keys.timestamp.get(), keys.snapshot.get(), keys.status.get()},
      store.get(),
      [this](const InForceSet& set, const BlobReader& content, absl::Time now) {
        MRG_RETURN_IF_ERROR(TrustIntake::ReadCalendar(set, content).status());
        MRG_RETURN_IF_ERROR(ReadFederation(set, content).status());
        return snapshot_publisher.Check(set, content, now);
      },
      [this](const InForceSet& set, absl::Time now) { TakeOwn(set, now); }};
  const RepositoryReader repositories{store.get()};
  LicenceStatusWriter statuses{&publisher, &blobs};
  ExpiryAlarm expiry_alarm{{config.root_alarm, config.targets_alarm},
                           PublisherOptionsOf(config).online_role,
                           &trust_metrics,
                           &events};

  ClockWatch clock_watch{&trust_metrics, &events};

  DisputeParts disputes{DisputeNodeOf(),
                        {store.get(), &statuses, &epoch_keys, &dispute_metrics, &clock, &events}};

  // Calls.
  std::unique_ptr<ReceiptIssuer> receipts;
  PacksByDigest packs{&blobs};
  std::unique_ptr<ThreadPoolExecutor> executor;
  Admission admission{kCallsInFlightMax};
  OpenStreams streams{kStreamsMax};
  std::unique_ptr<Authorization> authorization;
  TlsPeerIdentity tls_identity{config.trust_bundles};
  MemberDomains domains;
  AdminSocketIdentity admin_identity;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<GrpcServer> server;

  // Threads of their own; they end first.
  std::unique_ptr<PeerLinks> links;
  std::unique_ptr<PeriodicTask> housekeeping;
  bool started = false;  // a refused start is told in one line of main's, not as a stop

  DisputeNode DisputeNodeOf();
  absl::Status OpenLog(bool accept_unwitnessed);
  absl::Status RestoreTrust();
  absl::Status StartServing(const PeerPlaces& places);
  absl::Status StartLinks(PeerPlaces places);
  void TakeOwn(const InForceSet& set, absl::Time now);
  void KeepHouse(absl::Time now);
  void UpdateReadiness(absl::Time now);
};

absl::StatusOr<std::unique_ptr<Node>> Node::Start(NodeConfig config, const StartOptions& options) {
  MRG_ASSIGN_OR_RETURN(NodeKeys keys, LoadNodeKeys(config));
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<OrderedStore> store,
                       OpenStore(absl::StrCat("rocksdb:", config.data_dir)));
  std::unique_ptr<Node> node(
      new Node(std::make_unique<Parts>(std::move(config), std::move(keys), std::move(store))));
  Parts& parts = *node->parts_;
  parts.events.Write(Event::kNodeStarting, {{"member", parts.config.member}});
  if (!parts.config.metrics_address.empty()) {
    MRG_ASSIGN_OR_RETURN(parts.metrics_port, parts.registry.Serve(parts.config.metrics_address));
  }
  MRG_RETURN_IF_ERROR(parts.OpenLog(options.accept_unwitnessed));
  MRG_RETURN_IF_ERROR(parts.RestoreTrust());
  MRG_ASSIGN_OR_RETURN(PeerPlaces places,
                       CurrentPlaces(parts.config, parts.federation, parts.store.get()));
  MRG_RETURN_IF_ERROR(parts.StartServing(places));
  MRG_RETURN_IF_ERROR(parts.StartLinks(std::move(places)));
  parts.housekeeping = std::make_unique<PeriodicTask>(
      "housekeeping", kHousekeepingPeriod, [&parts](absl::Time now) { parts.KeepHouse(now); },
      &parts.clock);
  parts.started = true;
  return node;
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  Parts& parts = *parts_;
  if (parts.started) parts.events.Write(Event::kNodeStopping, {{"member", parts.config.member}});
  parts.housekeeping.reset();
  parts.links.reset();
  parts.streams.EndAll();
  if (parts.server != nullptr) parts.server->Shutdown(kShutdownGrace);
  // Every call has been answered; what the threads below still hold is nobody's.
  parts.server.reset();
  parts.executor.reset();
  parts.committer.reset();
  if (parts.started) parts.events.Write(Event::kNodeStopped, {{"member", parts.config.member}});
}

int Node::api_port() const { return parts_->server->api_port(); }
int Node::federation_port() const { return parts_->server->federation_port(); }
int Node::metrics_port() const { return parts_->metrics_port; }

DisputeNode Node::Parts::DisputeNodeOf() {
  // The configuration was checked: it names a trust domain and a log id.
  SpiffeId node =
      *SpiffeId::Parse(absl::StrCat("spiffe://", config.trust_domain, "/node/", config.log_id));
  return DisputeNode{
      config.member, std::move(node),
      std::set<JurisdictionId>(config.jurisdictions.begin(), config.jurisdictions.end()),
      [this](const JurisdictionId& jurisdiction) -> std::optional<MemberId> {
        const auto snapshot = snapshots.Current();
        if (snapshot == nullptr) return std::nullopt;
        return snapshot->MemberOf(jurisdiction);
      },
      [this] { return calendar.Current(); }};
}

absl::Status Node::Parts::OpenLog(bool accept_unwitnessed) {
  MRG_ASSIGN_OR_RETURN(log, DecisionLog::Open(store.get(), keys.log.get(), origin));
  log_metrics.size.Set({}, static_cast<double>(log->size()));
  committer =
      std::make_unique<LogCommitter>(log.get(), &clock, [this](size_t, absl::Duration took) {
        log_metrics.groups.Increment({});
        log_metrics.commit_seconds.Observe({}, absl::ToDoubleSeconds(took));
        log_metrics.size.Set({}, static_cast<double>(log->size()));
      });
  log_standing =
      std::make_unique<LogStanding>(log.get(), config.member, &keys.log->public_key(), &log_keys);
  if (log->size() > 0 && !config.peers.empty()) log_standing->RequireWitness();
  if (accept_unwitnessed) {
    log_standing->Accept();
    events.Write(Event::kLogUnwitnessedAccepted,
                 {{"member", config.member}, {"size", static_cast<int64_t>(log->size())}});
  }
  head_desk = std::make_unique<HeadDesk>(HeadDesk::Parts{PublishersOf(config), &head_exchange,
                                                         &log_witness, log_standing.get(),
                                                         log.get(), &trust_metrics, &events});
  receipts = std::make_unique<ReceiptIssuer>(committer.get(), store.get());
  return absl::OkStatus();
}

// What was in force before a restart is in force after it, without any peer.
absl::Status Node::Parts::RestoreTrust() {
  for (const auto& [jurisdiction, key] : keys.epoch_keys) {
    MRG_RETURN_IF_ERROR(epoch_keys.SetOwn(jurisdiction, key));
  }
  MRG_RETURN_IF_ERROR(epoch_keys.Load());
  for (const auto& [jurisdiction, key] : keys.carried_epoch_keys) {
    const EpochKeys held = epoch_keys.KeysOf(jurisdiction);
    // When a held one comes into use its member has said; a file that names another key is refused.
    if (const auto same = held.find(key.epoch); same != held.end() && same->second.key == key.key) {
      continue;
    }
    MRG_RETURN_IF_ERROR(epoch_keys.SetForeign(jurisdiction, key));
  }
  MRG_RETURN_IF_ERROR(snapshot_publisher.Restore());
  const absl::Time now = clock.Now();
  InForceStore in_force(store.get());
  for (const MemberId& member : PublishersOf(config)) {
    MRG_RETURN_IF_ERROR(fork_gate.Sync(member));
    MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, in_force.Load(member));
    if (!set.has_value()) continue;
    // A set that no longer builds stays out; what the archive named is in force then.
    const absl::Status taken = intake.Take(*set, now);
    if (!taken.ok()) intake.Refused(member, taken);
  }
  UpdateReadiness(now);
  return absl::OkStatus();
}

absl::Status Node::Parts::StartServing(const PeerPlaces& places) {
  tls_identity.Replace(places.bundles);
  executor = std::make_unique<ThreadPoolExecutor>(config.executor_threads, kExecutorQueueMax);
  MRG_ASSIGN_OR_RETURN(Authorization table,
                       Authorization::Create(config.authorization_rules,
                                             std::set<JurisdictionId>(config.jurisdictions.begin(),
                                                                      config.jurisdictions.end())));
  authorization = std::make_unique<Authorization>(std::move(table));
  const CallEnvironment calls{&tls_identity, authorization.get(), executor.get(), &clock,
                              &rpc_metrics,  &admission,          &events};
  CallEnvironment admin_calls = calls;
  admin_calls.identity = &admin_identity;

  GrpcServerOptions options;
  const auto add = [this](std::unique_ptr<grpc::Service> service,
                          std::vector<grpc::Service*>* listener) {
    listener->push_back(service.get());
    services.push_back(std::move(service));
  };
  const auto is_ready = [this] { return state.IsReady(); };
  add(NewRecognitionService(
          calls, {authorization.get(), is_ready, &snapshots,
                  [this](absl::string_view id) { return snapshot_publisher.Rebuild(id); },
                  &epoch_keys, receipts.get(), &recognition_metrics, keys.idempotency, origin}),
      &options.api_services);
  add(NewTranslationService(calls, &snapshots), &options.api_services);
  add(NewCatalogueService(calls, &snapshots), &options.api_services);
  add(NewStatusService(calls, {authorization.get(), &snapshots, &epoch_keys, &statuses, store.get(),
                               &events, keys.idempotency}),
      &options.api_services);
  add(NewAuditService(calls, log.get()), &options.api_services);
  add(NewDisputeService(calls,
                        {{config.member, HubOf(config), authorization.get(), is_ready, &snapshots,
                          &log_keys, &epoch_keys, &packs, &disputes.filing(), keys.idempotency},
                         {config.member, &disputes.reader()},
                         &disputes.watchers(),
                         &streams}),
      &options.api_services);
  add(NewDisputeQueueService(calls, &disputes.queue(), &disputes.ruling()), &options.api_services);
  add(NewTrustRepositoryService(calls, &repositories, head_desk.get(), &hints, &streams),
      &options.federation_services);
  add(NewFederationKeyService(calls, &epoch_keys), &options.federation_services);
  add(NewDisputeRelayService(calls, &domains, &disputes.inbound()), &options.federation_services);
  add(NewAdminService(
          admin_calls,
          {config.member, &publisher, &state, &snapshots, &forks, &fork_gate,
           [this](const BundleFiles& files, absl::Time now) { return bundles.Import(files, now); },
           config.data_dir,
           [this](const Repin& repin, absl::Time now) { return repins.Decide(repin, now); },
           [this](const MemberId& publisher) { return RepinsOf(publisher, *store); }}),
      &options.admin_services);
  // What the node holds is exported from here, too.
  add(NewTrustRepositoryService(admin_calls, &repositories, head_desk.get(), &hints, &streams),
      &options.admin_services);

  options.api_address = config.api_address;
  options.federation_address = config.federation_address;
  options.admin_socket = config.admin_socket;
  options.certificate_pem = config.certificate_pem;
  options.private_key_pem = config.private_key_pem;
  options.client_ca_pem = places.bundles.all_pem();
  MRG_ASSIGN_OR_RETURN(server, GrpcServer::Start(options));
  events.Write(Event::kListenerBound, {{"listener", "api"}, {"port", server->api_port()}});
  events.Write(Event::kListenerBound,
               {{"listener", "federation"}, {"port", server->federation_port()}});
  events.Write(Event::kListenerBound, {{"listener", "metrics"}, {"port", metrics_port}});
  server->SetServing(state.IsReady());
  return absl::OkStatus();
}

absl::Status Node::Parts::StartLinks(PeerPlaces places) {
  links = std::make_unique<PeerLinks>(
      PeerLinks::Parts{&config, &federation, store.get(), &tls_identity, &domains, &disputes,
                       &hints, &trust_metrics, &events,
                       [this](const std::string& client_ca_pem) {
                         return server->ReplaceFederationCas(client_ca_pem, kRelistenGrace);
                       }},
      std::move(places));
  return links->Start({store.get(), &first_roots, &intake, &turns, &fork_gate, head_desk.get(),
                       &snapshots, &epoch_keys, &trust_metrics, &clock, &events});
}

void Node::Parts::TakeOwn(const InForceSet& set, absl::Time now) {
  const absl::Status taken = intake.Take(set, now);
  if (!taken.ok()) {
    intake.Refused(config.member, taken);
    return;
  }
  events.Write(Event::kTrustPublished, {{"publisher", config.member}});
  UpdateReadiness(now);
}

void Node::Parts::KeepHouse(absl::Time now) {
  clock_watch.Look(now, clock.Monotonic());
  const auto renewed = publisher.RenewIfDue(now);
  if (!renewed.ok()) events.WriteFailure(Event::kTrustRenewalFailed, renewed.status());
  auto forgotten = ForgetOldRequests(*store, now, kForgottenInOneCommit);
  while (forgotten.ok() && *forgotten == kForgottenInOneCommit) {
    forgotten = ForgetOldRequests(*store, now, kForgottenInOneCommit);
  }
  if (!forgotten.ok()) events.WriteFailure(Event::kCallFailed, forgotten.status());
  for (const auto& [publisher_id, view] : state.Publishers()) {
    const auto member = MemberId::Parse(publisher_id);
    if (!member.ok() || !view.in_force.has_value()) continue;
    trust_metrics.age_seconds.Set({{"publisher", LabelValue::OfMember(*member)}},
                                  absl::ToDoubleSeconds(now - view.refreshed_at));
    expiry_alarm.Look(*view.in_force, now);
  }
  const absl::Status links_made = links->Look();
  if (!links_made.ok()) events.WriteFailure(Event::kPeerMoveFailed, links_made);
  UpdateReadiness(now);
  server->SetServing(state.IsReady());
}

void Node::Parts::UpdateReadiness(absl::Time now) {
  const auto snapshot = snapshots.Current();
  const std::vector<std::string> reasons =
      NotReadyReasons({snapshot.get(), config.jurisdictions, origin, &keys.log->public_key(),
                       log_keys.KeysOf(config.member), log_standing->Check()},
                      now);
  if (!state.SetNotReady(reasons)) return;
  if (reasons.empty()) {
    events.Write(Event::kNodeServing, {{"member", config.member}});
  } else {
    events.Write(Event::kNodeNotReady,
                 {{"member", config.member}, {"why", OwnText(reasons.front())}});
  }
}

}  // namespace mrg
