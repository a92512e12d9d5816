// Runs a fuzz target without a fuzzer: over every file of its corpus, and over each with one byte
// changed, taken out or cut off there. An ordinary test with any compiler; `--config=fuzz` puts
// libFuzzer in its place.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace mrg {
namespace {

// Places changed in one file; the steps between them are odd, so that they fall everywhere.
constexpr size_t kPlacesMax = 400;

void RunTarget(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::filesystem::path> Corpus() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::getenv("MRG_CORPUS"))) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Fuzz, TheCorpusAndItsNeighboursKeepEveryProperty) {
  const std::vector<std::filesystem::path> files = Corpus();
  ASSERT_FALSE(files.empty());
  for (const auto& path : files) {
    SCOPED_TRACE(path.filename().string());
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    RunTarget(bytes);
    const size_t step = bytes.size() / kPlacesMax * 2 + 1;
    for (size_t at = 0; at < bytes.size(); at += step) {
      RunTarget(bytes.substr(0, at));
      RunTarget(bytes.substr(0, at) + bytes.substr(at + 1));
      for (const char other : {'\0', '9', '[', '/', '\xFF'}) {
        std::string changed = bytes;
        changed[at] = other;
        RunTarget(changed);
      }
    }
  }
}

}  // namespace
}  // namespace mrg
