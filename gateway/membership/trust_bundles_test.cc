#include "gateway/membership/trust_bundles.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class TrustBundlesTest : public ::testing::Test {
 protected:
  TrustBundlesTest() { EXPECT_TRUE(bundles_.Add("hub.example", Ca("hub.example")).ok()); }

  std::string Ca(const std::string& domain) { return files_.Ca(domain).certificate_pem; }

  TestCertificates files_;
  TrustBundles bundles_;
};

TEST_F(TrustBundlesTest, NamesThatAreNoneReservedOrThereAlreadyAreRefused) {
  for (const char* name : {"", "Hub", "a/b", "local", "hub.example"}) {
    EXPECT_EQ(ReasonOf(bundles_.Add(name, Ca("x.example"))), Reason::kConfigInvalid) << name;
  }
  EXPECT_EQ(ReasonOf(bundles_.Add("next.example", "no certificate")),
            Reason::kCertificateUnreadable);
  EXPECT_EQ(bundles_.Find("next.example"), nullptr);
}

TEST_F(TrustBundlesTest, ADomainIsReplacedWithItsBundleOrNotAtAll) {
  const std::string before = bundles_.all_pem();
  EXPECT_FALSE(bundles_.Replace("hub.example", "next.example", "no certificate").ok());
  EXPECT_EQ(bundles_.all_pem(), before);

  EXPECT_TRUE(bundles_.Replace("hub.example", "next.example", Ca("next.example")).ok());

  EXPECT_EQ(bundles_.Find("hub.example"), nullptr);
  EXPECT_NE(bundles_.Find("next.example"), nullptr);
}

TEST_F(TrustBundlesTest, NoDomainCanTakeThePlaceOfAnother) {
  EXPECT_TRUE(bundles_.Add("delta.example", Ca("delta.example")).ok());

  EXPECT_EQ(ReasonOf(bundles_.Replace("hub.example", "delta.example", Ca("x.example"))),
            Reason::kConfigInvalid);

  EXPECT_NE(bundles_.Find("hub.example"), nullptr);
}

TEST_F(TrustBundlesTest, ADomainIsTakenOverAndTheOthersStay) {
  const std::string delta = Ca("delta.example");
  EXPECT_TRUE(bundles_.Add("delta.example", delta).ok());
  TrustBundles other;
  EXPECT_TRUE(other.Add("hub.example", Ca("x.example")).ok());

  bundles_.TakeOver(other, "hub.example");

  EXPECT_EQ(bundles_.PemOf("hub.example"), Ca("x.example"));
  EXPECT_EQ(bundles_.Find("hub.example")->size(), 1u);
  EXPECT_EQ(bundles_.PemOf("delta.example"), delta);
  bundles_.TakeOver(TrustBundles(), "hub.example");
  EXPECT_EQ(bundles_.Find("hub.example"), nullptr);
  EXPECT_EQ(bundles_.PemOf("delta.example"), delta);
}

}  // namespace
}  // namespace mrg
