#include "gateway/answer/publication_request.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

using gateway::v1::PublishRequest;
using gateway::v1::UploadContentRequest;

PublishRequest Request() {
  PublishRequest request;
  auto* metadata = request.add_metadata();
  metadata->set_name("targets.json");
  metadata->set_content("{}");
  auto* target = request.add_targets();
  target->set_path("log-keys");
  request.add_tree_nodes("node");
  return request;
}

TEST(PublicationRequest, IsTakenAsItCameAndATargetMayBeEmpty) {
  const auto publication = CheckPublication(Request());

  ASSERT_TRUE(publication.ok()) << publication.status();
  ASSERT_EQ(publication->metadata.size(), 1u);
  EXPECT_EQ(publication->metadata[0].first, "targets.json");
  ASSERT_EQ(publication->targets.size(), 1u);
  EXPECT_EQ(publication->targets[0].second, "");
  EXPECT_EQ(publication->tree_nodes, std::vector<std::string>{"node"});
}

TEST(PublicationRequest, BadFieldsAreNamed) {
  PublishRequest unnamed = Request();
  unnamed.mutable_metadata(0)->clear_name();
  PublishRequest large = Request();
  large.mutable_targets(0)->set_content(std::string((size_t{1} << 20) + 1, 'x'));
  PublishRequest empty_node = Request();
  empty_node.add_tree_nodes("");

  EXPECT_EQ(FieldOf(CheckPublication({}).status()), "metadata");
  EXPECT_EQ(FieldOf(CheckPublication(unnamed).status()), "metadata[0].name");
  EXPECT_EQ(FieldOf(CheckPublication(large).status()), "targets[0].content");
  EXPECT_EQ(FieldOf(CheckPublication(empty_node).status()), "tree_nodes[1]");
}

TEST(PublicationRequest, UploadedContentOverTheBoundIsNamed) {
  UploadContentRequest upload;
  upload.add_content("a");
  upload.add_content("");

  EXPECT_EQ(CheckUploadedContent(upload)->size(), 2u);
  upload.add_content(std::string((size_t{1} << 20) + 1, 'x'));
  EXPECT_EQ(FieldOf(CheckUploadedContent(upload).status()), "content[2]");
}

}  // namespace
}  // namespace mrg
