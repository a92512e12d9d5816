#include "gateway/licence_tag/licence_tag.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr char kType[] = "11100000XX0000019L003";
const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const TaggedLicence kLicence = {*JurisdictionId::Parse("50"), *LicenceTypeCode::Parse(kType),
                                "S-1"};
const EpochKeys kKeys = {{1, {1, std::string(32, 'a')}},
                         {2, {2, std::string(32, 'b')}},
                         {3, {3, std::string(32, 'c'), kNow + absl::Hours(1)}}};

std::string TagOf(uint32_t epoch) { return LicenceTag(kKeys.at(epoch).key, "50", kType, "S-1"); }

TEST(LicenceTag, IsTheHmacOfJurisdictionTypeAndNumberWithZerosBetween) {
  const std::string tag = LicenceTag("key", "50", kType, "S-1");

  EXPECT_EQ(tag, HmacSha256("key", absl::StrCat("50", absl::string_view("\0", 1), kType,
                                                absl::string_view("\0", 1), "S-1")));
  EXPECT_EQ(tag.size(), kDigestBytes);
}

TEST(LicenceTag, EveryPartCounts) {
  const std::string tag = LicenceTag("key", "50", kType, "S-1");

  EXPECT_NE(tag, LicenceTag("kez", "50", kType, "S-1"));
  EXPECT_NE(tag, LicenceTag("key", "51", kType, "S-1"));
  EXPECT_NE(tag, LicenceTag("key", "50", "11100000XX0000027F001", "S-1"));
  EXPECT_NE(tag, LicenceTag("key", "50", kType, "S-2"));
}

TEST(LicenceTag, NewEntriesStandUnderTheKeyInUse) {
  const auto key = KeyInUse(kKeys, kLicence, kNow);

  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->jurisdiction.value(), "50");
  EXPECT_EQ(key->epoch, 2u);
  EXPECT_EQ(key->tag, TagOf(2));
}

TEST(LicenceTag, ThereIsOneUnderEachKey) {
  const auto tags = TagsUnder(kKeys, kLicence, kNow);

  ASSERT_TRUE(tags.ok()) << tags.status();
  EXPECT_EQ(tags->epoch, 2u);
  EXPECT_THAT(tags->tags, ElementsAre(Pair(1, TagOf(1)), Pair(2, TagOf(2)), Pair(3, TagOf(3))));
  EXPECT_NE(TagOf(1), TagOf(2));
}

TEST(LicenceTag, WithoutAKeyInUseThereIsNone) {
  const EpochKeys later = {{3, kKeys.at(3)}};

  EXPECT_EQ(ReasonOf(KeyInUse({}, kLicence, kNow).status()), Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(TagsUnder(later, kLicence, kNow).status()), Reason::kEpochKeyUnavailable);
}

}  // namespace
}  // namespace mrg
