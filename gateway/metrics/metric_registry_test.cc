#include "gateway/metrics/metric_registry.h"

#include <type_traits>

#include "gateway/metrics/rpc_metrics.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Threat, N12_NoRuntimeStringCanBecomeALabel) {
  static_assert(!std::is_constructible_v<LabelValue, std::string>);
  static_assert(!std::is_constructible_v<LabelValue, absl::string_view>);
  static_assert(!std::is_constructible_v<LabelValue, const char*>);
  static_assert(std::is_constructible_v<LabelValue, Reason>);
}

TEST(MetricRegistry, CountsStandOnThePageUnderTheirLabels) {
  MetricRegistry registry;
  const RecognitionMetrics metrics(&registry);

  metrics.recognitions.Increment(
      {{"outcome", "NOT_RECOGNIZED"}, {"reason", Reason::kSignatureInvalid}});

  EXPECT_THAT(registry.Text(), HasSubstr("mrg_recognitions_total{outcome=\"NOT_RECOGNIZED\","
                                         "reason=\"SIGNATURE_INVALID\"} 1"));
}

TEST(MetricRegistry, RpcsAreCountedByServiceMethodAndCode) {
  MetricRegistry registry;
  const RpcMetrics metrics(&registry);

  metrics.RecordHandled("mrg.gateway.v1.RecognitionService", "Recognize", 7, absl::Milliseconds(2));

  EXPECT_THAT(registry.Text(), HasSubstr("grpc_code=\"PERMISSION_DENIED\""));
  EXPECT_THAT(registry.Text(), Not(HasSubstr("grpc_code=\"OK\"")));
}

}  // namespace
}  // namespace mrg
