#include "gateway/rpc/server/admission.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Admission, GivesItsPlacesAndNoMoreUntilOneIsFree) {
  Admission admission(2);
  auto first = admission.TryEnter();
  auto second = admission.TryEnter();
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());

  EXPECT_FALSE(admission.TryEnter().has_value());
  EXPECT_FALSE(admission.TryEnter().has_value()) << "a refusal takes no place";

  first.reset();
  auto third = admission.TryEnter();
  EXPECT_TRUE(third.has_value());
  EXPECT_FALSE(admission.TryEnter().has_value());
}

TEST(Admission, APlaceThatMovesIsFreedOnce) {
  Admission admission(1);
  {
    auto place = admission.TryEnter();
    ASSERT_TRUE(place.has_value());
    const Admission::Place moved = std::move(*place);
    place.reset();
    EXPECT_FALSE(admission.TryEnter().has_value());
  }

  auto again = admission.TryEnter();
  EXPECT_TRUE(again.has_value());
  EXPECT_FALSE(admission.TryEnter().has_value());
}

TEST(Admission, ManyThreadsNeverHoldMoreThanItsPlacesAndReturnThemAll) {
  constexpr int kPlaces = 3;
  Admission admission(kPlaces);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 2000; ++turn) {
        const auto place = admission.TryEnter();
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
    auto place = admission.TryEnter();
    ASSERT_TRUE(place.has_value());
    all.push_back(*std::move(place));
  }
}

}  // namespace
}  // namespace mrg
