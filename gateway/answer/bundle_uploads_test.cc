#include "gateway/answer/bundle_uploads.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gateway/base/reason.h"
#include "gateway/federation/testing/following_parts.h"
#include "gtest/gtest.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using gateway::v1::ImportBundleRequest;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// The Delta follows the hub.
class BundleUploadsTest : public ::testing::Test {
 protected:
  // All that the hub's repository serves, as the messages of a bundle.
  std::vector<ImportBundleRequest> Bundle() {
    std::vector<ImportBundleRequest> messages;
    for (const auto& [name, bytes] : of_hub_.all_served()) {
      if (absl::EndsWith(name, ".timestamp.json")) continue;  // a bundle has the newest alone
      const bool in_folder = absl::StrContains(name, '/');
      const bool is_node = absl::StartsWith(name, "nodes/");
      auto* const file = messages.emplace_back().add_files();
      file->set_name((!in_folder ? "hub/metadata/" : is_node ? "hub/" : "hub/targets/") + name);
      file->set_content(bytes);
    }
    messages.back().set_complete(true);
    return messages;
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  RepositorySimulator of_hub_{kNow};
  FollowingParts node_{
      own_, {{hub_, "127.0.0.1:1", "hub.example", "", of_hub_.root(1), "", true, false}}, kNow};
  const BundleImport import_{
      own_,
      &node_.peers,
      {&node_.desk.store, &node_.first_roots, node_.parts().put_in_force, node_.parts().refused,
       &node_.fork_gate, &node_.turns, &node_.desk.events}};
  BundleUploads uploads_{&import_, ::testing::TempDir()};
};

TEST_F(BundleUploadsTest, WhatCameInAllMessagesIsPutInForceTogether) {
  const auto upload = *uploads_.Begin();
  for (const ImportBundleRequest& message : Bundle()) ASSERT_TRUE(upload->Take(message).ok());

  const auto answer = upload->Finish(kNow);

  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->publishers_size(), 1);
  const auto& hub = answer->publishers(0);
  EXPECT_EQ(hub.publisher(), "hub");
  EXPECT_TRUE(hub.changed());
  EXPECT_EQ(hub.refusal(), "");
  EXPECT_GE(hub.roles_size(), 4);
  EXPECT_EQ(node_.TakeInForce(), std::vector<std::string>{"hub 1"});
}

TEST_F(BundleUploadsTest, APartThatIsRefusedSaysWhy) {
  node_.take = MakeError(Reason::kPackInvalid, "a pack fails");
  const auto upload = *uploads_.Begin();
  for (const ImportBundleRequest& message : Bundle()) ASSERT_TRUE(upload->Take(message).ok());

  const auto answer = upload->Finish(kNow);

  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->publishers_size(), 1);
  EXPECT_EQ(answer->publishers(0).refusal(), "PACK_INVALID");
  EXPECT_EQ(answer->publishers(0).detail(), "PACK_INVALID: a pack fails");
  EXPECT_EQ(answer->publishers(0).roles_size(), 0);
}

TEST_F(BundleUploadsTest, AnUploadThatBrokeOffPutsNothingInForce) {
  const auto upload = *uploads_.Begin();
  std::vector<ImportBundleRequest> messages = Bundle();
  messages.pop_back();
  for (const ImportBundleRequest& message : messages) ASSERT_TRUE(upload->Take(message).ok());

  EXPECT_EQ(ReasonOf(upload->Finish(kNow).status()), Reason::kBundleMalformed);

  EXPECT_TRUE(node_.TakeInForce().empty());
}

TEST_F(BundleUploadsTest, NothingFollowsTheLastMessageAndNoFileStandsOutsideAPublisher) {
  const auto upload = *uploads_.Begin();
  ImportBundleRequest stray;
  stray.add_files()->set_name("hub/elsewhere/root.json");
  EXPECT_EQ(ReasonOf(upload->Take(stray)), Reason::kBundleMalformed);
  ImportBundleRequest last;
  last.set_complete(true);
  ASSERT_TRUE(upload->Take(last).ok());

  EXPECT_EQ(ReasonOf(upload->Take(last)), Reason::kBundleMalformed);
}

TEST_F(BundleUploadsTest, OneBundleAtATime) {
  auto first = *uploads_.Begin();

  EXPECT_EQ(ReasonOf(uploads_.Begin().status()), Reason::kOverloaded);
  first.reset();

  EXPECT_TRUE(uploads_.Begin().ok());
}

TEST_F(BundleUploadsTest, ABundleThatFoundNoSpaceLeavesThePlaceToTheNext) {
  BundleUploads nowhere(&import_, ::testing::TempDir() + "/absent");

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ReasonOf(nowhere.Begin().status()), Reason::kStoreUnavailable);
  }
}

}  // namespace
}  // namespace mrg
