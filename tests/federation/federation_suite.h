#ifndef MRG_TESTS_FEDERATION_FEDERATION_SUITE_H_
#define MRG_TESTS_FEDERATION_FEDERATION_SUITE_H_

// The base of the suites of one test binary that share one federation, since its start takes
// seconds. It ends with the process.
//
// Threads: of the test's main thread.

#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "tests/federation/federation.h"

namespace mrg {

class FederationSuite : public testing::Test {
 protected:
  // Starts the binary's federation unless an earlier suite did; for SetUpTestSuite.
  static void StartOnce(FederationOptions options = {}) {
    if (started_ != nullptr) return;
    auto federation = Federation::Start(std::move(options));
    ASSERT_TRUE(federation.ok()) << federation.status();
    started_ = *std::move(federation);
  }

  void SetUp() override { ASSERT_NE(started_, nullptr) << "the federation did not start"; }

  static Federation& federation() { return *started_; }

 private:
  static inline std::unique_ptr<Federation> started_;
};

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_FEDERATION_SUITE_H_
