// Runs a simulation of the federation by hand:
//
//     bazel run --config=opt //tests/simulation -- --seed 7 --hours 10000
//
// Prints the seed, the rare events that were seen, and one JSON line with the figure
// `simulation_hours_per_minute`. Exit status: 0 when no invariant broke; 1 with the last steps
// otherwise, and then the same seed comes to the same step again.

#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "tests/simulation/simulation.h"

int main(int argc, char** argv) {
  uint64_t seed = 1;
  int64_t hours = 1000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const bool known = (name == "--seed" && absl::SimpleAtoi(argv[i + 1], &seed)) ||
                       (name == "--hours" && absl::SimpleAtoi(argv[i + 1], &hours));
    if (!known) {
      std::cerr << "expected [--seed NUMBER] [--hours NUMBER]\n";
      return 2;
    }
  }
  std::cerr << "seed " << seed << ", " << hours << " hours\n";
  mrg::RealClock clock;
  const absl::Time begin = clock.Now();
  mrg::Simulation simulation(seed);
  const int64_t run = simulation.Run(hours);
  const double minutes = absl::ToDoubleMinutes(clock.Now() - begin);
  const mrg::StepLog& log = simulation.log();
  for (const auto& [name, count] : log.rare()) {
    std::cerr << absl::StrFormat("%8d  %s\n", count, name);
  }
  std::cerr << log.steps() << " steps, trace " << absl::StrFormat("%016x", log.trace()) << "\n";
  if (log.broken().has_value()) {
    std::cerr << log.LastSteps() << *log.broken() << "\nreplay: --seed " << seed << " --hours "
              << run + 1 << "\n";
    return 1;
  }
  std::cout << absl::StrFormat(
                   "{\"name\": \"simulation_hours_per_minute\", \"value\": %.0f, \"unit\": "
                   "\"hours/min\", \"goal\": 1000, \"hours\": %d, \"seed\": %d}",
                   static_cast<double>(run) / minutes, run, seed)
            << std::endl;
  return 0;
}
