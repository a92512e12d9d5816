// Runs a simulation of the federation by hand:
//
//     bazel run --config=opt //tests/simulation -- --seed 7 --hours 10000
//
// Tells on standard error the seed, where it is, the rare events that were seen and the trace, and
// prints one JSON object: hours, seconds, cpu_seconds (of all threads). Exit status: 0 when no
// invariant broke; 1 with the last steps otherwise, and then the same seed comes to the same step
// again.

#include <sys/resource.h>

#include <cstdint>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "tests/simulation/simulation.h"

namespace {

constexpr int64_t kHoursBetweenWords = 1000;

absl::Duration CpuTime() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1;
  int64_t hours = 1000;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    const bool known = (name == "--seed" && absl::SimpleAtoi(value, &seed)) ||
                       (name == "--hours" && absl::SimpleAtoi(value, &hours));
    if (!known) {
      std::cerr << "expected [--seed NUMBER] [--hours NUMBER]\n";
      return 2;
    }
  }
  std::cerr << "seed " << seed << ", " << hours << " hours\n";
  const mrg::RealClock clock;
  const absl::Duration begin = clock.Monotonic();
  mrg::Simulation simulation(seed);
  const mrg::StepLog& log = simulation.log();
  int64_t begun = 0;
  const int64_t run = simulation.Run(hours, [&] {
    if (begun > 0 && begun % kHoursBetweenWords == 0) {
      std::cerr << begun << " hours, " << log.steps() << " steps\n";
    }
    ++begun;
    return true;
  });
  const absl::Duration took = clock.Monotonic() - begin;
  for (const auto& [name, count] : log.rare()) {
    std::cerr << absl::StrFormat("%8d  %s\n", count, name);
  }
  std::cerr << log.steps() << " steps, trace " << absl::StrFormat("%016x", log.trace()) << "\n";
  if (log.broken().has_value()) {
    std::cerr << log.LastSteps() << *log.broken() << "\nreplay: --seed " << seed << " --hours "
              << run + 1 << "\n";
    return 1;
  }
  std::cout << absl::StrFormat("{\"hours\": %d, \"seconds\": %.1f, \"cpu_seconds\": %.1f}\n", run,
                               absl::ToDoubleSeconds(took), absl::ToDoubleSeconds(CpuTime()));
  return 0;
}
