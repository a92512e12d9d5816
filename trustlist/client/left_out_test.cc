// What a follower says of delegations that it left out for their fault: which, why, and behind
// which roles of the top-level targets they stand.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/memory_files.h"
#include "trustlist/client/mirror_fetcher.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/testing/plain_repository.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// "through: delegator -> role REASON", one a line.
std::vector<std::string> WordsOf(const std::vector<LeftOutRole>& left_out) {
  std::vector<std::string> words;
  for (const LeftOutRole& one : left_out) {
    words.push_back(
        absl::StrCat(one.through, ": ", one.delegator, " -> ", one.role, " ", TokenOf(one.reason)));
  }
  return words;
}

TEST(LeftOut, H1_ARoleBehindAProvincesIsLeftOutOfTheSetInForceUntilItIsThere) {
  const MemberId member = *MemberId::Parse("yangtze-delta");
  RepositorySimulator repository(kStart);
  MemoryStore store;
  MetadataStore metadata(&store);
  ASSERT_TRUE(InitTrust(member, repository.root(1), std::nullopt, &metadata).ok());
  Updater updater(member, &store, &repository);
  ASSERT_TRUE(updater.Refresh(kStart).ok());
  Json delegations =
      MakeTargets({{"repeals-31", {{repository.signer("j-31").public_key()}}, {"31/repeals/*"}}}, 1,
                  kStart)
          .signed_part()["delegations"];
  repository.draft("j-31").SetMember("delegations", std::move(delegations));
  repository.Publish("j-31");

  const auto outcome = updater.Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const std::string expected = "j-31: j-31 -> repeals-31 METADATA_MISMATCH";
  EXPECT_THAT(WordsOf(outcome->in_force.left_out), ElementsAre(expected));
  // It stays so while nothing is newer, and after a restart.
  EXPECT_THAT(WordsOf(updater.Refresh(kStart)->in_force.left_out), ElementsAre(expected));
  EXPECT_THAT(WordsOf((*InForceStore(&store).Load(member))->left_out), ElementsAre(expected));

  repository.draft("j-31").SetMember("delegations",
                                     {{"keys", Json::object()}, {"roles", Json::array()}});
  repository.Publish("j-31");
  EXPECT_THAT(updater.Refresh(kStart)->in_force.left_out, IsEmpty());
}

TEST(LeftOut, H1_TheFaultOfOneDelegatorIsNotThatOfAnotherWhoDelegatesToTheSameRole) {
  PlainRepository repository(kStart);
  repository.Delegate("targets", "A", {"a/*"});
  repository.Delegate("targets", "B", {"b/*"});
  repository.Delegate("targets", "C", {"c/*"});
  repository.Delegate("A", "shared", {"*/*"});
  repository.Delegate("shared", "deep", {"*/*"});
  // B names the key that signs the role, C another one.
  repository.Delegate("B", "shared", {"*/*"});
  const PlainRepository::Keys signers = repository.signers("shared");
  repository.SetSigners("shared", {PlainRepository::NewKey()});
  repository.Delegate("C", "shared", {"*/*"});
  repository.SetSigners("shared", signers);
  repository.SetSigners("deep", {PlainRepository::NewKey()});
  repository.Publish({"A", "B", "C", "shared", "deep", "targets", "snapshot", "timestamp"});
  MirrorFetcher mirror(&repository.metadata());
  MemoryFiles files;
  ASSERT_TRUE(files.Take(kRootRole, 1, repository.root(1)).ok());
  auto client = RefreshTopLevel({&mirror, &files}, {ClientRules::kSpecification, {}, {}}, kStart);
  ASSERT_TRUE(client.ok()) << client.status();
  const auto faults = client->UpdateDelegated();
  ASSERT_TRUE(faults.ok()) << faults.status();

  const auto set = ToInForceSet(*MemberId::Parse("yangtze-delta"), client->trusted(), *faults);

  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_THAT(WordsOf(set->left_out), ElementsAre("A: shared -> deep METADATA_THRESHOLD",
                                                  "B: shared -> deep METADATA_THRESHOLD",
                                                  "C: C -> shared METADATA_THRESHOLD"));
}

}  // namespace
}  // namespace mrg
