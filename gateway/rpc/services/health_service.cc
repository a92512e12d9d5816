#include "gateway/rpc/services/health_service.h"

#include <algorithm>
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
                                                std::function<bool()> decides,
                                                std::vector<ServedService> services) {
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<HealthCheckRequest, HealthCheckResponse>(
      "Check",
      [decides = std::move(decides), services = std::move(services)](
          const CallContext&,
          const HealthCheckRequest& message) -> absl::StatusOr<HealthCheckResponse> {
        bool needs_to_decide = true;
        if (!message.service().empty()) {
          const auto asked = std::ranges::find(services, message.service(), &ServedService::name);
          if (asked == services.end()) {
            return MakeFieldError(Reason::kFieldMalformed, "service",
                                  "expected none, for the node as a whole, or the full name of a "
                                  "service of this listener");
          }
          needs_to_decide = asked->needs_to_decide;
        }
        HealthCheckResponse answer;
        answer.set_status(!needs_to_decide || decides() ? HealthCheckResponse::SERVING
                                                        : HealthCheckResponse::NOT_SERVING);
        return answer;
      },
      kHealthRequestBytesMax);
  return service;
}

}  // namespace mrg
