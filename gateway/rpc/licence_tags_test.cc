#include "gateway/rpc/licence_tags.h"

#include "gateway/recognition/testing/list_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const TaggedLicence kLicence = {*JurisdictionId::Parse("50"),
                                *LicenceTypeCode::Parse("11100000XX0000019L003"), "S-1"};
const EpochKeys kKeys = {
    {1, {1, std::string(32, 'a')}}, {2, {2, std::string(32, 'b')}}, {3, {3, std::string(32, 'c')}}};

std::string TagOf(uint32_t epoch) {
  return LicenceTag(kKeys.at(epoch).key, "50", "11100000XX0000019L003", "S-1");
}

LicenceStatusList ListOf(const std::vector<uint32_t>& epochs) {
  std::vector<gateway::v1::LicenceStatusEntry> entries;
  for (const uint32_t epoch : epochs) {
    entries.emplace_back().set_epoch(epoch);
    entries.back().set_tag(std::string(32, 't'));
  }
  return *LoadStatuses(StatusEntries(entries));
}

TEST(LicenceTags, AreOneUnderEachKey) {
  EXPECT_THAT(TagsUnder(kKeys, kLicence),
              ElementsAre(Pair(1, TagOf(1)), Pair(2, TagOf(2)), Pair(3, TagOf(3))));
  EXPECT_NE(TagOf(1), TagOf(2));
}

TEST(LicenceTags, QueryHasATagForEachEpochOfTheListAndTheEpochInUse) {
  const auto query = QueryOf(kKeys, 3, ListOf({1, 2}), kLicence);

  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->epoch, 3u);
  EXPECT_THAT(query->tags, ElementsAre(Pair(1, TagOf(1)), Pair(2, TagOf(2))));
  EXPECT_THAT(QueryOf(kKeys, 1, ListOf({}), kLicence)->tags, IsEmpty());
}

TEST(LicenceTags, MissingKeyOfTheListOrInUseMakesNoQuery) {
  EXPECT_FALSE(QueryOf(kKeys, 3, ListOf({1, 4}), kLicence).has_value());
  EXPECT_FALSE(QueryOf(kKeys, 4, ListOf({1}), kLicence).has_value());
  EXPECT_FALSE(QueryOf({}, 1, ListOf({}), kLicence).has_value());
}

}  // namespace
}  // namespace mrg
