#include "gateway/answer/repository_answers.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/own_repository.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTreeNodesRequest;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::WatchRequest;

class RepositoryAnswersTest : public OwnRepositoryTest {
 protected:
  RepositoryAnswersTest() { EXPECT_TRUE(publisher_->Publish(First(), kStart).ok()); }

  static GetMetadataRequest MetadataRequest() {
    GetMetadataRequest request;
    request.set_publisher("yangtze-delta");
    request.set_role("root");
    return request;
  }
  static GetTargetRequest TargetRequest() {
    GetTargetRequest request;
    request.set_publisher("yangtze-delta");
    request.set_path("31/issuers");
    request.set_sha256(Sha256("the list"));
    return request;
  }
  static GetTreeNodesRequest NodesRequest() {
    GetTreeNodesRequest request;
    request.set_publisher("yangtze-delta");
    request.add_sha256(EmptyTree());
    return request;
  }

  const RepositoryReader reader_{&store_};
};

TEST_F(RepositoryAnswersTest, FilesInForceAreGivenAndAMetadataFileOfAVersionWhenItIsNamed) {
  GetMetadataRequest of_version = MetadataRequest();
  of_version.set_version(1);
  GetMetadataRequest of_no_version = MetadataRequest();
  of_no_version.set_version(7);

  const std::string newest = GetMetadata(reader_, MetadataRequest())->content();

  EXPECT_EQ(newest, *reader_.ReadMetadata(member_, "root", 1));
  EXPECT_EQ(GetMetadata(reader_, of_version)->content(), newest);
  EXPECT_EQ(ReasonOf(GetMetadata(reader_, of_no_version).status()), Reason::kMetadataNotFound);
  EXPECT_EQ(GetTarget(reader_, TargetRequest())->content(), "the list");
  EXPECT_EQ(Sha256(GetTreeNodes(reader_, NodesRequest())->nodes(0)), EmptyTree());
}

TEST_F(RepositoryAnswersTest, BadFieldsOfMetadataAreNamed) {
  GetMetadataRequest nobody = MetadataRequest();
  nobody.clear_publisher();
  GetMetadataRequest no_role = MetadataRequest();
  no_role.set_role("../root");
  GetMetadataRequest negative = MetadataRequest();
  negative.set_version(-1);

  EXPECT_EQ(FieldOf(GetMetadata(reader_, nobody).status()), "publisher");
  EXPECT_EQ(FieldOf(GetMetadata(reader_, no_role).status()), "role");
  EXPECT_EQ(FieldOf(GetMetadata(reader_, negative).status()), "version");
  GetMetadataRequest short_digest = MetadataRequest();
  short_digest.set_signed_sha256("short");
  EXPECT_EQ(FieldOf(GetMetadata(reader_, short_digest).status()), "signed_sha256");
}

TEST_F(RepositoryAnswersTest, ARangeOfTimestampsSaysWhereToGoOnAndItsBadFieldsAreNamed) {
  ListTimestampsRequest request;
  request.set_publisher("yangtze-delta");
  request.set_first_version(1);
  request.set_last_version(3);
  ListTimestampsRequest from_none = request;
  from_none.set_first_version(0);
  ListTimestampsRequest backwards = request;
  backwards.set_first_version(4);

  const auto answer = ListTimestamps(reader_, request);

  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->timestamps_size(), 1);
  EXPECT_EQ(answer->timestamps(0), *reader_.ReadMetadata(member_, "timestamp", 1));
  EXPECT_EQ(answer->next_version(), 2);
  EXPECT_EQ(FieldOf(ListTimestamps(reader_, from_none).status()), "first_version");
  EXPECT_EQ(FieldOf(ListTimestamps(reader_, backwards).status()), "last_version");
}

TEST_F(RepositoryAnswersTest, BadFieldsOfTargetsAndNodesAreNamed) {
  GetTargetRequest upwards = TargetRequest();
  upwards.set_path("31/../32/issuers");
  GetTargetRequest no_digest = TargetRequest();
  no_digest.set_sha256("short");
  GetTreeNodesRequest none = NodesRequest();
  none.clear_sha256();
  GetTreeNodesRequest bad_second = NodesRequest();
  bad_second.add_sha256("short");
  GetTreeNodesRequest too_many = NodesRequest();
  for (size_t i = 0; i < kNodesPerFetchMax; ++i) too_many.add_sha256(EmptyTree());

  EXPECT_EQ(FieldOf(GetTarget(reader_, upwards).status()), "path");
  EXPECT_EQ(FieldOf(GetTarget(reader_, no_digest).status()), "sha256");
  EXPECT_EQ(FieldOf(GetTreeNodes(reader_, none).status()), "sha256");
  EXPECT_EQ(FieldOf(GetTreeNodes(reader_, bad_second).status()), "sha256[1]");
  EXPECT_EQ(FieldOf(GetTreeNodes(reader_, too_many).status()), "sha256");
}

TEST_F(RepositoryAnswersTest, WhoWatchesNamesPublishersOrAll) {
  WatchRequest two;
  two.add_publishers("hub");
  two.add_publishers("yangtze-delta");
  WatchRequest bad = two;
  bad.add_publishers("No Member");
  WatchRequest too_many;
  for (int i = 0; i < 65; ++i) too_many.add_publishers("hub");

  EXPECT_THAT(*WatchedPublishers({}), IsEmpty());
  EXPECT_THAT(*WatchedPublishers(two), ElementsAre("hub", "yangtze-delta"));
  EXPECT_EQ(FieldOf(WatchedPublishers(bad).status()), "publishers[2]");
  EXPECT_EQ(FieldOf(WatchedPublishers(too_many).status()), "publishers");
}

}  // namespace
}  // namespace mrg
