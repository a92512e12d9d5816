#ifndef MRG_TESTS_SCENARIO_AT_ONCE_H_
#define MRG_TESTS_SCENARIO_AT_ONCE_H_

// Two calls at the same moment, as far as two threads are.
//
// Thread-safe: a free function.

#include <latch>
#include <optional>
#include <thread>
#include <utility>

namespace mrg {

// Result: what `a` and `b` returned, of which the first ran in the calling thread.
template <typename A, typename B>
auto AtOnce(const A& a, const B& b) -> std::pair<decltype(a()), decltype(b())> {
  std::latch ready(2);
  std::optional<decltype(b())> of_b;
  std::thread second([&] {
    ready.arrive_and_wait();
    of_b.emplace(b());
  });
  ready.arrive_and_wait();
  auto of_a = a();
  second.join();
  return {std::move(of_a), *std::move(of_b)};
}

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_AT_ONCE_H_
