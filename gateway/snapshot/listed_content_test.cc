#include "gateway/snapshot/listed_content.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/target_paths.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

// Expects that what Sichuan lists is refused at the path, with words of the refusal.
void ExpectRefused(TrustLists lists, const std::string& path, const std::string& words) {
  const auto read = ReadListedContent(lists.Set(kSichuanMember), lists);

  EXPECT_EQ(ReasonOf(read.status()), Reason::kAgreementInvalid) << read.status();
  EXPECT_EQ(FieldOf(read.status()), absl::StrCat("sichuan-chongqing:", path));
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(words));
}

std::string TextBetween(const std::string& id, uint32_t revision) {
  return TextOf(DraftAgreement(id, revision, {"50", "51"}, FixtureNow()));
}

TEST(Threat, H5_M8_T15_AMemberListsSoManyAgreements) {
  TrustLists lists;
  for (size_t i = 0; i < kAgreementTextsMax; ++i) {
    const std::string id = absl::StrCat("a-", i);
    lists.PutFile(kSichuanMember, AgreementPath("50", id, 1), TextBetween(id, 1));
  }

  ExpectRefused(lists, "50/agreements/chuanyu-2022/1", "at most 8192 agreements");
}

TEST(Threat, H5_M8_T15_AnAgreementHasSoManyRevisions) {
  TrustLists lists;
  for (size_t i = 1; i <= kAgreementRevisionsMax; ++i) {
    lists.PutFile(kSichuanMember, AgreementPath("50", "a", i), TextBetween("a", i));
  }
  ASSERT_TRUE(ReadListedContent(lists.Set(kSichuanMember), lists).ok());
  lists.PutFile(kSichuanMember, AgreementPath("50", "a", 999), TextBetween("a", 999));

  ExpectRefused(lists, "50/agreements/a/999", "at most 128 revisions");
}

// The length is that of the signed list, so that nothing needs to be read.
TEST(Threat, H5_M8_T15_AgreementsAndRepealsHaveSoManyBytes) {
  TrustLists lists;
  lists.PutFile(kSichuanMember, RepealPath("50", "cross-region-sample"),
                "agreement_id: \"cross-region-sample\" effective_from { seconds: 1900000000 }");
  ASSERT_TRUE(ReadListedContent(lists.Set(kSichuanMember), lists).ok());
  for (InForceTarget& target : lists.Set(kSichuanMember).targets) {
    if (target.path == "50/repeals/cross-region-sample") target.length = kAgreementBytesMax;
  }

  // The text stands in both provinces and is counted once.
  ExpectRefused(lists, "50/repeals/cross-region-sample", "at most 33554432 bytes");
}

TEST(Threat, H5_M8_T15_AllAgreementsOfAMemberHaveSoManyUses) {
  std::vector<std::string> parties;
  for (int i = 11; i < 99; ++i) parties.push_back(absl::StrCat(i));
  auto agreement = DraftAgreement("a", 1, parties, FixtureNow());
  agreement.clear_scenarios();
  for (size_t uses = 0; uses + parties.size() * parties.size() <= kAgreementUsesMax;
       uses += parties.size() * parties.size()) {
    auto* const scenario = agreement.add_scenarios();
    scenario->set_id(absl::StrCat("s-", uses));
    scenario->set_zh("s");
    scenario->set_en("s");
    auto* const rule = AddRule("50", "51", "11100000XX0000019L003", scenario->id(), &agreement);
    rule->mutable_from_jurisdictions()->Assign(parties.begin(), parties.end());
    rule->mutable_to_jurisdictions()->Assign(parties.begin(), parties.end());
  }
  TrustLists lists;
  for (uint32_t revision = 1; revision <= 4; ++revision) {
    agreement.set_revision(revision);
    for (const char* province : {"50", "51"}) {
      lists.PutFile(kSichuanMember, AgreementPath(province, "a", revision), TextOf(agreement));
    }
  }
  ASSERT_TRUE(ReadListedContent(lists.Set(kSichuanMember), lists).ok());
  agreement.set_revision(5);
  lists.PutFile(kSichuanMember, AgreementPath("50", "a", 5), TextOf(agreement));

  ExpectRefused(lists, "50/agreements/a/5", "at most 1048576 uses");
}

// Compiling them is most of the work of a set.
TEST(Threat, H5_T15_AMemberListsSoManyPacksOfSoManyBytes) {
  TrustLists many, too_long;
  for (size_t i = 0; i < kPacksMax; ++i) {
    many.PutFile(kSichuanMember, PackPath("50", "11100000XX0000019L003", "a", absl::StrCat(i)), "");
  }
  for (InForceTarget& target : too_long.Set(kSichuanMember).targets) {
    if (ParseTargetPath(target.path)->kind == TargetKind::kPack) target.length = kPackBytesMax;
  }
  for (TrustLists* lists : {&many, &too_long}) {
    const auto read = ReadListedContent(lists->Set(kSichuanMember), *lists);

    EXPECT_EQ(ReasonOf(read.status()), Reason::kPackInvalid) << read.status();
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("at most 2048 packs of a member"));
  }
}

}  // namespace
}  // namespace mrg
