#ifndef MRG_GATEWAY_METRICS_RPC_METRICS_H_
#define MRG_GATEWAY_METRICS_RPC_METRICS_H_

// RPCs by method and code, in the names gRPC users know.
//
// Thread-safe.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/metrics/metric_registry.h"

namespace mrg {

class RpcMetrics {
 public:
  explicit RpcMetrics(MetricRegistry* registry)
      : handled_(registry->Counter("grpc_server_handled_total",
                                   "RPCs that ended on this server, by method and code")),
        seconds_(
            registry->Histogram("grpc_server_handling_seconds", "Time an RPC took on this server")),
        refused_callers_(registry->Counter("mrg_callers_refused_total",
                                           "Calls refused for who makes them, by reason")),
        connections_(registry->Gauge("mrg_connections_open", "Connections open, by listener")),
        unproved_(registry->Gauge("mrg_connections_unproved",
                                  "Connections open of which no call was admitted yet")),
        ended_unproved_(registry->Counter(
            "mrg_connections_ended_unproved_total",
            "Connections that ended without an admitted call: refused handshakes and callers")),
        ended_unheard_(registry->Counter("mrg_connections_ended_unheard_total",
                                         "Connections that ended before any call: refused "
                                         "handshakes, and probes of the port")),
        refused_connections_(registry->Counter("mrg_connections_refused_total",
                                               "Connections closed for a bound, by which")),
        slow_reads_(registry->Counter("mrg_slow_requests_cut_total",
                                      "Calls cut because their request did not come to its end or "
                                      "their answer was not taken")),
        revocations_end_(registry->Gauge("mrg_crl_expiry_timestamp_seconds",
                                         "When the first list of revoked certificates runs out, "
                                         "Unix time; 0 without lists")),
        certificate_ends_(registry->Gauge("mrg_tls_certificate_expiry_timestamp_seconds",
                                          "When the node's own certificate ends, Unix time")),
        tls_files_refused_(registry->Gauge(
            "mrg_tls_files_refused",
            "1 while files on disk cannot be used and what was there before counts")) {}

  // `files`: "own", "ca" or "crl".
  void SetTlsFilesRefused(LabelValue files, bool refused) const {
    tls_files_refused_.Set({{"files", files}}, refused ? 1 : 0);
  }

  void SetCertificateEnds(absl::Time ends) const {
    certificate_ends_.Set({}, static_cast<double>(absl::ToUnixSeconds(ends)));
  }

  void RecordRefusedCaller(Reason reason) const {
    refused_callers_.Increment({{"reason", reason}});
  }

  void SetConnections(LabelValue listener, size_t open, size_t unproved) const {
    connections_.Set({{"listener", listener}}, static_cast<double>(open));
    unproved_.Set({{"listener", listener}}, static_cast<double>(unproved));
  }

  // Without an admitted call, and of those without any, since the last time.
  void RecordEndedConnections(LabelValue listener, uint64_t unproved, uint64_t unheard) const {
    ended_unproved_.Increment({{"listener", listener}}, static_cast<double>(unproved));
    ended_unheard_.Increment({{"listener", listener}}, static_cast<double>(unheard));
  }

  // `bound`: "address", "listener", "unproved" or "descriptors".
  void RecordRefusedConnection(LabelValue listener, LabelValue bound) const {
    refused_connections_.Increment({{"listener", listener}, {"bound", bound}});
  }

  void RecordSlowReads(size_t count) const {
    slow_reads_.Increment({}, static_cast<double>(count));
  }

  void SetRevocationsEnd(absl::Time ends) const {
    revocations_end_.Set({}, static_cast<double>(absl::ToUnixSeconds(ends)));
  }

  // `code`: a gRPC status code, 0 to 16; any other counts as unknown.
  void RecordHandled(LabelValue service, LabelValue method, int code, absl::Duration time) const {
    handled_.Increment(
        {{"grpc_service", service}, {"grpc_method", method}, {"grpc_code", CodeName(code)}});
    seconds_.Observe({{"grpc_service", service}, {"grpc_method", method}},
                     absl::ToDoubleSeconds(time));
  }

  // Result: the code's name; of a number that is none "UNKNOWN".
  static LabelValue CodeName(int code) {
    switch (code) {
      case 0:
        return "OK";
      case 1:
        return "CANCELLED";
      case 3:
        return "INVALID_ARGUMENT";
      case 4:
        return "DEADLINE_EXCEEDED";
      case 5:
        return "NOT_FOUND";
      case 6:
        return "ALREADY_EXISTS";
      case 7:
        return "PERMISSION_DENIED";
      case 8:
        return "RESOURCE_EXHAUSTED";
      case 9:
        return "FAILED_PRECONDITION";
      case 10:
        return "ABORTED";
      case 11:
        return "OUT_OF_RANGE";
      case 12:
        return "UNIMPLEMENTED";
      case 13:
        return "INTERNAL";
      case 14:
        return "UNAVAILABLE";
      case 15:
        return "DATA_LOSS";
      case 16:
        return "UNAUTHENTICATED";
      default:
        return "UNKNOWN";
    }
  }

 private:
  const CounterFamily handled_;
  const HistogramFamily seconds_;
  const CounterFamily refused_callers_;
  const GaugeFamily connections_;
  const GaugeFamily unproved_;
  const CounterFamily ended_unproved_;
  const CounterFamily ended_unheard_;
  const CounterFamily refused_connections_;
  const CounterFamily slow_reads_;
  const GaugeFamily revocations_end_;
  const GaugeFamily certificate_ends_;
  const GaugeFamily tls_files_refused_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_METRICS_RPC_METRICS_H_
