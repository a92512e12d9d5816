#include "gateway/federation/member_domains.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(MemberDomains, OnlyTheDomainsOfTheLastSwapAreKnown) {
  MemberDomains domains;
  EXPECT_FALSE(domains.Find("hub.example").has_value());
  domains.Replace({{"hub.example", *MemberId::Parse("hub")}});
  EXPECT_EQ(domains.Find("hub.example")->value(), "hub");

  domains.Replace({{"next.example", *MemberId::Parse("hub")}});

  EXPECT_FALSE(domains.Find("hub.example").has_value());
  EXPECT_EQ(domains.Find("next.example")->value(), "hub");
  EXPECT_FALSE(domains.Find("").has_value());
}

}  // namespace
}  // namespace mrg
