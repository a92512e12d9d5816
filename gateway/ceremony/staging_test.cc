// What may be staged: each text is judged as the node will judge it, while it can still be mended.

#include "gateway/ceremony/staging.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/issuer_addition.h"
#include "gateway/ceremony/testing/ceremony_folder.h"
#include "gateway/crypto/public_key.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Fault : public CeremonyTest {
 protected:
  // `from`, where a text has it first, becomes `to`; that is a fault of `field`.
  struct FaultyText {
    const char *from, *to, *field;
  };
  // Each is refused with its field and the line of it, and leaves the folder as it was.
  template <size_t kCount>
  void ExpectRefusedWithLine(const std::string& good, const FaultyText (&faults)[kCount],
                             const StageOptions& options, Reason reason) const {
    const std::string before = *folder_->ReadBytes("j-31");
    for (const FaultyText& fault : faults) {
      const size_t place = good.find(fault.from);
      ASSERT_NE(place, std::string::npos) << fault.from;
      std::string text = good;
      text.replace(place, std::string(fault.from).size(), fault.to);

      const absl::Status refused = StageText(text, options).status();

      EXPECT_EQ(ReasonOf(refused), reason) << fault.field;
      EXPECT_EQ(FieldOf(refused), fault.field) << refused;
      EXPECT_THAT(std::string(refused.message()), HasSubstr("line ")) << fault.field;
      EXPECT_EQ(*folder_->ReadBytes("j-31"), before) << fault.field;
    }
    EXPECT_FALSE(std::filesystem::exists(base_ + "/repository/targets/31"));
  }
};

TEST_F(Fault, B09_AStagedStateOrRepealIsWithinTenYearsAndWithinTheCalendar) {
  const std::string path = base_ + "/staged";
  const auto stage = [&](const std::string& text, StageOptions options) {
    EXPECT_TRUE(WriteWholeFile(path, text).ok());
    options.file = path;
    return StageTarget(options, kNow, folder_.get()).status();
  };
  const auto issuers = [&](const std::string& from, bool far_ahead) {
    const std::string state =
        absl::StrCat(" states { kind: ISSUER_STATE_KIND_RETIRED from { ", from, " } } }");
    return stage(absl::StrReplaceAll(IssuerText(), {{" }\n", state}}),
                 {.issuers = "31", .far_ahead = far_ahead});
  };
  const auto repeal = [&](const std::string& from, bool far_ahead) {
    return stage(absl::StrCat("agreement_id: \"sample\" effective_from { seconds: 1795478400 } "
                              "further { revision: 1 effective_from { ",
                              from, " } }"),
                 {.repeal = "31", .far_ahead = far_ahead});
  };

  EXPECT_EQ(FieldOf(issuers("seconds: 9223372036854775807 nanos: -1", true)),
            "entries[0].states[0].from");
  EXPECT_EQ(FieldOf(issuers("seconds: 4070908800", false)), "entries[0].states[0].from");
  EXPECT_TRUE(issuers("seconds: 4070908800", true).ok());
  EXPECT_EQ(FieldOf(repeal("seconds: 253402300800", true)), "further[0].effective_from");
  EXPECT_EQ(FieldOf(repeal("seconds: 4070908800", false)), "further[0].effective_from");
  EXPECT_TRUE(repeal("seconds: 4070908800", true).ok());
}

TEST_F(Fault, U13_AnIssuerListIsJudgedWhereItIsStagedWithTheLineOfItsFault) {
  const std::string good = IssuerText();
  const auto stage = [&](absl::string_view from, absl::string_view to) {
    const std::string path = base_ + "/staged";
    EXPECT_TRUE(
        WriteWholeFile(path, "# why\n" + good +
                                 absl::StrReplaceAll(good, {{from, to}, {"key one", "key two"}}))
            .ok());
    return StageTarget({.file = path, .issuers = "31"}, kNow, folder_.get()).status();
  };
  const struct {
    const char *from, *to, *field;
  } kCases[] = {
      {"001XH", "001XK", "entries[1].issuer_code"},
      {"19L003", "19M003", "entries[1].type_codes[0]"},
      {"prefixes: \"31", "prefixes: \"32", "entries[1].area_prefixes[0]"},
      {"prefixes: \"31", "prefixes: \"\" area_prefixes: \"31", "entries[1].area_prefixes"},
      {"key_use: ISSUER_KEY_USE_SIGNING", "", "entries[1].key_use"},
      {"SIGNATURE_ALGORITHM_ED25519", "SIGNATURE_ALGORITHM_SM2_SM3", "entries[1].public_key"},
      {"listed_from { seconds: 1577808000 }", "listed_from { nanos: -1 }",
       "entries[1].listed_from"},
  };
  for (const auto& one : kCases) {
    const absl::Status refused = stage(one.from, one.to);
    EXPECT_EQ(ReasonOf(refused), Reason::kIssuerListInvalid) << one.field;
    EXPECT_EQ(FieldOf(refused), one.field) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("line 3: ")) << one.field;
  }
  EXPECT_TRUE(stage("a", "a").ok());
  EXPECT_TRUE(WriteWholeFile(base_ + "/staged", "").ok());
  EXPECT_EQ(
      FieldOf(
          StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status()),
      "entries");
}

TEST_F(Fault, U13_ATypeMustBeOneOfTheCatalogueThatIsStaged) {
  const auto catalogue = StageTarget({.file = kCatalogue, .catalogue = "31"}, kNow, folder_.get());
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  StageIssuer();
  EXPECT_TRUE(
      WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(IssuerText(), {{"19L003", "19L999"}}))
          .ok());

  const absl::Status refused =
      StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status();

  EXPECT_EQ(FieldOf(refused), "entries[0].type_codes[0]") << refused;
}

TEST_F(Fault, U13_ACatalogueIsJudgedWhereItIsStagedWithTheLineOfItsFault) {
  const std::string good = *ReadWholeFile(kCatalogue);
  const struct {
    const char *from, *to, *field;
  } kCases[] = {
      {"0019L001", "0018L001", "entries[0].type_code"},
      {"name: \"居民身份证\"", "", "entries[0].name"},
      {"dictionary_version: 1", "", "entries[0].dictionary_version"},
      {"holder_kind: HOLDER_KIND_NATURAL_PERSON", "", "entries[0].holder_kind"},
      {"standards: \"delta-reply\"", "", "entries[0].standards"},
      {"standards: \"delta-reply\"", "standards: \"Delta\"", "entries[0].standards[0]"},
      {"default_standard: \"delta-reply\"", "default_standard: \"cq-sample\"",
       "entries[0].default_standard"},
      {"obligation: ELEMENT_OBLIGATION_MANDATORY", "", "entries[0].elements[0].obligation"},
      {"aliases: \"驾驶证\"", "aliases: \"身份证\"", "entries[1].aliases[1]"},
  };
  for (const auto& one : kCases) {
    ASSERT_THAT(good, HasSubstr(one.from));
    EXPECT_TRUE(
        WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(good, {{one.from, one.to}})).ok());
    const absl::Status refused =
        StageTarget({.file = base_ + "/staged", .catalogue = "31"}, kNow, folder_.get()).status();
    EXPECT_EQ(ReasonOf(refused), Reason::kCatalogueInvalid) << one.field;
    EXPECT_EQ(FieldOf(refused), one.field) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("line ")) << one.field;
  }
}

TEST_F(Fault, U13_ACataloguesElementsAreThoseOfTheDictionary) {
  const FaultyText faults[] = {
      {"element_id: \"certificateNumber\"", "element_id: \"colour\"",
       "entries[0].elements[1].element_id"},
      {"dictionary_version: 1", "dictionary_version: 2", "entries[0].dictionary_version"},
  };
  const std::string good = *ReadWholeFile(kCatalogue);
  ExpectRefusedWithLine(good, faults, {.catalogue = "31", .canonical = kDictionary},
                        Reason::kCatalogueInvalid);

  const auto judged = StageText(good, {.catalogue = "31", .canonical = kDictionary});
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_FALSE(judged->without_dictionary);
}

TEST_F(Fault, U13_APackAndItsOwnTestsAreJudgedWhereItIsStagedWithTheLineOfTheFault) {
  const FaultyText faults[] = {
      {"element_id: \"certificateNumber\"", "element_id: \"colour\"", "fields[1]"},
      {"element_id: \"certificateNumber\"", "element_id: \"certificateTypeName\"", "fields[1]"},
      {"code { table: \"licence-status\" }", "text {}", "fields[2]"},
      {"table: \"licence-status\"", "table: \"other\"", "fields[2]"},
      {"accuracy: PAIR_ACCURACY_EXACT", "", "code_tables[0]"},
      {"dictionary_version: 1", "dictionary_version: 2", "dictionary_version"},
      {"values: \"320100000001\"", "values: \"320100000002\"", "tests[0]"},
  };
  const std::string good = *ReadWholeFile(kPack);
  ExpectRefusedWithLine(good, faults, {.pack = "31", .canonical = kDictionary},
                        Reason::kPackInvalid);

  const auto judged = StageText(good, {.pack = "31", .canonical = kDictionary});
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_FALSE(judged->without_dictionary);
}

TEST_F(Fault, U13_APackIsJudgedByTheDictionaryThatTheFolderListsOrSaysThatItWasNot) {
  const std::string good = *ReadWholeFile(kPack);
  const std::string faulty =
      absl::StrReplaceAll(good, {{"element_id: \"certificateNumber\"", "element_id: \"colour\""}});
  const auto unjudged = StageText(faulty, {.pack = "31"});
  ASSERT_TRUE(unjudged.ok()) << unjudged.status();
  EXPECT_TRUE(unjudged->without_dictionary);
  ASSERT_TRUE(StageText(*ReadWholeFile(kDictionary), {.dictionary = true}).ok());

  EXPECT_EQ(FieldOf(StageText(faulty, {.pack = "31"}).status()), "fields[1]");
  EXPECT_EQ(
      FieldOf(
          StageText(faulty, {.target = "31/packs/11100000XX0000019L003/delta-reply/1"}).status()),
      "fields[1]");
  EXPECT_EQ(ReasonOf(StageText(good, {.pack = "31", .canonical = kPack}).status()),
            Reason::kDictionaryInvalid);

  const auto judged = StageText(good, {.pack = "31"});
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_FALSE(judged->without_dictionary);
}

TEST_F(Fault, U13_HowTheRulesOfAnAgreementHoldTogetherIsJudgedWhereItIsStaged) {
  const FaultyText faults[] = {
      {"scenario: \"government-service\"", "scenario: \"other\"", "rules[0].scenario"},
      {"from_jurisdictions: \"33\"", "from_jurisdictions: \"50\"", "rules[0].from_jurisdictions"},
      {"from_jurisdictions: \"33\"", "from_jurisdictions: \"32\"", "rules[0]"},
      {"type_code: \"11100000XX0000019L003\"", "type_code: \"11100000XX0000019L001\"", "rules[1]"},
      {"standard: \"delta-reply\"", "standard: \"delta/reply\"", "packs[0].standard"},
      {"jurisdictions: \"31\" jurisdictions", "jurisdictions: \"50\" jurisdictions",
       "counterpart_roots[0].jurisdictions"},
  };
  ExpectRefusedWithLine(AgreementText(), faults, {.agreement = "31"}, Reason::kAgreementInvalid);
  const absl::Status rootless = StageText(*ReadWholeFile(kAgreement), {.agreement = "31"}).status();
  EXPECT_EQ(FieldOf(rootless), "counterpart_roots") << rootless;

  EXPECT_TRUE(StageText(AgreementText(), {.agreement = "31"}).ok());
}

TEST_F(Fault, U13_APublishedEntryIsNotDeletedByWhatIsStaged) {
  StageIssuer();
  ASSERT_TRUE(folder_->MarkPublished().ok());
  EXPECT_TRUE(
      WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(IssuerText(), {{"key one", "key two"}}))
          .ok());

  const absl::Status replaced =
      StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status();
  const absl::Status removed = StageTarget({.remove = "31/issuers"}, kNow, folder_.get()).status();

  EXPECT_EQ(ReasonOf(replaced), Reason::kIssuerListInvalid) << replaced;
  EXPECT_EQ(ReasonOf(removed), Reason::kIssuerListInvalid) << removed;
}

TEST_F(Fault, U13_NothingIsStagedForAJurisdictionOfAnotherMember) {
  const std::string before = *folder_->ReadBytes("targets");
  std::string issuers = IssuerText();
  const std::string area = "area_prefixes: \"31\"";
  issuers.replace(issuers.find(area), area.size(), "area_prefixes: \"32\"");
  StageOptions catalogue = {.catalogue = "32"};
  catalogue.file = kCatalogue;
  const std::vector<absl::Status> refused = {
      StageText(issuers, {.issuers = "32"}).status(),
      StageTarget(catalogue, kNow, folder_.get()).status(),
      StageText("repeal", {.target = "32/issuers"}).status(),
      AddIssuer({.jurisdiction = "32",
                 .issuer_code = kIssuer,
                 .name = "样例机关",
                 .type_codes = {"11100000XX0000019L003"},
                 .areas = {},
                 .from = {}},
                *PublicKey::Parse(Scheme::kEd25519, KeyNamed("key one")), kNow, folder_.get())
          .status()};

  for (const absl::Status& one : refused) EXPECT_FALSE(one.ok());
  for (const size_t i : {size_t{0}, size_t{1}, size_t{3}}) {
    EXPECT_EQ(FieldOf(refused[i]), "jurisdiction") << refused[i];
    EXPECT_THAT(std::string(refused[i].message()), HasSubstr("one of this member: 31"));
  }
  EXPECT_EQ(*folder_->ReadBytes("targets"), before);
  EXPECT_FALSE(std::filesystem::exists(base_ + "/repository/targets/32"));
}

TEST_F(Fault, B03_AFileIsStagedUnderNoNameButItsOwn) {
  const auto stage = [&](const std::string& file, StageOptions options) {
    options.file = file;
    return StageTarget(options, kNow, folder_.get()).status();
  };
  const std::string calendar = "deploy/regions/hub/calendar-2026.textproto";
  const std::string agreement = kAgreement;

  for (const absl::Status& refused :
       {stage(calendar, {.calendar = "2027"}), stage(calendar, {.target = "calendar/2027"})}) {
    EXPECT_EQ(ReasonOf(refused), Reason::kMetadataMalformed);
    EXPECT_EQ(FieldOf(refused), "year");
    EXPECT_THAT(std::string(refused.message()), AllOf(HasSubstr("2027"), HasSubstr("2026")));
  }
  EXPECT_TRUE(stage(calendar, {.calendar = "2026"}).ok());
  EXPECT_EQ(FieldOf(stage(kPack, {.pack = "32"})), "owner_jurisdiction");
  EXPECT_EQ(FieldOf(stage(kPack, {.target = "31/packs/11100000XX0000019L003/cq-sample/1"})),
            "standard");
  EXPECT_EQ(FieldOf(stage(agreement, {.agreement = "50"})), "parties");
  EXPECT_EQ(FieldOf(stage(agreement, {.target = "31/agreements/another/1"})), "id");
  EXPECT_EQ(ReasonOf(stage(agreement, {.target = "31/issuers"})), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(stage(agreement, {.target = "notices"})), Reason::kMetadataMalformed);
}

}  // namespace
}  // namespace mrg
