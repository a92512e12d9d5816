#ifndef MRG_GATEWAY_METRICS_SUBSYSTEM_METRICS_H_
#define MRG_GATEWAY_METRICS_SUBSYSTEM_METRICS_H_

// One struct of handles a subsystem: the figures an operator and an auditor read.
//
// Thread-safe.

#include "gateway/metrics/metric_registry.h"

namespace mrg {

struct RecognitionMetrics {
  explicit RecognitionMetrics(MetricRegistry* registry)
      : recognitions(registry->Counter("mrg_recognitions_total",
                                       "Recognition answers by outcome and first reason")),
        seconds(
            registry->Histogram("mrg_recognition_seconds", "Time from request to durable answer")),
        repeated(registry->Counter("mrg_recognitions_repeated_total",
                                   "Requests answered from an earlier receipt")) {}
  const CounterFamily recognitions;  // outcome, reason
  const HistogramFamily seconds;     // none
  const CounterFamily repeated;      // none
};

struct TrustMetrics {
  explicit TrustMetrics(MetricRegistry* registry)
      : version(registry->Gauge("mrg_trust_list_version",
                                "Version of the timestamp in force, by publisher")),
        age_seconds(registry->Gauge("mrg_trust_list_age_seconds",
                                    "Time since the publisher's last verified refresh")),
        refreshes(registry->Counter("mrg_trust_refreshes_total",
                                    "Refreshes by publisher and result, OK or a reason")),
        propagation_seconds(registry->Histogram(
            "mrg_trust_propagation_seconds",
            "Time from a hint of a new publication to its being in force here")),
        root_conflict(registry->Gauge(
            "mrg_trust_root_conflict",
            "1 while the hub's list names another first root than the trusted one")),
        jurisdiction_conflicts(registry->Gauge(
            "mrg_trust_jurisdiction_conflicts",
            "Jurisdictions that the hub's list gives to another member than counts here")),
        peer_moved(registry->Gauge(
            "mrg_peer_moved", "1 while endpoint or CA of the peer are not the configured ones")),
        peer_place_conflict(registry->Gauge(
            "mrg_peer_place_conflict",
            "1 while the hub's list says another endpoint or CA of the peer than counts here")),
        forked(registry->Gauge("mrg_trust_publisher_forked",
                               "1 while a fork of the publisher waits for an operator")),
        left_out(registry->Gauge("mrg_trust_left_out_roles",
                                 "Delegations of the publisher left out for their fault")),
        contradictions(registry->Counter("mrg_trust_contradicting_heads_total",
                                         "Heads of peers that contradicted what is trusted here")),
        load_entries(registry->Gauge("mrg_trust_load_entries",
                                     "Entries held of the list last fetched, by publisher")),
        load_entries_expected(
            registry->Gauge("mrg_trust_load_entries_expected",
                            "Entries that the list last fetched has, by publisher")),
        agreement_faults(registry->Gauge(
            "mrg_agreement_faults",
            "Agreements in force at once for one pair and type, and revisions that differ")),
        expires_seconds(
            registry->Gauge("mrg_trust_expires_seconds",
                            "Time until the first list in force runs out that people sign")),
        clock_steps(registry->Counter("mrg_clock_steps_total",
                                      "Steps of the wall clock, by which lists expire")),
        peer_clock_difference_seconds(
            registry->Gauge("mrg_peer_clock_difference_seconds",
                            "How far the peer's clock is ahead of this node's")),
        running_out(registry->Gauge("mrg_trust_running_out",
                                    "Lists so near their end that people must sign them anew")) {}
  const GaugeFamily version;                  // publisher
  const GaugeFamily age_seconds;              // publisher
  const CounterFamily refreshes;              // publisher, result
  const HistogramFamily propagation_seconds;  // publisher
  const GaugeFamily root_conflict;            // publisher
  const GaugeFamily jurisdiction_conflicts;   // none
  const GaugeFamily peer_moved;               // peer
  const GaugeFamily peer_place_conflict;      // peer
  const GaugeFamily forked;                   // publisher
  const GaugeFamily left_out;                 // publisher
  const CounterFamily contradictions;         // peer
  const GaugeFamily load_entries;             // publisher
  const GaugeFamily load_entries_expected;    // publisher
  const GaugeFamily agreement_faults;         // reason
  const GaugeFamily expires_seconds;          // publisher, role: root, targets (and provinces')
  const CounterFamily clock_steps;            // direction: back, forward
  const GaugeFamily peer_clock_difference_seconds;  // peer
  const GaugeFamily running_out;                    // publisher
};

struct DisputeMetrics {
  explicit DisputeMetrics(MetricRegistry* registry)
      : queue_depth(registry->Gauge("mrg_dispute_queue_depth", "Cases waiting or being worked")),
        oldest_age_seconds(registry->Gauge("mrg_dispute_queue_oldest_age_seconds",
                                           "Age of the oldest case in the queue")),
        outbox_depth(
            registry->Gauge("mrg_dispute_outbox_depth", "Deliveries to other nodes that wait")) {}
  const GaugeFamily queue_depth;         // none
  const GaugeFamily oldest_age_seconds;  // none
  const GaugeFamily outbox_depth;        // none
};

struct LogMetrics {
  explicit LogMetrics(MetricRegistry* registry)
      : size(registry->Gauge("mrg_log_size_records", "Records in the decision log")),
        groups(registry->Counter("mrg_log_groups_total", "Groups committed to the decision log")),
        commit_seconds(
            registry->Histogram("mrg_log_commit_seconds", "Time of one durable group commit")) {}
  const GaugeFamily size;                // none
  const CounterFamily groups;            // none
  const HistogramFamily commit_seconds;  // none
};

struct NodeMetrics {
  explicit NodeMetrics(MetricRegistry* registry)
      : build_info(
            registry->Gauge("mrg_build_info", "1, by the release and commit of the program")),
        ready(registry->Gauge("mrg_ready", "1 while the node decides")),
        config_reloads(registry->Counter("mrg_config_reloads_total",
                                         "Configurations read anew by result, OK or a reason")) {}
  const GaugeFamily build_info;        // version, revision
  const GaugeFamily ready;             // none
  const CounterFamily config_reloads;  // result
};

struct StoreMetrics {
  explicit StoreMetrics(MetricRegistry* registry)
      : failed(registry->Gauge("mrg_store_failed", "1 while the store takes no commits")) {}
  const GaugeFamily failed;  // none
};

}  // namespace mrg

#endif  // MRG_GATEWAY_METRICS_SUBSYSTEM_METRICS_H_
