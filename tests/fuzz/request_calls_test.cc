// Every call that the protocol has is among those that are fuzzed.

#include "tests/fuzz/request_calls.h"

#include <memory>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/every_method.h"

namespace mrg {
namespace {

using ::testing::ElementsAreArray;

TEST(RequestCalls, HaveEveryMethodOfEveryService) {
  std::set<std::string> stated;
  for (const auto* const method : EveryMethod()) {
    stated.insert(method->service()->full_name() + "/" + method->name());
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
