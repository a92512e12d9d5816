// A disk on which no sync ends for as long as the test likes: what rests on it waits or is refused,
// what does not goes on, and in the end each request is answered once and stands in the log once.

#include <signal.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/catalogue_service.grpc.pb.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/memory_growth.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/held_disk.h"
#include "tests/scenario/raw_calls.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueService;
using gateway::v1::ListScenariosRequest;
using gateway::v1::ListScenariosResponse;
using gateway::v1::RecognitionService;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr int kCallers = 40;
// Of calls that wait, above what the node holds when idle.
constexpr int64_t kGrowthBytesMax = int64_t{256} << 20;

class Threat : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    disk_ = std::make_unique<HeldDisk>(absl::StrCat(testing::TempDir(), "/held-disk"));
    StartOnce({.run_by = {{kDelta, disk_->RunBy()}}});
  }

  static RecognizeRequest NewQuestion(absl::string_view using_jurisdiction) {
    return Question(using_jurisdiction, "50",
                    SignedBy(*IssuerKey(federation(), "issuer", "50"), DrivingLicence("50")));
  }

  static grpc::Status Ask(const RecognizeRequest& request, absl::Duration deadline,
                          RecognizeResponse* answer) {
    grpc::ClientContext context;
    PrepareCall(&context, deadline);
    return RecognitionService::NewStub(
               federation().Api(kDelta, absl::StrCat("platform-", request.using_jurisdiction())))
        ->Recognize(&context, request, answer);
  }

  static inline std::unique_ptr<HeldDisk> disk_;
};

TEST_F(Threat, N04_OnASlowDiskCallsWaitOrAreRefusedAndNothingIsLost) {
  RecognizeResponse first;
  ASSERT_TRUE(Ask(NewQuestion("31"), kCallDeadline, &first).ok());
  const uint64_t size = federation().LogSize(kDelta);
  const MemoryGrowth growth(federation().PidOf(kDelta));

  disk_->Hold();
  std::vector<RecognizeResponse> answers(kCallers);
  std::vector<grpc::Status> ended(kCallers);
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&answers, &ended, i] {
      ended[i] = Ask(NewQuestion("31"), absl::Minutes(5), &answers[i]);
    });
  }
  const RecognizeRequest impatient = NewQuestion("32");
  RecognizeResponse none;
  EXPECT_EQ(Ask(impatient, absl::Seconds(2), &none).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  // One question so often that another caller's places are all taken.
  const std::string file = federation().folder() + "/asked-again";
  WriteTestFile(file, NewQuestion("33").SerializeAsString());
  const RawCalls many(federation(), kDelta, "api", "platform-33",
                      {"mrg.gateway.v1.RecognitionService/Recognize", 9, 240, "unread", file});
  many.Sent();
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("grpc_code=\"RESOURCE_EXHAUSTED\""));
  ListScenariosResponse scenarios;
  EXPECT_TRUE(Call<CatalogueService>(federation().Api(kDelta, "platform-31"),
                                     &CatalogueService::Stub::ListScenarios, ListScenariosRequest(),
                                     &scenarios)
                  .ok())
      << "what needs no disk does not wait for it";
  EXPECT_EQ(federation().LogSize(kDelta), size) << "nothing is shown that is not on the disk";
  EXPECT_LT(growth.Peak(), kGrowthBytesMax);
  EXPECT_TRUE(WaitUntil([] { return !federation().IsReady(kDelta); }));
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("waiting for the disk"));
  EXPECT_THAT(federation().Metrics(kDelta),
              AllOf(HasSubstr("mrg_store_failed 1"), HasSubstr("\nmrg_ready 0\n")));

  disk_->Release();
  for (std::thread& caller : callers) caller.join();
  std::set<uint64_t> places;
  for (int i = 0; i < kCallers; ++i) {
    ASSERT_TRUE(ended[i].ok()) << ReasonIn(ended[i]);
    EXPECT_EQ(InWords(answers[i]), "RECOGNIZED");
    places.insert(answers[i].receipt().index());
  }
  EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); }));
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("\nmrg_ready 1\n"));
  RecognizeResponse again;
  EXPECT_TRUE(Ask(impatient, kCallDeadline, &again).ok());
  places.insert(again.receipt().index());
  EXPECT_EQ(places.size(), size_t{kCallers} + 1);
  // And the one that was asked so often.
  EXPECT_TRUE(WaitUntil([&] { return federation().LogSize(kDelta) >= size + kCallers + 2; }));
  EXPECT_EQ(federation().LogSize(kDelta), size + kCallers + 2);
}

TEST_F(Threat, N04_N10_ANodeWhoseDiskDoesNotAnswerCanBeStopped) {
  const RecognizeRequest question = NewQuestion("31");
  const uint64_t size = federation().LogSize(kDelta);
  disk_->Hold();
  RecognizeResponse none;
  EXPECT_EQ(Ask(question, absl::Seconds(2), &none).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);

  ASSERT_EQ(kill(federation().PidOf(kDelta), SIGTERM), 0);
  EXPECT_TRUE(WaitUntil(
      [] { return absl::StrContains(federation().LogOf(kDelta), "\"event\":\"node_stopping\""); }));
  EXPECT_EQ(federation().StopNode(kDelta), 3) << "the exit code of a stop that was cut";

  EXPECT_THAT(federation().LogOf(kDelta),
              AllOf(ContainsRegex("\"event\":\"node_stopping\",\"member\":\"yangtze-delta\","
                                  "\"calls\":[1-9][0-9]*,\"streams\":[0-9]+,\"records\":1,"),
                    HasSubstr("\"event\":\"node_stop_asked_again\",\"seconds_left\":"),
                    HasSubstr("\"event\":\"node_stop_cut\",\"seconds\":10"),
                    Not(HasSubstr("\"event\":\"node_stopped\""))));
  disk_->Release();
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  RecognizeResponse answer;
  EXPECT_TRUE(Ask(question, kCallDeadline, &answer).ok());
  EXPECT_EQ(federation().LogSize(kDelta), size + 1);
}

}  // namespace
}  // namespace mrg
