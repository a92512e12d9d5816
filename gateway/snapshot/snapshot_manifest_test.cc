#include "gateway/snapshot/snapshot_manifest.h"

#include <algorithm>
#include <functional>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::SnapshotManifest;
using ::testing::IsEmpty;
using ::testing::SizeIs;

InForceSet SetOf(const char* publisher) {
  return {*MemberId::Parse(publisher),
          {{"root", 1, Sha256("root"), absl::FromUnixSeconds(1900000000)},
           {"timestamp", 7, Sha256("timestamp"), absl::FromUnixSeconds(1800000000)}},
          {{"31/catalogue", Sha256("catalogue"), "j-31", 12, true},
           {"31/status/licences", Sha256("status"), "status", 13, true},
           {"log-keys", Sha256("keys"), "targets", 14, false}},
          false,
          {{"j-31", "j-31", "repeals-31", Reason::kMetadataThreshold},
           {"j-32", "targets", "j-32", Reason::kMetadataMalformed}}};
}

TEST(SnapshotManifest, SetsComeBackAsTheyWere) {
  const std::vector<InForceSet> sets = {SetOf("hub"), SetOf("yangtze-delta")};

  const auto back = FromManifest(ToManifest(sets));

  ASSERT_TRUE(back.ok());
  ASSERT_THAT(*back, SizeIs(2));
  for (size_t i = 0; i < sets.size(); ++i) {
    EXPECT_EQ((*back)[i].publisher, sets[i].publisher);
    EXPECT_TRUE(SameInForce((*back)[i], sets[i]));
  }
}

TEST(SnapshotManifest, EverythingIsSortedWhateverTheOrder) {
  InForceSet reversed = SetOf("hub");
  std::reverse(reversed.roles.begin(), reversed.roles.end());
  std::reverse(reversed.targets.begin(), reversed.targets.end());
  std::reverse(reversed.left_out.begin(), reversed.left_out.end());

  const SnapshotManifest manifest = ToManifest({SetOf("yangtze-delta"), reversed});

  EXPECT_EQ(CanonicalBytes(manifest),
            CanonicalBytes(ToManifest({SetOf("hub"), SetOf("yangtze-delta")})));
  ASSERT_EQ(manifest.publishers_size(), 2);
  EXPECT_EQ(manifest.publishers(0).publisher(), "hub");
  EXPECT_EQ(manifest.publishers(0).roles(0).role(), "root");
  EXPECT_EQ(manifest.publishers(0).targets(0).path(), "31/catalogue");
}

TEST(SnapshotManifest, IdIsTheDigestOfTheCanonicalBytes) {
  const SnapshotManifest manifest = ToManifest({SetOf("hub")});

  EXPECT_EQ(SnapshotId(manifest), Sha256(CanonicalBytes(manifest)));
}

TEST(SnapshotManifest, EveryFieldChangesTheId) {
  const std::string id = SnapshotId(ToManifest({SetOf("hub")}));
  const std::vector<std::function<void(InForceSet*)>> changes = {
      [](InForceSet* set) { set->publisher = *MemberId::Parse("hub2"); },
      [](InForceSet* set) { set->roles[0].role = "targets"; },
      [](InForceSet* set) { set->roles[0].version = 2; },
      [](InForceSet* set) { set->roles[0].signed_sha256 = Sha256("x"); },
      [](InForceSet* set) { set->roles[0].expires += absl::Microseconds(1); },
      [](InForceSet* set) { set->roles.pop_back(); },
      [](InForceSet* set) { set->targets[0].path = "31/catalogus"; },
      [](InForceSet* set) { set->targets[0].sha256 = Sha256("x"); },
      [](InForceSet* set) { set->targets[0].role = "j-32"; },
      [](InForceSet* set) { set->targets[0].length = 99; },
      [](InForceSet* set) { set->targets[0].is_tree = false; },
      [](InForceSet* set) { set->targets.pop_back(); },
      [](InForceSet* set) { set->left_out[0].through = "j-30"; },
      [](InForceSet* set) { set->left_out[0].delegator = "j-30"; },
      [](InForceSet* set) { set->left_out[0].role = "repeals"; },
      [](InForceSet* set) { set->left_out[0].reason = Reason::kMetadataMismatch; },
      [](InForceSet* set) { set->left_out.pop_back(); }};
  for (size_t i = 0; i < changes.size(); ++i) {
    InForceSet set = SetOf("hub");
    changes[i](&set);
    EXPECT_NE(SnapshotId(ToManifest({set})), id) << i;
  }
}

TEST(SnapshotManifest, NothingInForceIsTheEmptyManifest) {
  EXPECT_EQ(CanonicalBytes(ToManifest({})), "");
  const auto sets = FromManifest({});
  ASSERT_TRUE(sets.ok());
  EXPECT_THAT(*sets, IsEmpty());
}

TEST(SnapshotManifest, PublisherThatIsNoMemberIdIsCorrupt) {
  for (const char* publisher : {"", "Hub", "a/b"}) {
    SnapshotManifest manifest;
    manifest.add_publishers()->set_publisher(publisher);

    EXPECT_EQ(ReasonOf(FromManifest(manifest).status()), Reason::kStoreCorrupt) << publisher;
  }
}

TEST(SnapshotManifest, ReasonThatIsNotKnownIsCorrupt) {
  SnapshotManifest manifest = ToManifest({SetOf("hub")});
  manifest.mutable_publishers(0)->mutable_left_out(0)->set_reason("NO_REASON_OF_OURS");

  EXPECT_EQ(ReasonOf(FromManifest(manifest).status()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
