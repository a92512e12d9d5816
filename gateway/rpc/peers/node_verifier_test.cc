#include "gateway/rpc/peers/node_verifier.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(CheckNodeUris, ANodeOfTheExpectedTrustDomainPasses) {
  EXPECT_TRUE(CheckNodeUris({"spiffe://hub.example/node/log-1"}, "hub.example").ok());
}

TEST(CheckNodeUris, WhateverElseTheMembersCaSignedIsRefused) {
  const std::vector<std::vector<std::string>> kRefused = {
      {},
      {"spiffe://hub.example/jurisdiction/31/platform/portal"},
      {"spiffe://hub.example/operator/node"},
      {"spiffe://hub.example/nodes/log-1"},
      {"spiffe://hub.example/node"},
      {"spiffe://hub.example/node/"},
      {"spiffe://delta.example/node/log-1"},
      {"spiffe://sub.hub.example/node/log-1"},
      {"https://hub.example/node/log-1"},
      {"spiffe://hub.example/node/log-1", "spiffe://hub.example/node/log-2"},
      {"spiffe://hub.example/node/log-1", "https://hub.example/"},
  };
  for (const auto& uris : kRefused) {
    EXPECT_EQ(ReasonOf(CheckNodeUris(uris, "hub.example")), Reason::kIdentityInvalid)
        << ::testing::PrintToString(uris);
  }
}

}  // namespace
}  // namespace mrg
