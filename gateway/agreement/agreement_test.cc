#include "gateway/agreement/agreement.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kText[] = R"(
id: "delta"
revision: 2
dictionary_version: 1
parties: "31"
parties: "32"
scenarios { id: "government-service" zh: "政务服务" en: "Government service" }
rules {
  type_code: "11100000XX0000019L003"
  from_jurisdictions: "32"
  to_jurisdictions: "31"
  scenario: "government-service"
  allowed_elements: "certificateNumber"
  grace: 86400
  conditions: "original"
}
conditions { id: "original" zh: "可查验原件" en: "The original may be asked for" }
packs {
  type_code: "11100000XX0000019L003"
  standard: "delta-reply"
  version: "1"
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  owner_jurisdiction: "31"
}
dispute_routes {
  kind: "STATUS_ERROR" jurisdiction: "31" queue: "status"
  accept_working_days: 3
  decide_working_days: 7
}
counterpart_roots {
  member: "yangtze-delta"
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  jurisdictions: "31"
  jurisdictions: "32"
}
from { seconds: 1600000000 }
until { seconds: 1700000000 }
)";

absl::Status After(const std::string& from, const std::string& to) {
  const std::string changed = absl::StrReplaceAll(kText, {{from, to}});
  EXPECT_NE(changed, kText) << from;
  return Agreement::Parse(changed).status();
}

TEST(Agreement, GoodTextSaysWhoWhatAndWhen) {
  const auto agreement = Agreement::Parse(kText);

  ASSERT_TRUE(agreement.ok()) << agreement.status();
  EXPECT_EQ((*agreement)->id(), "delta");
  EXPECT_EQ((*agreement)->revision(), 2u);
  EXPECT_TRUE((*agreement)->HasParty("31"));
  EXPECT_FALSE((*agreement)->HasParty("50"));
  EXPECT_TRUE((*agreement)->HasScenario("government-service"));
  EXPECT_FALSE((*agreement)->HasScenario("traffic-check"));
  EXPECT_TRUE((*agreement)->Covers(absl::FromUnixSeconds(1600000000)));
  EXPECT_FALSE((*agreement)->Covers(absl::FromUnixSeconds(1700000000)));
}

TEST(Agreement, WithoutAnEndItCoversEveryLaterInstant) {
  const auto agreement =
      Agreement::Parse(absl::StrReplaceAll(kText, {{"until { seconds: 1700000000 }", ""}}));
  ASSERT_TRUE(agreement.ok()) << agreement.status();
  EXPECT_TRUE((*agreement)->Covers(absl::FromUnixSeconds(4000000000)));
}

TEST(Agreement, FaultIsRefusedByTheNameOfItsField) {
  const struct {
    const char* from;
    const char* to;
    const char* field;
  } faults[] = {
      {"id: \"delta\"", "id: \"Delta\"", "id"},
      {"revision: 2", "", "revision"},
      {"dictionary_version: 1", "", "dictionary_version"},
      {"from { seconds: 1600000000 }", "from { nanos: -1 }", "from"},
      {"until { seconds: 1700000000 }", "until { seconds: 1600000000 }", "until"},
      {"parties: \"32\"", "parties: \"3\"", "parties"},
      {"parties: \"32\"", "parties: \"31\"", "parties"},
      {"parties: \"32\"", "", "parties"},
      {"id: \"government-service\"", "id: \"\"", "scenarios[0].id"},
      {"zh: \"政务服务\"", "", "scenarios[0].zh"},
      {"en: \"Government service\"", "", "scenarios[0].en"},
      {"type_code: \"11100000XX0000019L003\"\n  from", "type_code: \"x\"\n  from",
       "rules[0].type_code"},
      {"scenario: \"government-service\"", "scenario: \"other\"", "rules[0].scenario"},
      {"from_jurisdictions: \"32\"", "from_jurisdictions: \"50\"", "rules[0].from_jurisdictions"},
      {"to_jurisdictions: \"31\"", "", "rules[0].to_jurisdictions"},
      {"allowed_elements: \"certificateNumber\"", "allowed_elements: \"\"",
       "rules[0].allowed_elements"},
      {"scenario: \"government-service\"", "scenario: \"government-service\" freshness_limit: 60",
       "rules[0].freshness_limit"},
      {"grace: 86400", "grace: 86401", "rules[0].grace"},
      {"scenario: \"government-service\"", "scenario: \"government-service\" conditions: \"other\"",
       "rules[0].conditions"},
      {"conditions: \"original\"", "conditions: \"original\" conditions: \"original\"",
       "rules[0].conditions"},
      {"id: \"original\"", "id: \"Original\"", "conditions[0].id"},
      {"zh: \"可查验原件\"", "", "conditions[0].zh"},
      {"en: \"The original may be asked for\"", "", "conditions[0].en"},
      {"type_code: \"11100000XX0000019L003\"\n  standard", "standard", "packs[0].type_code"},
      {"standard: \"delta-reply\"", "standard: \"delta/reply\"", "packs[0].standard"},
      {"version: \"1\"", "version: \"1/2\"", "packs[0].version"},
      {"owner_jurisdiction: \"31\"", "", "packs[0].owner_jurisdiction"},
      {"version: \"1\"\n  sha256: \"e3b0", "version: \"1\"\n  sha256: \"E3B0", "packs[0].sha256"},
      {"kind: \"STATUS_ERROR\"", "kind: \"status\"", "dispute_routes[0].kind"},
      {"kind: \"STATUS_ERROR\"", "kind: \"STATUS_ERROR\" type_code: \"x\"",
       "dispute_routes[0].type_code"},
      {"jurisdiction: \"31\" queue", "jurisdiction: \"50\" queue",
       "dispute_routes[0].jurisdiction"},
      {"queue: \"status\"", "queue: \"a/b\"", "dispute_routes[0].queue"},
      {"accept_working_days: 3", "accept_working_days: 367",
       "dispute_routes[0].accept_working_days"},
      {"decide_working_days: 7", "decide_working_days: 367",
       "dispute_routes[0].decide_working_days"},
      {"member: \"yangtze-delta\"", "", "counterpart_roots[0].member"},
      {"member: \"yangtze-delta\"\n  sha256: \"e3", "member: \"yangtze-delta\"\n  sha256: \"",
       "counterpart_roots[0].sha256"},
      {"jurisdictions: \"31\"\n  jurisdictions: \"32\"", "", "counterpart_roots[0].jurisdictions"},
      {"jurisdictions: \"31\"\n  jurisdictions: \"32\"", "jurisdictions: \"31\"",
       "counterpart_roots"},
      {"jurisdictions: \"31\"\n  jurisdictions: \"32\"",
       "jurisdictions: \"31\"\n  jurisdictions: \"31\"", "counterpart_roots[0].jurisdictions"},
      {"jurisdictions: \"31\"\n  jurisdictions: \"32\"",
       "jurisdictions: \"31\"\n  jurisdictions: \"50\"", "counterpart_roots[0].jurisdictions"},
  };
  for (const auto& fault : faults) {
    const absl::Status status = After(fault.from, fault.to);
    EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid) << fault.from << " -> " << fault.to;
    EXPECT_EQ(FieldOf(status), fault.field) << fault.from << " -> " << fault.to;
  }
}

TEST(Agreement, TwoAnswersToOneQuestionAreRefused) {
  const std::string text = kText;
  const auto twice = [&](const std::string& begin, const std::string& end) {
    const size_t from = text.find(begin);
    return Agreement::Parse(text + text.substr(from, text.find(end, from) - from)).status();
  };
  EXPECT_EQ(FieldOf(twice("rules {", "conditions {")), "rules[1]");
  EXPECT_EQ(FieldOf(twice("packs {", "dispute_routes {")), "packs[1]");
  EXPECT_EQ(FieldOf(twice("dispute_routes {", "counterpart_roots {")), "dispute_routes[1]");
  EXPECT_EQ(FieldOf(twice("scenarios {", "rules {")), "scenarios[1].id");
  EXPECT_EQ(FieldOf(twice("conditions {", "packs {")), "conditions[1].id");
  EXPECT_EQ(FieldOf(twice("counterpart_roots {", "from {")), "counterpart_roots[1].member");
}

TEST(Threat, M03_OnlyThePackThatTheAgreementNamesHasADigest) {
  AgreementMatch match;
  match.agreement = *Agreement::Parse(kText);
  EXPECT_TRUE(match.PackSha256("11100000XX0000019L003", "delta-reply").has_value());
  EXPECT_EQ(match.PackSha256("11100000XX0000019L003", "cq-sample"), std::nullopt);
  EXPECT_EQ(match.PackSha256("11100000XX0000019L001", "delta-reply"), std::nullopt);
}

TEST(AgreementMatch, SaysGraceAndConditionsOfItsRule) {
  AgreementMatch match;
  match.agreement = *Agreement::Parse(kText);
  match.rule = &match.agreement->message().rules(0);

  EXPECT_EQ(match.Grace(), absl::Hours(24));
  ASSERT_EQ(match.Conditions().size(), 1u);
  EXPECT_EQ(match.Conditions()[0]->zh(), "可查验原件");
}

TEST(Repeal, FieldsAreReadAndFaultsRefusedByName) {
  const auto repeal =
      ParseRepeal("agreement_id: \"delta\" revision: 2 effective_from { seconds: 1650000000 }");
  ASSERT_TRUE(repeal.ok()) << repeal.status();
  EXPECT_EQ(repeal->revision(), 2u);
  EXPECT_EQ(ToTime(repeal->effective_from()), absl::FromUnixSeconds(1650000000));
  EXPECT_EQ(FieldOf(ParseRepeal("effective_from { seconds: 1 }").status()), "agreement_id");
  EXPECT_EQ(FieldOf(ParseRepeal("agreement_id: \"delta\"").status()), "effective_from");
  EXPECT_EQ(
      FieldOf(
          ParseRepeal("agreement_id: \"delta\" effective_from { seconds: 999999999999 }").status()),
      "effective_from");
  EXPECT_EQ(FieldOf(ParseRepeal("agreement_id: \"delta\" effective_from { seconds: 1 } "
                                "further { revision: 1 }")
                        .status()),
            "further[0].effective_from");
}

// Each use is a row in what is checked: 4,096 rules of a few kilobytes could have millions.
TEST(Threat, H5_ARuleOfManyPartiesIsCountedByItsUses) {
  std::string parties, from, to;
  for (int i = 11; i < 99; ++i) {
    absl::StrAppend(&parties, "parties: \"", i, "\" ");
    absl::StrAppend(&from, "from_jurisdictions: \"", i, "\" ");
    absl::StrAppend(&to, "to_jurisdictions: \"", i, "\" ");
  }
  const std::string rule =
      absl::StrCat("rules { type_code: \"11100000XX0000019L003\" ", from, to, "scenario: \"s\" }");
  std::string text =
      absl::StrCat("id: \"a\" revision: 1 dictionary_version: 1 ", parties,
                   "scenarios { id: \"s\" zh: \"s\" en: \"s\" } ", "from { seconds: 1600000000 } ");
  for (size_t uses = 0; uses <= kAgreementUsesMax; uses += 88 * 88) text += rule;

  const absl::Status status = Agreement::Parse(text).status();

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid);
  EXPECT_NE(status.message().find("262144 uses"), absl::string_view::npos) << status;
}

}  // namespace
}  // namespace mrg
