#include "gateway/cli/setup/agreement_text.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/agreement/agreement.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/agreement.pb.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kType[] = "11100000XX0000019L003";

trustlist::v1::FederationMember Member(const std::string& id, const std::vector<std::string>& codes,
                                       char digest) {
  trustlist::v1::FederationMember member;
  member.set_member(id);
  for (const std::string& code : codes) member.add_jurisdictions(code);
  member.set_first_root_sha256(std::string(32, digest));
  return member;
}

AgreementPlan Plan() {
  AgreementPlan plan;
  plan.id = "delta-pearl";
  plan.members = {Member("delta", {"31", "32"}, 'd'), Member("pearl", {"44"}, 'p')};
  plan.type_codes = {kType};
  plan.elements = {"certificateNumber", "certificateHolderName"};
  plan.from = absl::FromUnixSeconds(1795478400);
  return plan;
}

gateway::v1::Agreement Read(const std::string& text) {
  gateway::v1::Agreement agreement;
  EXPECT_TRUE(ParseTextMessage(text, Reason::kAgreementInvalid, &agreement).ok());
  return agreement;
}

TEST(AgreementText, BindsMembersInBothDirectionsAndNoneWithItself) {
  const auto text = AgreementText(Plan());

  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_TRUE(Agreement::Parse(*text).ok());
  const gateway::v1::Agreement agreement = Read(*text);
  EXPECT_THAT(agreement.parties(), ElementsAre("31", "32", "44"));
  ASSERT_EQ(agreement.rules_size(), 2);
  EXPECT_THAT(agreement.rules(0).from_jurisdictions(), ElementsAre("31", "32"));
  EXPECT_THAT(agreement.rules(0).to_jurisdictions(), ElementsAre("44"));
  EXPECT_THAT(agreement.rules(1).from_jurisdictions(), ElementsAre("44"));
  EXPECT_THAT(agreement.rules(1).to_jurisdictions(), ElementsAre("31", "32"));
  EXPECT_EQ(agreement.from().seconds(), 1795478400);
  EXPECT_EQ(agreement.scenarios(0).zh(), "政务服务");
  EXPECT_THAT(*text, HasSubstr("政务服务")) << "as people read it";
}

TEST(AgreementText, NamesEachMembersFirstRootAndWhatItPublishesFor) {
  const gateway::v1::Agreement agreement = Read(*AgreementText(Plan()));

  ASSERT_EQ(agreement.counterpart_roots_size(), 2);
  EXPECT_EQ(agreement.counterpart_roots(0).member(), "delta");
  EXPECT_EQ(agreement.counterpart_roots(0).sha256(), absl::BytesToHexString(std::string(32, 'd')));
  EXPECT_THAT(agreement.counterpart_roots(0).jurisdictions(), ElementsAre("31", "32"));
  EXPECT_THAT(agreement.counterpart_roots(1).jurisdictions(), ElementsAre("44"));
}

TEST(AgreementText, NamesTheVeryBytesOfAPack) {
  AgreementPlan plan = Plan();
  plan.packs = {
      "owner_jurisdiction: \"31\" type_code: \"11100000XX0000019L003\" "
      "standard: \"delta-reply\" version: \"1\""};

  const auto text = AgreementText(plan);

  ASSERT_TRUE(text.ok()) << text.status();
  const gateway::v1::Agreement agreement = Read(*text);
  ASSERT_EQ(agreement.packs_size(), 1);
  EXPECT_EQ(agreement.packs(0).sha256(), absl::BytesToHexString(Sha256(plan.packs[0])));
  EXPECT_EQ(agreement.packs(0).standard(), "delta-reply");
  EXPECT_EQ(agreement.packs(0).owner_jurisdiction(), "31");
}

TEST(AgreementText, WhatIsWrongIsToldWithItsFlag) {
  const auto refusal = [](const auto& change) {
    AgreementPlan plan = Plan();
    change(plan);
    return std::string(AgreementText(plan).status().message());
  };

  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.members.pop_back(); }),
              HasSubstr("--member: expected the files of two or more"));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.members[1].set_member("delta"); }),
              HasSubstr("--member: expected the files of two or more different"));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.members[1].set_jurisdictions(0, "31"); }),
              HasSubstr("--member: "));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.type_codes = {"driving"}; }),
              HasSubstr("--type: "));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.id = "Delta Pearl"; }), HasSubstr("--id: "));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.scenario = "Use"; }),
              HasSubstr("--scenario: "));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.elements = {std::string(65, 'e')}; }),
              HasSubstr("--element: "));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.packs = {"no pack"}; }),
              HasSubstr("--pack: expected the text of a mapping pack"));
  EXPECT_THAT(refusal([](AgreementPlan& plan) { plan.dictionary_version = 0; }),
              HasSubstr("--dictionary-version: "));
}

}  // namespace
}  // namespace mrg
