#include "gateway/daemon/node.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/tls_files.h"
#include "gateway/daemon/calls_side.h"
#include "gateway/daemon/certificate_watch.h"
#include "gateway/daemon/clock_watch.h"
#include "gateway/daemon/dispute_side.h"
#include "gateway/daemon/federation_side.h"
#include "gateway/daemon/log_side.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/peer_links.h"
#include "gateway/daemon/periodic_task.h"
#include "gateway/daemon/publisher_side.h"
#include "gateway/daemon/readiness_watch.h"
#include "gateway/daemon/restored_folder.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/receipt/salt_retention.h"
#include "gateway/request_memory/request_retention.h"

namespace mrg {
namespace {

// How often is looked at what may have changed around the node: its clock, its files, its disk.
constexpr absl::Duration kWatchPeriod = absl::Seconds(1);
// How often signatures that run out are looked for, and figures of age are set.
constexpr absl::Duration kHousekeepingPeriod = absl::Seconds(1);
// How often the links are compared with what the hub's list says.
constexpr absl::Duration kLinksPeriod = absl::Seconds(1);
// How often salts are looked for whose time has passed.
constexpr absl::Duration kForgettingPeriod = absl::Seconds(10);

// Who the node is to the dispute side, and what of the trust lists that side reads.
DisputeNode DisputeNodeOf(const NodeConfig& config, TrustSide* trust) {
  // The configuration was checked: it names a trust domain and a log id.
  SpiffeId node =
      *SpiffeId::Parse(absl::StrCat("spiffe://", config.trust_domain, "/node/", config.log_id));
  return DisputeNode{
      config.member, std::move(node),
      std::set<JurisdictionId>(config.jurisdictions.begin(), config.jurisdictions.end()),
      [trust](const JurisdictionId& jurisdiction) -> std::optional<MemberId> {
        const auto snapshot = trust->view.Current();
        if (snapshot == nullptr) return std::nullopt;
        return snapshot->MemberOf(jurisdiction);
      },
      [trust] { return trust->view.Calendar(); }};
}

}  // namespace

// The sides in the order in which they are built; each gets those before it. Destroyed in the
// reverse one: threads first, calls next, the store last.
struct Node::Parts {
  std::unique_ptr<NodeGround> ground;
  std::unique_ptr<TrustSide> trust;
  std::unique_ptr<LogSide> log;
  std::unique_ptr<ReadinessWatch> readiness;
  std::unique_ptr<PublisherSide> publisher;
  std::unique_ptr<FederationSide> federation;
  std::unique_ptr<DisputeSide> disputes;
  std::unique_ptr<CallsSide> calls;
  std::unique_ptr<PeerLinks> links;
  TlsFiles tls_files;  // of the watch
  std::unique_ptr<CertificateWatch> certificate_watch;
  std::unique_ptr<ClockWatch> clock_watch;
  std::unique_ptr<RequestRetention> request_retention;
  // Apart, since making links anew ends what waits for other nodes and for their calls, and the own
  // signatures are renewed whatever those do.
  std::unique_ptr<PeriodicTask> linking;
  // Apart, since it never waits for the store, whose disk may have stopped to answer.
  std::unique_ptr<PeriodicTask> watching;
  std::unique_ptr<PeriodicTask> housekeeping;
  std::optional<SaltRetention> salt_retention;
  // Apart from housekeeping, which does not wait for the store to write its files anew.
  std::unique_ptr<PeriodicTask> forgetting;

  void BeginWatching(const TlsFiles& files);
  void Link();
  void Watch(absl::Time now);
  void KeepHouse(absl::Time now);
  void BeginForgetting();
};

absl::StatusOr<std::unique_ptr<Node>> Node::Start(NodeConfig config, const StartOptions& options) {
  auto parts = std::make_unique<Parts>();
  MRG_ASSIGN_OR_RETURN(parts->ground, NodeGround::Open(std::move(config)));
  NodeGround* const ground = parts->ground.get();
  MRG_RETURN_IF_ERROR(SettleRestore(ground->config.data_dir, ground->config.member,
                                    HistoryKeys(ground->keys), options.accept_unwitnessed,
                                    &ground->events));
  parts->trust = std::make_unique<TrustSide>(ground);
  TrustSide* const trust = parts->trust.get();
  MRG_ASSIGN_OR_RETURN(parts->log, LogSide::Open(ground, &trust->view, options));
  MRG_RETURN_IF_ERROR(trust->Restore(ground->clock.Now()));
  parts->readiness = std::make_unique<ReadinessWatch>(ground, trust, parts->log.get());
  parts->readiness->Look(ground->clock.Now());
  parts->publisher = std::make_unique<PublisherSide>(ground, trust, parts->readiness.get());
  MRG_ASSIGN_OR_RETURN(parts->federation, FederationSide::Open(ground, trust, parts->log.get(),
                                                               &parts->publisher->publisher));
  FederationSide* const federation = parts->federation.get();
  parts->disputes = std::make_unique<DisputeSide>(
      DisputeNodeOf(ground->config, trust),
      DisputeSide::Context{ground->hub(), &trust->view, &trust->view, ground->store.get(),
                           &federation->relay, &parts->publisher->statuses, &trust->epoch_keys,
                           &federation->domains, &ground->dispute_metrics, &ground->clock,
                           &ground->events});
  MRG_ASSIGN_OR_RETURN(parts->calls,
                       CallsSide::Start({ground, trust, parts->log.get(), parts->publisher.get(),
                                         federation, parts->disputes.get()}));
  CallsSide* const calls = parts->calls.get();
  parts->links = std::make_unique<PeerLinks>(
      PeerLinks::Parts{ground, &trust->federation, &trust->contacts, &federation->domains,
                       &federation->connections, &trust->hints, federation->following(),
                       [calls](const TrustBundles& bundles) { return calls->ReplaceCas(bundles); }},
      federation->places);
  parts->linking = std::make_unique<PeriodicTask>(
      "linking", kLinksPeriod, [parts = parts.get()](absl::Time) { parts->Link(); },
      &ground->clock);
  parts->clock_watch = std::make_unique<ClockWatch>(&ground->trust_metrics, &ground->events);
  parts->request_retention = std::make_unique<RequestRetention>(ground->store.get());
  parts->BeginWatching(ground->config.tls_files);
  parts->housekeeping = std::make_unique<PeriodicTask>(
      "housekeeping", kHousekeepingPeriod,
      [parts = parts.get()](absl::Time now) { parts->KeepHouse(now); }, &ground->clock);
  parts->BeginForgetting();
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  // A start that was refused is told in one line of main's; only a node that ran is told to stop.
  NodeGround& ground = *parts_->ground;
  const absl::Duration begun = ground.clock.Monotonic();
  const CallsSide::InFlight waits = parts_->calls->in_flight();
  ground.events.Write(Event::kNodeStopping, {{"member", ground.config.member},
                                             {"calls", waits.calls},
                                             {"streams", waits.streams},
                                             {"records", parts_->log->committer.waiting()},
                                             {"calls_at_most", CallsSide::kGrace}});
  // The threads below may wait for other nodes, each up to the deadline of its call, and for files.
  parts_->federation->connections.Cut();
  ground.store->EndErasing();
  parts_->watching.reset();
  ground.ShowNotReady({absl::StrCat(TokenOf(Reason::kNodeNotReady), ": the node is stopping")});
  parts_->housekeeping.reset();
  parts_->forgetting.reset();
  parts_->linking.reset();
  parts_->links.reset();
  // Every call has been answered after this; what the threads below still hold is nobody's.
  parts_->calls.reset();
  parts_->log->mark.Keep();
  parts_->disputes.reset();
  parts_->federation.reset();
  parts_->publisher.reset();
  parts_->readiness.reset();
  const uint64_t records = parts_->log->log->size();
  parts_->log.reset();
  ground.events.Write(Event::kNodeStopped, {{"member", ground.config.member},
                                            {"records_in_log", records},
                                            {"seconds", ground.clock.Monotonic() - begun}});
}

bool Node::NeedsNewStart() const {
  return parts_->ground->store->Standing() == StoreStanding::kFailed;
}

Node::Memory Node::Remember() const {
  Memory memory = {*parts_->ground->tls.Current(), std::nullopt};
  if (parts_->log->standing.Check().ok()) memory.log_head = parts_->log->log->LatestCheckpoint();
  return memory;
}

int Node::api_port() const { return parts_->calls->api_port(); }
int Node::federation_port() const { return parts_->calls->federation_port(); }
int Node::metrics_port() const { return parts_->ground->metrics_port(); }
int Node::rest_port() const { return parts_->calls->rest_port(); }

absl::Status Node::Reload(const NodeConfig& config) {
  MRG_RETURN_IF_ERROR(parts_->calls->ReplaceRules(config.authorization_rules));
  parts_->ground->events.SetLevel(config.log_level);
  parts_->calls->SetCallLog(config.call_log);
  parts_->ground->SetConfiguredPeers(config.peers);
  parts_->BeginWatching(config.tls_files);
  return absl::OkStatus();
}

void Node::CountReload(LabelValue result) const {
  parts_->ground->node_metrics.config_reloads.Increment({{"result", result}});
}

// Files that are watched anew are read anew: what cannot be used leaves in use what was.
void Node::Parts::BeginWatching(const TlsFiles& files) {
  watching.reset();
  tls_files = files;
  certificate_watch = std::make_unique<CertificateWatch>(CertificateWatch::Parts{
      &tls_files, &ground->tls, &ground->rpc_metrics, &ground->events,
      [this](const TlsMaterial& material) { calls->OnTlsReplaced(material); }});
  watching = std::make_unique<PeriodicTask>(
      "watching", kWatchPeriod, [this](absl::Time now) { Watch(now); }, &ground->clock);
}

void Node::Parts::Watch(absl::Time now) {
  clock_watch->Look(now, ground->clock.Monotonic());
  readiness->Look(now);
  calls->CutSlowRequests();
  certificate_watch->Look(now);
}

void Node::Parts::KeepHouse(absl::Time now) {
  const absl::Status fault = log->standing.KeepReadFault();
  if (!fault.ok()) ground->events.WriteFailure(Event::kLogFaulty, fault);
  if (ground->store->Standing() != StoreStanding::kWorks) return;  // each step would only fail
  publisher->KeepHouse(now);
  const absl::Status forgotten = request_retention->RunOnce(now, ground->clock.Monotonic());
  if (!forgotten.ok()) ground->events.WriteFailure(Event::kCallFailed, forgotten);
  log->mark.Keep();
}

void Node::Parts::BeginForgetting() {
  const std::optional<absl::Duration> keep = ground->config.salt_retention;
  if (!keep.has_value()) return;
  salt_retention.emplace(*keep, ground->store.get(), &ground->events);
  forgetting = std::make_unique<PeriodicTask>(
      "forgetting", kForgettingPeriod,
      [this](absl::Time now) {
        if (ground->store->Standing() != StoreStanding::kWorks) return;
        // What is erased never comes back: not while the clock may be what is wrong.
        if (!trust->state.IsReady()) return;
        salt_retention->RunOnce(now, ground->clock.Monotonic());
      },
      &ground->clock);
}

void Node::Parts::Link() {
  const absl::Status made = links->Look();
  if (!made.ok()) ground->events.WriteFailure(Event::kPeerMoveFailed, made);
}

}  // namespace mrg
