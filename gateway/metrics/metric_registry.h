#ifndef MRG_GATEWAY_METRICS_METRIC_REGISTRY_H_
#define MRG_GATEWAY_METRICS_METRIC_REGISTRY_H_

// The node's metrics, and the text in which Prometheus reads them. The only user of prometheus-cpp.
//
// Thread-safe.

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/metrics/label_value.h"

namespace mrg {

// An aggregate, so that a literal becomes a LabelValue where it is written.
struct Label {
  const char* name;
  LabelValue value;
};
using Labels = std::initializer_list<Label>;

// A family of metrics with one name. Cheap to copy; must not outlive its registry.
class CounterFamily {
 public:
  void Increment(Labels labels, double by = 1) const;
  // Result: the present value; 0 for labels never counted.
  double Value(Labels labels) const;

 private:
  friend class MetricRegistry;
  explicit CounterFamily(void* family) : family_(family) {}
  void* family_;
};

class GaugeFamily {
 public:
  void Set(Labels labels, double value) const;
  double Value(Labels labels) const;

 private:
  friend class MetricRegistry;
  explicit GaugeFamily(void* family) : family_(family) {}
  void* family_;
};

// Buckets are in seconds, from 100 µs to 60 s.
class HistogramFamily {
 public:
  void Observe(Labels labels, double seconds) const;

 private:
  friend class MetricRegistry;
  explicit HistogramFamily(void* family) : family_(family) {}
  void* family_;
};

class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();

  // Names follow Prometheus: snake_case, unit last, counters end in _total. Each name once.
  CounterFamily Counter(const std::string& name, const std::string& help);
  GaugeFamily Gauge(const std::string& name, const std::string& help);
  HistogramFamily Histogram(const std::string& name, const std::string& help);

  // Result: all metrics in the text format of Prometheus.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_METRICS_METRIC_REGISTRY_H_
