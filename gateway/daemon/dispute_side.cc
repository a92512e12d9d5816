#include "gateway/daemon/dispute_side.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace mrg {
namespace {

// Between turns without news: retries are due, leases end.
constexpr absl::Duration kTurnPeriod = absl::Milliseconds(500);
// A mark that came within a second of the last publication waits so much longer at most.
constexpr absl::Duration kMarksPeriod = absl::Milliseconds(100);
constexpr absl::Duration kRetryFirst = absl::Milliseconds(500);
constexpr absl::Duration kRetryMax = absl::Minutes(1);
// How many cases and entries are counted at most.
constexpr size_t kCountedMax = 10000;

}  // namespace

DisputeSide::DisputeSide(DisputeNode node, Context context)
    : node_(std::move(node)),
      context_(std::move(context)),
      relayed_({context_.hub, context_.snapshots, context_.log_keys, context_.epoch_keys,
                context_.domains}),
      filing_(node_, context_.store, [this](const std::string& id) { Changed(id); }),
      queue_(node_, context_.store, [this](const std::string& id) { Changed(id); }),
      ruling_(node_, context_.store, [this](const std::string& id) { Changed(id); }),
      inbound_(node_, context_.store, &relayed_, [this](const std::string& id) { Changed(id); }),
      mark_lift_(context_.store, [this](const std::string& id) { Changed(id); }),
      reader_(node_, context_.store),
      marks_(context_.statuses, context_.epoch_keys, context_.clock),
      delivery_limit_(context_.clock),
      outbox_(context_.store, context_.relay,
              RetrySchedule(kRetryFirst, kRetryMax, absl::HashOf(node_.member)), Observer()),
      mark_queue_(context_.store, &marks_,
                  RetrySchedule(kRetryFirst, kRetryMax, absl::HashOf(node_.member)),
                  ObserverOfMarks()),
      delivery_(
          "delivery", kTurnPeriod, [this](absl::Time now) { outbox_.RunOnce(now); },
          context_.clock),
      marks_task_(
          "marks", kMarksPeriod, [this](absl::Time now) { mark_queue_.RunOnce(now); },
          context_.clock),
      task_(
          "disputes", kTurnPeriod, [this](absl::Time now) { RunOnce(now); }, context_.clock) {}

DisputeSide::~DisputeSide() { delivery_limit_.Cut(); }

void DisputeSide::Changed(const std::string& dispute) {
  watchers_.Changed(dispute);
  delivery_.Wake();
  task_.Wake();
  marks_task_.Wake();
}

void DisputeSide::RunOnce(absl::Time now) {
  const auto returned = queue_.ReturnEndedLeases(now);
  if (!returned.ok()) context_.events->WriteFailure(Event::kCallFailed, returned.status());
  if (!figures_.Due(now)) return;
  SetFigures(now);
  figures_.Succeeded(now);
}

void DisputeSide::SetFigures(absl::Time now) {
  const auto queues = reader_.CountQueue(/*queue=*/"", kCountedMax, now);
  if (queues.ok()) {
    context_.metrics->queue_depth.Set({}, static_cast<double>(queues->ready + queues->leased));
    const absl::Duration age = queues->oldest_filed_at == absl::InfiniteFuture()
                                   ? absl::ZeroDuration()
                                   : now - queues->oldest_filed_at;
    context_.metrics->oldest_age_seconds.Set({}, absl::ToDoubleSeconds(age));
  }
  const auto outbox = reader_.CountOutbox(kCountedMax);
  if (!outbox.ok()) return;
  size_t entries = outbox->marks;
  for (const auto& [peer, count] : outbox->entries) entries += count;
  context_.metrics->outbox_depth.Set({}, static_cast<double>(entries));
}

OutboxObserver DisputeSide::Observer() {
  OutboxObserver observer;
  observer.on_delivered = [this](const MemberId& peer, const std::string&, uint64_t next) {
    context_.events->Write(Event::kDisputeDelivered, {{"peer", peer}, {"next_sequence", next}});
  };
  observer.on_failed = [this](const MemberId& peer, const std::string&,
                              const absl::Status& status) {
    context_.events->WriteFailure(Event::kDisputeDeliveryFailed, status, "peer", peer);
  };
  return observer;
}

MarkObserver DisputeSide::ObserverOfMarks() {
  MarkObserver observer;
  observer.on_failed = [this](const std::string&, const absl::Status& status) {
    context_.events->WriteFailure(Event::kDisputeDeliveryFailed, status, "peer", node_.member);
  };
  return observer;
}

}  // namespace mrg
