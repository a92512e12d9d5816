// N01 with real processes: kill -9 at random moments loses nothing that was acknowledged and
// doubles nothing. MRG_SEED repeats a run's choices; the moments themselves also depend on the
// machine.

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/fault/steady_traffic.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using audit::v1::GetCheckpointResponse;
using audit::v1::GetConsistencyProofRequest;
using audit::v1::GetConsistencyProofResponse;
using audit::v1::GetInclusionProofRequest;
using audit::v1::GetInclusionProofResponse;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kKills = 20;
constexpr int kThreads = 4;
// A kill comes after this many answers of the restarted node at most.
constexpr int kAnswersMax = 150;
constexpr int kPublications = 8;
// A publication takes about 50 ms.
constexpr int kPublicationMsMax = 80;
constexpr int kStatusChanges = 6;
constexpr char kOrigin[] = "yangtze-delta/log-1";

class Threat : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  void SetUp() override {
    FederationSuite::SetUp();
    const char* given = std::getenv("MRG_SEED");
    uint64_t seed = 0;
    if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
    std::cout << "MRG_SEED=" << seed << std::endl;
    random_.seed(seed);
    auditor_ = federation().Api(kDelta, "auditor");
  }

  int Random(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

  // Kills the node and starts it again.
  static void KillAndRestart() {
    federation().KillNode(kDelta);
    const absl::Status started = federation().StartReady(kDelta);
    ASSERT_TRUE(started.ok()) << started;
  }

  std::vector<std::string> AllLeaves() {
    std::vector<std::string> leaves;
    ListRecordsRequest request;
    request.set_page_size(1000);
    do {
      ListRecordsResponse page;
      const grpc::Status status =
          Call<AuditService>(auditor_, &AuditService::Stub::ListRecords, request, &page);
      EXPECT_TRUE(status.ok()) << ReasonIn(status);
      leaves.insert(leaves.end(), page.leaves().begin(), page.leaves().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return leaves;
  }

  Checkpoint Newest() {
    GetCheckpointResponse response;
    EXPECT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetCheckpoint, {}, &response).ok());
    return Verified(response.checkpoint());
  }

  static Checkpoint Verified(const std::string& note) {
    const auto checkpoint =
        ParseSignedCheckpoint(note, kOrigin, federation().LogKeys(kDelta).at(0).key);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return checkpoint.ok() ? *checkpoint : Checkpoint();
  }

  void ExpectIncluded(const std::string& leaf, uint64_t index, const Checkpoint& checkpoint) {
    GetInclusionProofRequest request;
    request.set_index(index);
    request.set_tree_size(checkpoint.size);
    GetInclusionProofResponse response;
    ASSERT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetInclusionProof, request, &response)
            .ok());
    const std::vector<std::string> hashes(response.hashes().begin(), response.hashes().end());
    EXPECT_TRUE(
        VerifyInclusion(ToString(LeafHash(leaf)), index, checkpoint.size, hashes, checkpoint.root)
            .ok())
        << index;
  }

  void ExpectPrefix(const Checkpoint& older, const Checkpoint& newest) {
    GetConsistencyProofRequest request;
    request.set_first_size(older.size);
    request.set_second_size(newest.size);
    GetConsistencyProofResponse response;
    ASSERT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetConsistencyProof, request, &response)
            .ok());
    const std::vector<std::string> hashes(response.hashes().begin(), response.hashes().end());
    EXPECT_TRUE(VerifyConsistency(older.size, newest.size, older.root, newest.root, hashes).ok())
        << older.size;
  }

  std::mt19937_64 random_;
  std::shared_ptr<grpc::Channel> auditor_;
};

TEST_F(Threat, N01_KillAtRandomMomentsLosesNoAnswerAndDoublesNone) {
  const uint64_t before = federation().LogSize(kDelta);
  SteadyTraffic traffic(&federation(),
                        SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32")),
                        kThreads);
  for (int i = 0; i < kKills; ++i) {
    const uint64_t wanted =
        traffic.answered_count() + static_cast<uint64_t>(Random(1, kAnswersMax));
    ASSERT_TRUE(WaitUntil([&] { return traffic.answered_count() >= wanted; })) << i;
    KillAndRestart();
  }
  const std::vector<SteadyTraffic::Answered> answers = traffic.End();
  std::cout << answers.size() << " answers, " << traffic.failed_count()
            << " attempts ended by a kill" << std::endl;

  EXPECT_THAT(traffic.Complaints(), IsEmpty());
  EXPECT_GE(traffic.failed_count(), kKills) << "the kills must have met calls in flight";
  // Each answer is in the log, once, where its receipt says; nothing else is.
  const std::vector<std::string> leaves = AllLeaves();
  const Checkpoint newest = Newest();
  ASSERT_EQ(leaves.size(), newest.size);
  EXPECT_EQ(leaves.size(), before + answers.size());
  const std::vector<LogKey> keys = federation().LogKeys(kDelta);
  std::map<uint64_t, const SteadyTraffic::Answered*> by_index;
  std::map<uint64_t, std::string> checkpoints;  // by tree size
  for (const SteadyTraffic::Answered& answered : answers) {
    const gateway::v1::Receipt& receipt = answered.response.receipt();
    ASSERT_LT(receipt.index(), leaves.size());
    EXPECT_EQ(leaves[receipt.index()], receipt.leaf());
    EXPECT_TRUE(by_index.emplace(receipt.index(), &answered).second) << receipt.index();
    const auto proved = CheckReceipt(CanonicalBytes(receipt), keys);
    EXPECT_TRUE(proved.ok()) << proved.status();
    ExpectIncluded(receipt.leaf(), receipt.index(), newest);
    checkpoints.emplace(receipt.tree_size(), receipt.checkpoint());
  }
  for (const auto& [size, note] : checkpoints) ExpectPrefix(Verified(note), newest);

  // A request that was answered gets the same answer again, and no second record.
  const auto platform = federation().Api(kDelta, "platform-31");
  for (size_t i = 0; i < answers.size(); i += 1 + answers.size() / 40) {
    RecognizeResponse again;
    ASSERT_TRUE(Recognize(platform, answers[i].request, &again).ok());
    EXPECT_EQ(again.SerializeAsString(), answers[i].response.SerializeAsString());
  }
  EXPECT_EQ(federation().LogSize(kDelta), newest.size);

  // The stored log computed anew from its leaves.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  const Ran checked = RunToEnd(
      {"gateway/cli/mrgctl", "audit", "check", "--data-dir", federation().Path(kDelta, "data"),
       "--log-keys", federation().Path(kDelta, "repository/targets/log-keys"), "--origin", kOrigin},
      federation().folder());
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr(absl::StrCat(": ", newest.size, "\n")));
  // Digests are shown in groups.
  EXPECT_THAT(absl::StrReplaceAll(checked.out, {{" ", ""}}),
              HasSubstr(absl::BytesToHexString(newest.root)));
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
}

TEST_F(Threat, N01_KillDuringPublicationsKeepsEveryAcknowledgedVersion) {
  const std::string socket = "unix:" + federation().Path(kDelta, "run/admin.sock");
  int64_t acknowledged = federation().VersionAt(kDelta, kDelta, "j-31");
  int killed_before_answer = 0;
  for (int i = 0; i < kPublications; ++i) {
    ASSERT_TRUE(federation().Trust(kDelta, {"renew", "--role", "j-31"}).ok());
    ASSERT_TRUE(federation().Sign(kDelta, "j-31").ok());
    const std::string out = absl::StrCat(federation().folder(), "/publish-", i);
    auto publish =
        ChildProcess::Start({"gateway/cli/mrgctl", "trust", "publish", "--repository",
                             federation().Path(kDelta, "repository"), "--address", socket},
                            out, out);
    ASSERT_TRUE(publish.ok()) << publish.status();
    (*publish)->WaitForEnd(absl::Milliseconds(Random(0, kPublicationMsMax)));
    KillAndRestart();
    const std::optional<int> code = (*publish)->WaitForEnd(absl::Seconds(70));
    ASSERT_TRUE(code.has_value());

    const int64_t in_force = federation().VersionAt(kDelta, kDelta, "j-31");
    if (code == 0) {
      EXPECT_EQ(in_force, acknowledged + 1) << ReadIfThere(out);
    } else {
      ++killed_before_answer;
      EXPECT_GE(in_force, acknowledged);
      EXPECT_LE(in_force, acknowledged + 1);
    }
    // The operator publishes the same files again: done, whether they were taken before or not.
    if (code != 0) {
      const absl::Status again = federation().Publish(kDelta);
      ASSERT_TRUE(again.ok()) << again;
    }
    EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "j-31"), acknowledged + 1);
    ++acknowledged;
  }
  std::cout << killed_before_answer << " of " << kPublications << " publications were interrupted"
            << std::endl;
  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", acknowledged));
  EXPECT_EQ(federation().LastRefusalAt(kChuanyu, kDelta), "");
}

TEST_F(Threat, N01_KillDuringStatusChangesKeepsEveryAcknowledgedOne) {
  const auto issuer = IssuerKey(federation(), "issuer", "32");
  for (int i = 0; i < kStatusChanges; ++i) {
    const int sequence = 100 + i;
    SetLicenceStatusRequest request;
    request.set_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(LicenceNumber("32", sequence));
    request.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
    request.set_request_id(NewRequestId());
    SetLicenceStatusResponse first;
    bool acknowledged = false;
    std::thread authority([&] {
      acknowledged = Call<StatusService>(federation().Api(kDelta, "authority-32"),
                                         &StatusService::Stub::SetLicenceStatus, request, &first)
                         .ok();
    });
    WaitUntil([] { return false; }, absl::Milliseconds(Random(0, 60)));
    KillAndRestart();
    authority.join();

    const std::string answer =
        AnswerTo(federation().Api(kDelta, "platform-31"),
                 Question("31", "32", SignedBy(*issuer, DrivingLicence("32", sequence))));
    if (acknowledged) {
      EXPECT_EQ(answer, "NOT_RECOGNIZED LICENCE_REVOKED");
      EXPECT_GE(federation().VersionAt(kDelta, kDelta, "status"), first.status_version());
    }
    // Repeated, it is done, and done once.
    SetLicenceStatusResponse again;
    ASSERT_TRUE(Call<StatusService>(federation().Api(kDelta, "authority-32"),
                                    &StatusService::Stub::SetLicenceStatus, request, &again)
                    .ok());
    if (acknowledged) {
      EXPECT_EQ(again.status_version(), first.status_version());
    }
    EXPECT_EQ(AnswerTo(federation().Api(kDelta, "platform-31"),
                       Question("31", "32", SignedBy(*issuer, DrivingLicence("32", sequence)))),
              "NOT_RECOGNIZED LICENCE_REVOKED");
  }
}

}  // namespace
}  // namespace mrg
