#include "gateway/rpc/identity/peer_identity.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::HasSubstr;

constexpr char kDelta[] = "delta.example";

class PeerIdentityTest : public testing::Test {
 protected:
  PeerIdentityTest()
      : ca_pem_(files_.Ca(kDelta).certificate_pem),
        leaf_pem_(files_.Leaf(kDelta, "portal", "/platform/portal").certificate_pem),
        identity_([this] {
          TrustBundles bundles;
          EXPECT_TRUE(bundles.Add(kDelta, ca_pem_).ok());
          return bundles;
        }()),
        now_(RealClock().Now() + absl::Minutes(1)) {}

  absl::StatusOr<SpiffeId> Of(const std::string& chain_pem) {
    return identity_.Of({true, leaf_pem_, chain_pem}, now_);
  }
  void ExpectTooLong(const std::string& chain_pem) {
    const auto identity = Of(chain_pem);
    EXPECT_EQ(ReasonOf(identity.status()), Reason::kIdentityInvalid);
    EXPECT_THAT(std::string(identity.status().message()), HasSubstr("expected a chain of at most"));
  }

  TestCertificates files_;
  const std::string ca_pem_;
  const std::string leaf_pem_;
  TlsPeerIdentity identity_;
  const absl::Time now_;
};

TEST_F(PeerIdentityTest, H7_AChainAboveItsBoundsIsRefusedBeforeItIsLookedAt) {
  // Certificates that lead nowhere are ignored (RFC 5280 6), so that a peer may send any.
  std::string chain;
  for (size_t i = 0; i < kPeerChainCertificatesMax; ++i) {
    EXPECT_TRUE(Of(chain).ok()) << i;
    chain += ca_pem_;
  }
  EXPECT_TRUE(Of(chain).ok());

  ExpectTooLong(chain + ca_pem_);
  ExpectTooLong(absl::StrCat(ca_pem_, std::string(kPeerChainBytesMax, ' ')));
  EXPECT_TRUE(Of(chain).ok()) << "what was verified before is remembered under its own chain";
}

TEST_F(PeerIdentityTest, WhatIsRememberedHoldsForThatChainAlone) {
  ASSERT_TRUE(Of(ca_pem_).ok());

  EXPECT_EQ(ReasonOf(Of("no certificate").status()), Reason::kIdentityInvalid);
}

}  // namespace
}  // namespace mrg
