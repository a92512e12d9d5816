// The licence-tag key of a jurisdiction gets a further epoch while licences are being recognised:
// what was revoked stays revoked at every moment, and can be restored.

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusAction;
using gateway::v1::Presentation;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::AnyOf;
using testing::Each;
using testing::IsSubsetOf;

constexpr char kRevoked[] = "NOT_RECOGNIZED LICENCE_REVOKED";
// While a key is on its way.
constexpr char kUnknown[] = "STALE_TRUST STATUS_UNAVAILABLE";

// A platform of Chongqing that asks about one licence of Jiangsu without a pause.
class Asking {
 public:
  Asking(std::shared_ptr<grpc::Channel> channel, Presentation licence)
      : channel_(std::move(channel)), licence_(std::move(licence)), thread_([this] { Run(); }) {}
  ~Asking() { End(); }

  // Result: how many answers there have been.
  uint64_t count() const { return count_; }

  // Result: the different answers in words.
  std::set<std::string> End() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
    MutexLock lock(mu_);
    return answers_;
  }

 private:
  void Run() {
    while (!ending_) {
      std::string answer = AnswerTo(channel_, Question("50", "32", licence_));
      {
        MutexLock lock(mu_);
        answers_.insert(std::move(answer));
      }
      ++count_;
    }
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const Presentation licence_;
  std::atomic<bool> ending_ = false;
  std::atomic<uint64_t> count_ = 0;
  Mutex mu_;
  std::set<std::string> answers_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

class EpochRotation : public RecognitionSuite {
 protected:
  static Presentation Licence(int sequence) { return Signed("32", DrivingLicence("32", sequence)); }

  // Result: the version of Delta's status role that has the change; 0 when it was refused.
  static int64_t Set(int sequence, LicenceStatusAction action) {
    SetLicenceStatusRequest request;
    request.set_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(LicenceNumber("32", sequence));
    request.set_action(action);
    request.set_request_id(NewRequestId());
    SetLicenceStatusResponse response;
    const grpc::Status status =
        Call<StatusService>(federation().Api(kDelta, "authority-32"),
                            &StatusService::Stub::SetLicenceStatus, request, &response);
    EXPECT_TRUE(status.ok()) << ReasonIn(status);
    return response.status_version();
  }

  static void WaitForBoth(int64_t version) {
    ASSERT_TRUE(federation().WaitForVersion(kDelta, kDelta, "status", version));
    ASSERT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "status", version));
  }

  // Makes the second epoch of Jiangsu, in use from `from`, and restarts Delta's node with it.
  static void GiveDeltaTheSecondEpoch(absl::Time from) {
    const Ran made = federation().Mrgctl(
        {"keys", "epoch", "--dir", federation().Path(kDelta, "keys"), "--jurisdiction", "32",
         "--epoch", "2", "--from", absl::FormatTime(absl::RFC3339_sec, from, absl::UTCTimeZone())});
    ASSERT_EQ(made.code, 0) << made.err;
    const std::string path = federation().Path(kDelta, "node.textproto");
    const std::string config =
        WithReplaced(ReadTestFile(path), "\nkeys {", absl::StrCat("\nkeys {\n", made.out));
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    WriteTestFile(path, config);
    ASSERT_TRUE(federation().StartReady(kDelta).ok());
  }

  // Result: the epoch in the record of a recognition at the using side.
  static uint32_t RecordedEpoch(const std::string& using_side) {
    const auto response = Recognized(Question(using_side, "32", Licence(22)));
    const auto record = Checked(MemberOf(using_side), response.receipt());
    EXPECT_TRUE(record.ok()) << record.status();
    return record.ok() ? record->epoch() : 0;
  }
};

// Licences of Jiangsu: 21 is revoked before the rotation, 22 never, 23 after it.
TEST_F(EpochRotation, WhatIsRevokedStaysRevokedThroughARotationAndCanBeRestoredAfterIt) {
  WaitForBoth(Set(21, gateway::v1::LICENCE_STATUS_ACTION_REVOKE));
  ASSERT_EQ(AnswerAbout("50", "32", Licence(21)), kRevoked);
  std::map<std::string, std::pair<RecognizeRequest, std::string>> answered;
  for (const char* side : {"31", "50"}) {
    for (const int sequence : {21, 22}) {
      const RecognizeRequest request = Question(side, "32", Licence(sequence));
      answered[request.request_id()] = {request, Recognized(request).SerializeAsString()};
    }
    ASSERT_EQ(RecordedEpoch(side), 1u);
  }
  Asking about_revoked(Platform("50"), Licence(21));
  Asking about_good(Platform("50"), Licence(22));
  const auto both_go_on = [&] {
    const uint64_t revoked = about_revoked.count(), good = about_good.count();
    return WaitUntil([&, revoked, good] {
      return about_revoked.count() > revoked + 1 && about_good.count() > good + 1;
    });
  };
  ASSERT_TRUE(both_go_on());

  // In use after the restart, without another one.
  const absl::Time from = RealClock().Now() + absl::Seconds(8);
  GiveDeltaTheSecondEpoch(from);
  ASSERT_TRUE(WaitUntil([] { return RecordedEpoch("31") == 2; }));
  EXPECT_GE(RealClock().Now(), absl::FromUnixSeconds(absl::ToUnixSeconds(from)));
  EXPECT_EQ(AnswerAbout("31", "32", Licence(21)), kRevoked);
  EXPECT_EQ(AnswerAbout("50", "32", Licence(21)), kRevoked);
  ASSERT_TRUE(both_go_on());

  // Chuanyu has looked for keys within the hour, so this entry is the first it hears of the epoch.
  const int64_t revoked_after = Set(23, gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  WaitForBoth(revoked_after);
  EXPECT_THAT(AnswerAbout("50", "32", Licence(23)), AnyOf(kRevoked, kUnknown));
  EXPECT_TRUE(WaitUntil([] { return AnswerAbout("50", "32", Licence(23)) == kRevoked; }));
  EXPECT_EQ(AnswerAbout("31", "32", Licence(23)), kRevoked);
  EXPECT_EQ(RecordedEpoch("50"), 2u);
  ASSERT_TRUE(both_go_on());
  EXPECT_EQ(Set(21, gateway::v1::LICENCE_STATUS_ACTION_REVOKE), revoked_after)
      << "revoked already, under the first epoch";
  EXPECT_THAT(about_revoked.End(), Each(AnyOf(kRevoked, kUnknown)));
  EXPECT_THAT(about_good.End(), IsSubsetOf({"RECOGNIZED", kUnknown}));

  WaitForBoth(Set(21, gateway::v1::LICENCE_STATUS_ACTION_RESTORE));
  for (const char* side : {"31", "50"}) {
    EXPECT_EQ(AnswerAbout(side, "32", Licence(21)), "RECOGNIZED") << side;
    EXPECT_EQ(AnswerAbout(side, "32", Licence(23)), kRevoked) << side;
  }
  for (const auto& [id, one] : answered) {
    const auto& [request, response] = one;
    // Not shown byte by byte, which nobody reads.
    EXPECT_TRUE(Recognized(request).SerializeAsString() == response)
        << "answered otherwise than before the rotation in " << request.using_jurisdiction();
  }

  // A restart needs no peer for either key.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kChuanyu); }));
  EXPECT_EQ(AnswerAbout("50", "32", Licence(22)), "RECOGNIZED");
  EXPECT_EQ(AnswerAbout("50", "32", Licence(23)), kRevoked);
}

}  // namespace
}  // namespace mrg
