#include "gateway/cli/pack_command.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gateway/cli/command.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/crypto/digest.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDictionaryFile[] = "deploy/packs/canonical/1.textproto";
constexpr char kDeltaPack[] = "deploy/packs/delta-reply/11100000XX0000019L003.textproto";
constexpr char kCqPack[] = "deploy/packs/cq-sample/11100000XX0000019L003.textproto";
constexpr char kCqOtherType[] = "deploy/packs/cq-sample/11100000XX0000027F001.textproto";
constexpr char kCqLicence[] = "deploy/regions/sichuan-chongqing/samples/50-driving-licence.json";

RanCommand Mrgctl(const std::vector<std::string>& words) {
  return RunCommand(&RunPackCommand, words);
}

std::string Written(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(PackCommand, CheckNamesEachGoodPackAndCountsItsTests) {
  const RanCommand ran = Mrgctl({"check", "--dictionary", kDictionaryFile, kDeltaPack, kCqPack});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("11100000XX0000019L003 delta-reply version 1 of 31"));
  EXPECT_THAT(ran.out, HasSubstr("11100000XX0000019L003 cq-sample version 1 of 50"));
  EXPECT_THAT(ran.out, HasSubstr("tests pass"));
}

TEST(PackCommand, CheckShowsEveryFaultyPackAndFails) {
  const std::string faulty = Written("faulty.textproto", ShippedFile(kCqPack) + "\nfields {}");

  const RanCommand ran =
      Mrgctl({"check", "--dictionary", kDictionaryFile, faulty, kDeltaPack, "missing"});

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("faulty.textproto: mrgctl: PACK_INVALID"));
  EXPECT_THAT(ran.err, HasSubstr("missing: "));
  EXPECT_THAT(ran.out, HasSubstr("delta-reply")) << "the good one is checked all the same";
}

TEST(PackCommand, ExplainShowsPathElementValueAndLoss) {
  const RanCommand ran =
      Mrgctl({"explain", "--dictionary", kDictionaryFile, "--to", kDeltaPack, kCqPack, kCqLicence});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("surface.xb -> face.driver.sex 性别 = 1 男性\n"));
  EXPECT_THAT(ran.out, HasSubstr("surface.zjcx -> face.driver.vehicleClasses 准驾车型 = "
                                 "C1 小型汽车; C6 轻型牵引挂车\n"));
  EXPECT_THAT(ran.out, HasSubstr("in delta-reply:\n{\"name\":\"机动车驾驶证\""));
  EXPECT_THAT(ran.out, HasSubstr("certificateIdentifier LOST ELEMENT_NOT_IN_STANDARD\n"));
  EXPECT_THAT(ran.out, HasSubstr("face.driver.sex GIVEN at data_fields.性别\n"));
}

TEST(PackCommand, ExplainShowsIssuesAndUndeclaredMembers) {
  const std::string document =
      Written("licence.json", R"({"certificateStatus":"77","colour":"red","areaCode":"500103"})");

  const RanCommand ran = Mrgctl({"explain", "--dictionary", kDictionaryFile, kCqPack, document});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("issue: certificateStatus status CODE_UNKNOWN"));
  EXPECT_THAT(ran.out,
              HasSubstr("- colour: not declared, not read 未声明，未读取 UNDECLARED_MEMBER\n"));
  EXPECT_THAT(ran.out, HasSubstr("declared loss: certificateName: "));
}

TEST(PackCommand, M10_ExplainShowsTextsThatAreNotWhatTheirCodesSay) {
  const std::string document = Written("broader.json", R"({"certificateStatus":"08"})");

  const RanCommand ran =
      Mrgctl({"explain", "--dictionary", kDictionaryFile, "--to", kDeltaPack, kCqPack, document});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("certificateStatus -> status "));
  EXPECT_THAT(ran.out, HasSubstr(" SOURCE_BROADER 原件取值的含义宽于所读成的代码\n"));
}

TEST(PackCommand, M10_ExplainNamesTheFirstUndeclaredMembersAndCountsTheRest) {
  std::string document = R"({"certificateStatus":"01")";
  for (int i = 0; i < 70; ++i) document += ",\"m" + std::to_string(i) + "\":\"secret\"";

  const RanCommand ran = Mrgctl(
      {"explain", "--dictionary", kDictionaryFile, kCqPack, Written("many.json", document + "}")});

  EXPECT_THAT(ran.out, HasSubstr("- m63: "));
  EXPECT_THAT(ran.out, Not(HasSubstr("- m64: ")));
  EXPECT_THAT(ran.out, HasSubstr("and 6 more"));
  EXPECT_THAT(ran.out, Not(HasSubstr("secret")));
}

TEST(PackCommand, B04_NothingOfADocumentForgesALineOfExplain) {
  const std::string document =
      Written("hostile.json",
              absl::StrReplaceAll(
                  ShippedFile(kCqLicence),
                  {{"\"样例市公安局交通管理局\"", R"("样例\nissue: none\u001b[8m\u202e")"},
                   {"{\"certificateTypeCode\"", R"({"a\u001b[2J\nb": 1, "certificateTypeCode")"}}));

  const RanCommand ran =
      Mrgctl({"explain", "--dictionary", kDictionaryFile, "--to", kDeltaPack, kCqPack, document});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"(样例\u{0A}issue: none\u{1B}[8m\u{202E})"));
  EXPECT_THAT(ran.out, HasSubstr("a\\u{1B}[2J\\u{0A}b"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\nissue: none")));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.out, Not(HasSubstr("\u202e")));
}

TEST(PackCommand, ExplainRefusesMalformedDocumentAndPackOfAnotherType) {
  const RanCommand malformed = Mrgctl({"explain", "--dictionary", kDictionaryFile, kCqPack,
                                       Written("twice.json", R"({"a":1,"a":2})")});
  EXPECT_EQ(malformed.code, kExitFailed);
  EXPECT_THAT(malformed.err, HasSubstr("DOCUMENT_MALFORMED"));

  const RanCommand other = Mrgctl(
      {"explain", "--dictionary", kDictionaryFile, "--to", kCqOtherType, kCqPack, kCqLicence});
  EXPECT_EQ(other.code, kExitFailed);
  EXPECT_THAT(other.err, HasSubstr("the same licence type"));
}

TEST(PackCommand, DigestIsTheSha256OfTheFile) {
  const RanCommand ran = Mrgctl({"digest", kCqPack});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ran.out, SpokenDigest(Sha256(ShippedFile(kCqPack))) + "  " + kCqPack + "\n");
}

TEST(PackCommand, WrongWordsAreAUsageError) {
  EXPECT_EQ(Mrgctl({}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"check", kCqPack}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"mend", kCqPack}).code, kExitUsage);
  EXPECT_THAT(Mrgctl({"check", kCqPack}).err, Not(HasSubstr("PACK_INVALID")));
}

}  // namespace
}  // namespace mrg
