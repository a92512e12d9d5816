#ifndef MRG_GATEWAY_METRICS_METRICS_LISTENER_H_
#define MRG_GATEWAY_METRICS_METRICS_LISTENER_H_

// The HTTP pages for whoever watches the process: /metrics for Prometheus; /healthz, which is "ok"
// while the process serves; /readyz, which is "ok" or 503 with why the node does not decide, a line
// a reason. The only user of civetweb.
//
// Thread-safe.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/metrics/metric_registry.h"

namespace mrg {

class MetricsListener {
 public:
  // Serves http://<address>; port 0 takes a free one. `registry` must outlive the result. The node
  // is starting until it is said to be ready.
  // Errors: CONFIG_INVALID when the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<MetricsListener>> Start(const std::string& address,
                                                                const MetricRegistry* registry);
  ~MetricsListener();

  int port() const;
  // Why the node does not decide, as `trust status` says it; empty: it does.
  void SetNotReady(std::vector<std::string> reasons);

 private:
  struct Pages;
  explicit MetricsListener(std::unique_ptr<Pages> pages);

  const std::unique_ptr<Pages> pages_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_METRICS_METRICS_LISTENER_H_
