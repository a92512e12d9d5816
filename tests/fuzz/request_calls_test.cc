// Every call that the protocol has is among those that are fuzzed.

#include "tests/fuzz/request_calls.h"

#include <memory>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAreArray;

// The files of proto/mrg that state services.
constexpr const char* kFiles[] = {
    "mrg/audit/v1/audit.proto",
    "mrg/dispute/v1/dispute_queue.proto",
    "mrg/dispute/v1/dispute_relay.proto",
    "mrg/dispute/v1/dispute_service.proto",
    "mrg/gateway/v1/admin.proto",
    "mrg/gateway/v1/catalogue_service.proto",
    "mrg/gateway/v1/recognition.proto",
    "mrg/gateway/v1/status.proto",
    "mrg/gateway/v1/translation.proto",
    "mrg/trustlist/v1/federation.proto",
    "mrg/trustlist/v1/trust_repository.proto",
};

TEST(RequestCalls, HaveEveryMethodOfEveryService) {
  std::set<std::string> stated;
  for (const char* name : kFiles) {
    const auto* const file =
        google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    ASSERT_NE(file, nullptr) << name;
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* const service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        stated.insert(service->full_name() + "/" + service->method(m)->name());
      }
    }
  }
  std::set<std::string> called;
  for (const auto& node : {NewRecognitionCalls(), NewTrustCalls(), NewDisputeCalls()}) {
    for (const RequestCall& call : node->calls()) {
      EXPECT_TRUE(called.insert(call.method).second) << call.method;
    }
  }
  EXPECT_THAT(called, ElementsAreArray(stated));
}

}  // namespace
}  // namespace mrg
