// N01 for disputes: every operation cut off at each of its commits, in each way a store can fail,
// then the process started again and the operation repeated by its caller. Whatever happened, the
// rows are whole at every moment, and in the end it is as if nothing had failed.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/unreliable_federation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;

// A federation with one dispute on its way, and the operations on it.
struct Scene {
  UnreliableFederation federation;
  Worker worker = SampleWorker(kChuanyu);
  FencingToken token;

  void FileAtDelta() {
    federation.delta().filing.File(SampleOrder("r1", kChuanyu), federation.now()).IgnoreError();
  }
  void FileAtChuanyu() {
    federation.chuanyu().filing.File(SampleOrder("r1", kChuanyu), federation.now()).IgnoreError();
  }
  // Filed at the Delta's node and arrived at Chuanyu's, and known to be.
  void Arrive() {
    FileAtDelta();
    federation.Settle();
  }
  void Claim() {
    const auto claimed =
        federation.chuanyu().queue.Claim(worker, 1, absl::Minutes(1), federation.now());
    if (claimed.ok() && !claimed->empty()) token = claimed->front().token;
  }
  RulingOrder Order(absl::string_view request_id) {
    return {worker, *RequestId::Parse(request_id), federation.chuanyu().OnlyDispute(), token};
  }
  void Accept() { federation.chuanyu().ruling.Accept(Order("a1"), federation.now()).IgnoreError(); }
  void Refuse() {
    federation.chuanyu()
        .ruling.Refuse(Order("f1"), SampleExplanation(), federation.now())
        .IgnoreError();
  }
  void Complete() {
    federation.chuanyu()
        .ruling
        .Complete(Order("c1"), dispute::v1::DISPUTE_DECISION_CORRECTED, SampleExplanation(),
                  federation.now())
        .IgnoreError();
  }
};

struct Operation {
  const char* name;
  const char* member;  // whose store fails
  std::function<void(Scene&)> prepare;
  std::function<void(Scene&)> run;
  int commits;  // that it makes when nothing fails
};

std::vector<Operation> Operations() {
  return {
      {"FileForUs", kChuanyu, [](Scene&) {}, [](Scene& s) { s.FileAtChuanyu(); }, 1},
      {"FileForAnother", kDelta, [](Scene&) {}, [](Scene& s) { s.FileAtDelta(); }, 1},
      {"Deliver", kDelta, [](Scene& s) { s.FileAtDelta(); },
       [](Scene& s) { s.federation.delta().RunOutside(s.federation.now()); }, 1},
      {"BeTransferredTo", kChuanyu, [](Scene& s) { s.FileAtDelta(); },
       [](Scene& s) { s.federation.delta().RunOutside(s.federation.now()); }, 1},
      {"HearOfIt", kDelta,
       [](Scene& s) {
         s.FileAtDelta();
         s.federation.delta().RunOutside(s.federation.now());
       },
       [](Scene& s) { s.federation.chuanyu().RunOutside(s.federation.now()); }, 1},
      {"Claim", kChuanyu, [](Scene& s) { s.Arrive(); }, [](Scene& s) { s.Claim(); }, 1},
      {"ClaimAfterADeadWorker", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.federation.Advance(absl::Minutes(1));
       },
       [](Scene& s) { s.Claim(); }, 2},
      {"ReturnEndedLeases", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.federation.Advance(absl::Minutes(1));
       },
       [](Scene& s) {
         s.federation.chuanyu().queue.ReturnEndedLeases(s.federation.now()).IgnoreError();
       },
       1},
      {"Heartbeat", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
       },
       [](Scene& s) {
         s.federation.chuanyu()
             .queue
             .Heartbeat(s.worker, s.federation.chuanyu().OnlyDispute(), s.token, absl::Hours(1),
                        s.federation.now())
             .IgnoreError();
       },
       1},
      {"Release", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
       },
       [](Scene& s) {
         s.federation.chuanyu()
             .queue
             .Release(s.worker, s.federation.chuanyu().OnlyDispute(), s.token, s.federation.now())
             .IgnoreError();
       },
       1},
      {"Accept", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
       },
       [](Scene& s) { s.Accept(); }, 1},
      {"Refuse", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
       },
       [](Scene& s) { s.Refuse(); }, 1},
      {"Complete", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.Accept();
       },
       [](Scene& s) { s.Complete(); }, 1},
      {"SetMarkAndDeliver", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.Accept();
       },
       [](Scene& s) { s.federation.chuanyu().RunOutside(s.federation.now()); }, 2},
      {"ClearMarkAndDeliver", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.Accept();
         s.federation.Settle();
         s.federation.Advance(kMarkPublicationPeriod);
         s.Complete();
       },
       [](Scene& s) { s.federation.chuanyu().RunOutside(s.federation.now()); }, 2},
      {"NoteAFailedDelivery", kChuanyu,
       [](Scene& s) {
         s.Arrive();
         s.Claim();
         s.Accept();
       },
       [](Scene& s) {
         s.federation.fate = [](auto&&...) { return Fate::kRequestLost; };
         s.federation.chuanyu().RunOutside(s.federation.now());
         s.federation.fate = nullptr;
       },
       2},
  };
}

// Result: all that counts in the end, without ids, versions and tokens.
std::string Outcome(UnreliableFederation& federation) {
  std::string text;
  for (const auto& [member, node] : federation.nodes()) {
    absl::StrAppend(&text, member, ": ");
    const auto page = node->reader.List({}, federation.now());
    for (const auto& one : page->disputes) {
      absl::StrAppend(&text, dispute::v1::DisputeState_Name(one.state()), " after ",
                      one.last_sequence(), " events; ");
    }
    absl::StrAppend(&text, node->marks.open.size(), " marks\n");
  }
  return text;
}

// Lets everything come to rest; leases that nobody knows of end.
void Rest(Scene& scene) {
  scene.federation.Settle();
  scene.federation.Advance(absl::Hours(13));
  for (const auto& [member, node] : scene.federation.nodes()) {
    EXPECT_TRUE(node->queue.ReturnEndedLeases(scene.federation.now()).ok());
  }
}

// One operation under every fault at every commit it makes.
void TryEveryFault(const Operation& operation) {
  auto undisturbed = std::make_unique<Scene>();
  operation.prepare(*undisturbed);
  const int before = undisturbed->federation.node(operation.member).store.commit_count();
  operation.run(*undisturbed);
  EXPECT_EQ(undisturbed->federation.node(operation.member).store.commit_count() - before,
            operation.commits);
  Rest(*undisturbed);
  const std::string expected = Outcome(undisturbed->federation);
  EXPECT_THAT(Unsettled(undisturbed->federation), IsEmpty());

  using Fault = FaultyStore::Fault;
  for (Fault fault : {Fault::kErrorAndLost, Fault::kErrorButPersisted, Fault::kCrashBefore,
                      Fault::kCrashAfter, Fault::kSyncFailed}) {
    int nth = 1;
    for (bool fired = true; fired && !testing::Test::HasFailure(); ++nth) {
      SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at commit ", nth));
      auto scene = std::make_unique<Scene>();
      operation.prepare(*scene);
      TestNode& node = scene->federation.node(operation.member);
      node.store.FailCommit(nth, fault);
      operation.run(*scene);
      fired = node.store.fault_fired();
      EXPECT_THAT(BrokenPromises(scene->federation), IsEmpty());

      node.Restart();
      operation.run(*scene);
      EXPECT_THAT(BrokenPromises(scene->federation), IsEmpty());
      Rest(*scene);

      EXPECT_EQ(Outcome(scene->federation), expected);
      EXPECT_THAT(Unsettled(scene->federation), IsEmpty());
    }
    EXPECT_GT(nth, operation.commits) << "every commit was cut off";
  }
}

TEST(Threat, N01_OperationCutOffAtAnyCommitLeavesWholeRowsAndItsRepeatEndsAsIfNothingHappened) {
  for (const Operation& operation : Operations()) {
    SCOPED_TRACE(operation.name);
    TryEveryFault(operation);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace mrg
