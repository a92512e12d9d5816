#include "gateway/rpc/services/health_service.h"

#include <utility>

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/raw_service.h"
#include "grpc/health/v1/health.pb.h"

namespace mrg {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kService[] = "grpc.health.v1.Health";

}  // namespace

std::unique_ptr<grpc::Service> NewHealthService(CallEnvironment environment,
                                                std::function<bool()> is_serving) {
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<HealthCheckRequest, HealthCheckResponse>(
      "Check",
      [is_serving = std::move(is_serving)](const CallContext&, const HealthCheckRequest& message)
          -> absl::StatusOr<HealthCheckResponse> {
        if (!message.service().empty()) {
          return MakeFieldError(Reason::kFieldMalformed, "service",
                                "expected none: the node is asked for as a whole");
        }
        HealthCheckResponse answer;
        answer.set_status(is_serving() ? HealthCheckResponse::SERVING
                                       : HealthCheckResponse::NOT_SERVING);
        return answer;
      },
      kHealthRequestBytesMax);
  return service;
}

}  // namespace mrg
