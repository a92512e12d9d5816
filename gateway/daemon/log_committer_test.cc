#include "gateway/daemon/log_committer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "yangtze-delta/log-1";

DecisionLog::Submission Submission(const std::string& name) {
  DecisionLog::Submission submission;
  submission.leaf = std::make_shared<const std::string>("leaf " + name);
  submission.absent_key = name;
  submission.companions = [name](const DecisionLog::Placement&, WriteSet* writes) {
    writes->Put(Keyspace::kRequest, name, "");
  };
  return submission;
}

// Collects answers from the committer's thread.
class Answers {
 public:
  RecordCommitter::Done Take(const std::string& name) {
    return [this, name](DecisionLog::Appended appended) {
      MutexLock lock(mu_);
      by_name_.emplace(name, std::move(appended));
      changed_.NotifyAll();
    };
  }
  std::multimap<std::string, DecisionLog::Appended> WaitFor(size_t count) {
    MutexLock lock(mu_);
    while (by_name_.size() < count) changed_.Wait(mu_);
    return by_name_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::multimap<std::string, DecisionLog::Appended> by_name_ ABSL_GUARDED_BY(mu_);
};

class LogCommitterTest : public ::testing::Test {
 protected:
  const RealClock clock_;
  const std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  MemoryStore store_;
  std::unique_ptr<DecisionLog> log_ = *DecisionLog::Open(&store_, signer_.get(), kOrigin);
};

TEST_F(LogCommitterTest, WhatWaitsDuringAWriteFormsTheNextGroup) {
  // The first group's observer is called from the committer's thread: it holds that thread until
  // all others have been submitted.
  Mutex mu;
  CondVar changed;
  bool all_submitted = false;
  std::vector<size_t> groups;
  Answers answers;
  constexpr size_t kWaiting = kLogGroupMax + 10;
  {
    LogCommitter committer(log_.get(), &clock_, [&](const LogCommitter::Group& group) {
      MutexLock lock(mu);
      groups.push_back(group.size);
      while (!all_submitted) changed.Wait(mu);
    });
    committer.Submit(Submission("first"), answers.Take("first"));
    {
      // Until its write is under way, so that the others come after it.
      MutexLock lock(mu);
      while (groups.empty()) changed.WaitFor(mu, 1);
    }
    for (size_t i = 0; i < kWaiting; ++i) {
      committer.Submit(Submission(absl::StrCat(i)), answers.Take(absl::StrCat(i)));
    }
    {
      MutexLock lock(mu);
      all_submitted = true;
      changed.NotifyAll();
    }
    answers.WaitFor(kWaiting + 1);
  }

  EXPECT_EQ(groups, (std::vector<size_t>{1, kLogGroupMax, 10}));
  EXPECT_EQ(log_->size(), kWaiting + 1);
}

TEST_F(LogCommitterTest, EveryRecordIsAnsweredOnceAndInTheLogWhenThreadsSubmitTogether) {
  Answers answers;
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  {
    LogCommitter committer(log_.get(), &clock_, [](const LogCommitter::Group&) {});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const std::string name = absl::StrCat(t, "/", i);
          committer.Submit(Submission(name), answers.Take(name));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  const auto all = answers.WaitFor(kThreads * kEach);
  ASSERT_EQ(all.size(), size_t{kThreads * kEach});
  for (const auto& [name, appended] : all) {
    ASSERT_EQ(appended.result, DecisionLog::Appended::kAppended);
    EXPECT_EQ(*log_->ReadLeaf(appended.placement.index), "leaf " + name);
  }
}

TEST_F(LogCommitterTest, DestructorWritesWhatWaits) {
  Answers answers;
  {
    LogCommitter committer(log_.get(), &clock_, [](const LogCommitter::Group&) {});
    for (int i = 0; i < 20; ++i) {
      committer.Submit(Submission(absl::StrCat(i)), answers.Take(absl::StrCat(i)));
    }
  }
  EXPECT_EQ(answers.WaitFor(20).size(), 20u);
  EXPECT_EQ(log_->size(), 20u);
}

TEST_F(LogCommitterTest, AGroupThatCouldNotBeWrittenIsToldWithItsReason) {
  FaultyStore faulty(&store_);
  const auto log = *DecisionLog::Open(&faulty, signer_.get(), kOrigin);
  Answers answers;
  std::vector<absl::Status> told;
  {
    LogCommitter committer(log.get(), &clock_,
                           [&](const LogCommitter::Group& group) { told.push_back(group.status); });
    committer.Submit(Submission("written"), answers.Take("written"));
    answers.WaitFor(1);
    faulty.FailCommit(1, FaultyStore::Fault::kSyncFailed);
    committer.Submit(Submission("lost"), answers.Take("lost"));
  }

  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(told[0].ok());
  EXPECT_EQ(ReasonOf(told[1]), Reason::kStoreUnavailable);
  EXPECT_EQ(log->size(), 1u);
}

using Threat = LogCommitterTest;

TEST_F(Threat, N04_WhileTheDiskIsSlowRecordsWaitAndEachIsWrittenAndAnsweredOnceInItsTurn) {
  FaultyStore slow(&store_);
  const auto log = *DecisionLog::Open(&slow, signer_.get(), kOrigin);
  constexpr size_t kWaiting = 2 * kLogGroupMax + 10;
  Answers answers;
  std::vector<size_t> groups;
  {
    LogCommitter committer(log.get(), &clock_,
                           [&](const LogCommitter::Group& group) { groups.push_back(group.size); });
    slow.Hold();
    committer.Submit(Submission("first"), answers.Take("first"));
    slow.WaitForHeldCommit();
    for (size_t i = 0; i < kWaiting; ++i) {
      committer.Submit(Submission(absl::StrCat(i)), answers.Take(absl::StrCat(i)));
    }
    // A caller that lost its patience asks again.
    committer.Submit(Submission("0"), answers.Take("0"));

    EXPECT_TRUE(answers.WaitFor(0).empty()) << "nobody is told what is not on the disk";
    EXPECT_EQ(committer.waiting(), kWaiting + 2) << "and one is being written";
    EXPECT_EQ(log->size(), 0u);

    slow.Release();
    answers.WaitFor(kWaiting + 2);
  }

  EXPECT_EQ(groups, (std::vector<size_t>{1, kLogGroupMax, kLogGroupMax, 11}));
  EXPECT_EQ(log->size(), kWaiting + 1);
  size_t duplicates = 0;
  for (const auto& [name, appended] : answers.WaitFor(kWaiting + 2)) {
    if (appended.result == DecisionLog::Appended::kDuplicate) {
      ++duplicates;
      continue;
    }
    ASSERT_EQ(appended.result, DecisionLog::Appended::kAppended) << appended.status;
    EXPECT_EQ(*log->ReadLeaf(appended.placement.index), "leaf " + name);
  }
  EXPECT_EQ(duplicates, 1u);
}

TEST_F(LogCommitterTest, SameKeyTwiceIsLoggedOnce) {
  Answers answers;
  {
    LogCommitter committer(log_.get(), &clock_, [](const LogCommitter::Group&) {});
    committer.Submit(Submission("same"), answers.Take("same"));
    committer.Submit(Submission("same"), answers.Take("same"));
  }
  int appended = 0;
  int duplicate = 0;
  for (const auto& [name, answer] : answers.WaitFor(2)) {
    appended += answer.result == DecisionLog::Appended::kAppended ? 1 : 0;
    duplicate += answer.result == DecisionLog::Appended::kDuplicate ? 1 : 0;
  }
  EXPECT_EQ(appended, 1);
  EXPECT_EQ(duplicate, 1);
  EXPECT_EQ(log_->size(), 1u);
}

}  // namespace
}  // namespace mrg
