#include "gateway/rpc/peers/node_verifier.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(CheckIsNode, ANodeOfTheExpectedTrustDomainPasses) {
  EXPECT_TRUE(CheckIsNode(*SpiffeId::Parse("spiffe://hub.example/node/log-1"), "hub.example").ok());
}

TEST(CheckIsNode, WhoeverElseTheMembersCaVouchesForIsRefused) {
  for (const char* uri : {
           "spiffe://hub.example/jurisdiction/31/platform/portal",
           "spiffe://hub.example/operator/node",
           "spiffe://hub.example/nodes/log-1",
           "spiffe://hub.example/node",
           "spiffe://delta.example/node/log-1",
           "spiffe://sub.hub.example/node/log-1",
       }) {
    EXPECT_EQ(ReasonOf(CheckIsNode(*SpiffeId::Parse(uri), "hub.example")), Reason::kIdentityInvalid)
        << uri;
  }
}

}  // namespace
}  // namespace mrg
