// What translating one sample licence costs on one thread: reading it by the pack of its standard
// and writing it by the pack of the other. Run with --config=opt from the root of the repository's
// runfiles:
//   bazel run --config=opt //tests/bench:translation_bench [ROUNDS [SAMPLE]]
// Prints one JSON object a sample; SAMPLE, e.g. 50-driving-licence, leaves out the others.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "gateway/base/real_clock.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/translation/compiled_pack.h"
#include "tests/bench/file_bytes.h"

namespace mrg {
namespace {

struct Sample {
  const char* type_code;
  const char* standard;
  const char* other;
  const char* file;
};

constexpr Sample kSamples[] = {
    {"11100000XX0000019L001", "delta-reply", "cq-sample",
     "yangtze-delta/samples/31-identity-card.json"},
    {"11100000XX0000019L003", "delta-reply", "cq-sample",
     "yangtze-delta/samples/32-driving-licence.json"},
    {"11100000XX0000027F001", "delta-reply", "cq-sample",
     "yangtze-delta/samples/32-business-licence.json"},
    {"11100000XX0000019L001", "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/50-identity-card.json"},
    {"11100000XX0000019L003", "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/50-driving-licence.json"},
    {"11100000XX0000027F001", "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/51-business-licence.json"},
};
// The best of several runs is the one least disturbed by the rest of the machine.
constexpr int kRuns = 7;

std::shared_ptr<const CompiledPack> Pack(const Dictionary& dictionary, const std::string& standard,
                                         const std::string& type_code) {
  return CompiledPack::Compile(
             FileBytes("deploy/packs/" + standard + "/" + type_code + ".textproto"), dictionary)
      .value();
}

// Result: microseconds per call of `work`.
template <typename Work>
double MicrosOf(int rounds, const Work& work) {
  const RealClock clock;
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 0; run < kRuns; ++run) {
    const absl::Duration start = clock.Monotonic();
    for (int i = 0; i < rounds; ++i) work();
    best = std::min(best, clock.Monotonic() - start);
  }
  return absl::ToDoubleMicroseconds(best) / rounds;
}

void Measure(const Dictionary& dictionary, const Sample& sample, int rounds) {
  const auto from = Pack(dictionary, sample.standard, sample.type_code);
  const auto to = Pack(dictionary, sample.other, sample.type_code);
  const std::string document = FileBytes(std::string("deploy/regions/") + sample.file);
  const ReadResult read = from->ReadDocument(document).value();
  std::set<std::string> ids;
  for (const auto& element : read.elements) ids.insert(element.id());
  size_t sink = 0;
  const double reading =
      MicrosOf(rounds, [&] { sink += from->ReadDocument(document)->elements.size(); });
  const double writing =
      MicrosOf(rounds, [&] { sink += to->WriteDocument(read.elements, ids).document.size(); });
  std::cout << absl::StrFormat(
                   "{\"sample\": \"%s\", \"bytes\": %d, \"read_us\": %.3f, \"write_us\": %.3f}",
                   sample.file, document.size(), reading, writing)
            << (sink == 0 ? "!" : "") << "\n";
}

int Run(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 2000;
  const auto dictionary = Dictionary::Parse(FileBytes("deploy/packs/canonical/1.textproto"));
  if (!dictionary.ok() || rounds <= 0) {
    std::cerr << "translation_bench: expected deploy/packs below the current folder and rounds "
                 "above 0\n";
    return 1;
  }
  const std::string only = argc > 2 ? argv[2] : "";
  for (const Sample& sample : kSamples) {
    if (absl::StrContains(sample.file, only)) Measure(*dictionary, sample, rounds);
  }
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
