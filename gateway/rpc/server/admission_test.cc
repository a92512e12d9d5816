#include "gateway/rpc/server/admission.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mrg {
namespace {

SpiffeId Id(const std::string& rest) { return *SpiffeId::Parse("spiffe://" + rest); }
const SpiffeId kA = Id("delta.example/platform/a");
const SpiffeId kB = Id("delta.example/platform/b");

// Result: whether the request's bytes were taken.
bool Read(Admission::Place* place, size_t bytes) {
  bool begun = false;
  place->BeginRead([&] { begun = true; });
  EXPECT_TRUE(begun);
  return place->EndRead(bytes);
}

AdmissionLimits Calls(size_t calls_max) { return {calls_max, 100, calls_max, 100, 1}; }

TEST(Admission, GivesItsPlacesAndNoMoreUntilOneIsFree) {
  Admission admission(Calls(2));
  auto first = admission.TryEnter(kA);
  auto second = admission.TryEnter(kA);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());

  EXPECT_FALSE(admission.TryEnter(kA).has_value());
  EXPECT_FALSE(admission.TryEnter(kA).has_value()) << "a refusal takes no place";
  EXPECT_EQ(admission.calls(), 2u);

  first.reset();
  EXPECT_EQ(admission.calls(), 1u);
  auto third = admission.TryEnter(kA);
  EXPECT_TRUE(third.has_value());
  EXPECT_FALSE(admission.TryEnter(kA).has_value());
}

TEST(Admission, APlaceThatMovesIsFreedOnce) {
  Admission admission(Calls(1));
  {
    auto place = admission.TryEnter(kA);
    ASSERT_TRUE(place.has_value());
    const Admission::Place moved = std::move(*place);
    place.reset();
    EXPECT_FALSE(admission.TryEnter(kA).has_value());
  }

  auto again = admission.TryEnter(kA);
  EXPECT_TRUE(again.has_value());
  EXPECT_FALSE(admission.TryEnter(kA).has_value());
}

TEST(Admission, ManyThreadsNeverHoldMoreThanItsPlacesAndReturnThemAll) {
  constexpr int kPlaces = 3;
  Admission admission(Calls(kPlaces));
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 2000; ++turn) {
        const auto place = admission.TryEnter(kA);
        if (!place.has_value()) continue;
        const int now = inside.fetch_add(1) + 1;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        inside.fetch_sub(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_GE(most, 1);
  EXPECT_LE(most, kPlaces);
  std::vector<Admission::Place> all;
  for (int i = 0; i < kPlaces; ++i) {
    auto place = admission.TryEnter(kA);
    ASSERT_TRUE(place.has_value());
    all.push_back(*std::move(place));
  }
}

TEST(Admission, H7_OneIdentityLeavesRoomForOthers) {
  Admission admission({.calls_max = 3,
                       .bytes_max = 30,
                       .party_calls_max = 2,
                       .party_bytes_max = 20,
                       .party_reads_max = 1});
  auto first = admission.TryEnter(kA);
  auto second = admission.TryEnter(kA);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(admission.TryEnter(kA).has_value());
  auto other = admission.TryEnter(kB);
  ASSERT_TRUE(other.has_value());

  EXPECT_TRUE(Read(&*first, 15));
  EXPECT_FALSE(Read(&*second, 6)) << "20 are the identity's";
  EXPECT_FALSE(Read(&*other, 16)) << "30 are there";

  first.reset();
  auto third = admission.TryEnter(kA);
  ASSERT_TRUE(third.has_value());
  EXPECT_TRUE(Read(&*third, 20)) << "what a place held is free with it";
}

TEST(Admission, H7_N05_N07_AMemberHasOneShareHoweverManyIdentitiesItsCaMakes) {
  Admission admission({.calls_max = 4,
                       .bytes_max = 40,
                       .party_calls_max = 2,
                       .party_bytes_max = 20,
                       .party_reads_max = 1},
                      Party::kTrustDomain);
  auto first = admission.TryEnter(Id("chuanyu.example/node/a"));
  auto second = admission.TryEnter(Id("chuanyu.example/node/b"));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(admission.TryEnter(Id("chuanyu.example/node/c")).has_value());
  auto other = admission.TryEnter(Id("hub.example/node/a"));
  ASSERT_TRUE(other.has_value());

  EXPECT_TRUE(Read(&*first, 0));
  EXPECT_TRUE(first->HoldAnswer(15));
  EXPECT_TRUE(Read(&*second, 0));
  EXPECT_FALSE(second->HoldAnswer(6)) << "20 are the member's";
  EXPECT_TRUE(Read(&*other, 0));
  EXPECT_TRUE(other->HoldAnswer(20));
}

TEST(Admission, H7_RequestsOfOneIdentityAreReadAFewAtATimeAndEachHasItsTurn) {
  Admission admission({.calls_max = 9,
                       .bytes_max = 100,
                       .party_calls_max = 9,
                       .party_bytes_max = 100,
                       .party_reads_max = 1});
  auto first = admission.TryEnter(kA);
  auto second = admission.TryEnter(kA);
  auto third = admission.TryEnter(kA);
  auto other = admission.TryEnter(kB);
  std::string begun;
  first->BeginRead([&] { begun += '1'; });
  second->BeginRead([&] { begun += '2'; });
  third->BeginRead([&] { begun += '3'; });
  other->BeginRead([&] { begun += 'b'; });
  EXPECT_EQ(begun, "1b") << "another's requests do not wait for those of one";

  EXPECT_TRUE(first->EndRead(1));
  EXPECT_EQ(begun, "1b2");
  first.reset();
  EXPECT_EQ(begun, "1b2");
  EXPECT_FALSE(second->EndRead(1000));
  EXPECT_EQ(begun, "1b23") << "a request that is refused makes way, too";
  EXPECT_TRUE(third->EndRead(1));
}

TEST(Threat, N07_AnAnswerCountsUntilItsPlaceGoesAndItsRequestNoLonger) {
  Admission admission({.calls_max = 3,
                       .bytes_max = 100,
                       .party_calls_max = 3,
                       .party_bytes_max = 20,
                       .party_reads_max = 1});
  auto first = admission.TryEnter(kA);
  auto second = admission.TryEnter(kA);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_TRUE(Read(&*first, 15));

  EXPECT_TRUE(first->HoldAnswer(20)) << "the request is gone";
  EXPECT_TRUE(Read(&*second, 0));
  EXPECT_FALSE(second->HoldAnswer(1));

  first.reset();
  EXPECT_TRUE(second->HoldAnswer(20));
  EXPECT_FALSE(second->HoldAnswer(21)) << "and what is refused holds nothing";
  auto third = admission.TryEnter(kA);
  ASSERT_TRUE(third.has_value());
  EXPECT_TRUE(Read(&*third, 20));
}

}  // namespace
}  // namespace mrg
