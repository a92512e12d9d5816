#include "gateway/federation/bundle_import.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gateway/federation/testing/following_parts.h"
#include "gateway/federation/testing/serving_node.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// The Delta follows the hub and Sichuan-Chongqing.
class BundleImportTest : public ::testing::Test {
 protected:
  std::vector<Peer> Peers() const {
    return {{sichuan_, "127.0.0.1:2", "sc.example", "", of_sichuan_.root(1), "", false, false},
            {hub_, "127.0.0.1:1", "hub.example", "", of_hub_.root(1), "", true, false}};
  }

  // Adds all that the simulator serves for the publisher.
  void Add(const MemberId& publisher, const RepositorySimulator& repository) {
    for (const auto& [name, bytes] : repository.all_served()) {
      if (absl::EndsWith(name, ".timestamp.json")) continue;  // a bundle has the newest alone
      const bool in_folder = name.find('/') != std::string::npos;
      const bool is_node = name.rfind("nodes/", 0) == 0;
      const std::string folder = !in_folder ? "/metadata/" : is_node ? "/" : "/targets/";
      const auto added = files_->Add(publisher.value() + folder + name, bytes);
      EXPECT_TRUE(added.ok()) << name << " " << added;
    }
  }
  std::vector<std::string> Import() {
    std::vector<std::string> outcomes;
    for (const BundleOutcome& outcome : import_.Import(*files_, kStart)) {
      const auto reason = ReasonOf(outcome.status);
      outcomes.push_back(outcome.publisher.value() + (outcome.own ? " own"
                                                      : reason.has_value()
                                                          ? " " + std::string(TokenOf(*reason))
                                                      : outcome.changed ? " changed"
                                                                        : " same"));
    }
    return outcomes;
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId sichuan_ = *MemberId::Parse("sichuan-chongqing");
  RepositorySimulator of_hub_{kStart}, of_sichuan_{kStart};
  const std::unique_ptr<BundleFiles> files_ = *BundleFiles::Create(::testing::TempDir());
  FollowingParts node_{own_, Peers(), kStart};
  const BundleImport import_{
      own_,
      &node_.peers,
      {&node_.desk.store, &node_.first_roots, node_.parts().put_in_force, node_.parts().refused,
       &node_.fork_gate, &node_.turns, &node_.desk.events}};
};

TEST_F(BundleImportTest, TheHubComesFirstThenTheOthersByName) {
  Add(sichuan_, of_sichuan_);
  Add(hub_, of_hub_);

  EXPECT_THAT(Import(), ElementsAre("hub changed", "sichuan-chongqing changed"));

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "sichuan-chongqing 1"));
  EXPECT_THAT(Import(), ElementsAre("hub same", "sichuan-chongqing same"));
}

TEST_F(BundleImportTest, OneThatIsRefusedLeavesTheOthersAlone) {
  RepositorySimulator other(kStart);  // with other keys
  Add(hub_, other);
  Add(sichuan_, of_sichuan_);

  const std::vector<std::string> outcomes = Import();

  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_THAT(outcomes[0], HasSubstr("hub METADATA_"));
  EXPECT_EQ(outcomes[1], "sichuan-chongqing changed");
  EXPECT_EQ(node_.TakeRefused().size(), 1u);
}

TEST_F(BundleImportTest, ASetWhoseContentIsRefusedIsNotInForceAndIsOfferedAgainByTheNextImport) {
  Add(hub_, of_hub_);
  node_.take = MakeError(Reason::kPackInvalid, "a pack fails");
  EXPECT_THAT(Import(), ElementsAre("hub PACK_INVALID"));
  EXPECT_FALSE(InForceStore(&node_.desk.store).Load(hub_)->has_value());

  node_.take = absl::OkStatus();

  EXPECT_THAT(Import(), ElementsAre("hub changed"));
  EXPECT_TRUE(InForceStore(&node_.desk.store).Load(hub_)->has_value());
}

TEST_F(BundleImportTest, TheOwnPartIsLeftAloneAndAStrangersIsRefused) {
  Add(own_, of_hub_);
  Add(*MemberId::Parse("stranger"), of_hub_);

  EXPECT_THAT(Import(), ElementsAre("stranger MEMBER_UNKNOWN", "yangtze-delta own"));

  EXPECT_THAT(node_.TakeInForce(), IsEmpty());
}

}  // namespace
}  // namespace mrg
