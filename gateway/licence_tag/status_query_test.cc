#include "gateway/licence_tag/status_query.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const TaggedLicence kLicence = {*JurisdictionId::Parse("50"),
                                *LicenceTypeCode::Parse("11100000XX0000019L003"), "S-1"};
const EpochKeys kKeys = {{1, {1, std::string(32, 'a')}},
                         {2, {2, std::string(32, 'b')}},
                         {3, {3, std::string(32, 'c'), kNow}}};

std::string TagOf(uint32_t epoch) { return LicenceTag(kKeys.at(epoch), kLicence); }

TEST(StatusQuery, HasATagForEachEpochOfTheListAndTheEpochInUse) {
  const auto query = QueryAt(kKeys, {{1, 5}, {2, 1}}, kLicence, kNow);

  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->epoch, 3u);
  EXPECT_THAT(query->tags, ElementsAre(Pair(1, TagOf(1)), Pair(2, TagOf(2))));
  EXPECT_THAT(QueryAt(kKeys, {}, kLicence, kNow)->tags, IsEmpty());
}

TEST(StatusQuery, IsOfTheEpochThatWasInUseThen) {
  EXPECT_EQ(QueryAt(kKeys, {{1, 1}}, kLicence, kNow - absl::Seconds(1))->epoch, 2u);
  EXPECT_EQ(QueryUnder(kKeys, 1, {{1, 1}}, kLicence)->epoch, 1u);
}

TEST(StatusQuery, MissingKeyOfTheListOrInUseMakesNone) {
  EXPECT_FALSE(QueryAt(kKeys, {{1, 1}, {4, 1}}, kLicence, kNow).has_value());
  EXPECT_FALSE(QueryUnder(kKeys, 4, {{1, 1}}, kLicence).has_value());
  EXPECT_FALSE(QueryAt({{3, kKeys.at(3)}}, {}, kLicence, kNow - absl::Seconds(1)).has_value());
  EXPECT_FALSE(QueryAt({}, {}, kLicence, kNow).has_value());
}

}  // namespace
}  // namespace mrg
