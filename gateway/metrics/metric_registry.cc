#include "gateway/metrics/metric_registry.h"

#include <map>

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace mrg {
namespace {

using CounterMetrics = prometheus::Family<prometheus::Counter>;
using GaugeMetrics = prometheus::Family<prometheus::Gauge>;
using HistogramMetrics = prometheus::Family<prometheus::Histogram>;

const prometheus::Histogram::BucketBoundaries& SecondsBuckets() {
  static const auto* const kBuckets = new prometheus::Histogram::BucketBoundaries{
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
      0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
  return *kBuckets;
}

std::map<std::string, std::string> ToMap(Labels labels) {
  std::map<std::string, std::string> map;
  for (const auto& [name, value] : labels) map.emplace(name, value.text());
  return map;
}

}  // namespace

struct MetricRegistry::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
};

void CounterFamily::Increment(Labels labels, double by) const {
  static_cast<CounterMetrics*>(family_)->Add(ToMap(labels)).Increment(by);
}

double CounterFamily::Value(Labels labels) const {
  return static_cast<CounterMetrics*>(family_)->Add(ToMap(labels)).Value();
}

void GaugeFamily::Set(Labels labels, double value) const {
  static_cast<GaugeMetrics*>(family_)->Add(ToMap(labels)).Set(value);
}

double GaugeFamily::Value(Labels labels) const {
  return static_cast<GaugeMetrics*>(family_)->Add(ToMap(labels)).Value();
}

void HistogramFamily::Observe(Labels labels, double seconds) const {
  static_cast<HistogramMetrics*>(family_)->Add(ToMap(labels), SecondsBuckets()).Observe(seconds);
}

MetricRegistry::MetricRegistry() : state_(std::make_unique<State>()) {}
MetricRegistry::~MetricRegistry() = default;

CounterFamily MetricRegistry::Counter(const std::string& name, const std::string& help) {
  return CounterFamily(
      &prometheus::BuildCounter().Name(name).Help(help).Register(*state_->registry));
}

GaugeFamily MetricRegistry::Gauge(const std::string& name, const std::string& help) {
  return GaugeFamily(&prometheus::BuildGauge().Name(name).Help(help).Register(*state_->registry));
}

HistogramFamily MetricRegistry::Histogram(const std::string& name, const std::string& help) {
  return HistogramFamily(
      &prometheus::BuildHistogram().Name(name).Help(help).Register(*state_->registry));
}

std::string MetricRegistry::Text() const {
  return prometheus::TextSerializer().Serialize(state_->registry->Collect());
}

}  // namespace mrg
