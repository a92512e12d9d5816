// Lines of text: the first is a path, the others are the patterns of a delegation.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/property.h"
#include "trustlist/format/path_pattern.h"
#include "trustlist/format/pattern_index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> lines =
      absl::StrSplit(absl::string_view(reinterpret_cast<const char*>(data), size), '\n');
  const std::string path = lines[0];
  lines.erase(lines.begin());
  mrg::Owners each;
  std::vector<mrg::OwnedText> owned;
  size_t work_max = 100;
  for (const std::string& pattern : lines) {
    owned.push_back({pattern, static_cast<uint32_t>(owned.size())});
    // A set is read again for each character that it is tried on, and once to find its end.
    const size_t bound = 3 * (pattern.size() + 1) * (path.size() + 1);
    mrg::MatchWork work(bound);
    if (mrg::MatchesPathPattern(pattern, path, &work)) each.insert(owned.back().owner);
    mrg::Require(work.Check().ok(), "a match takes no more than pattern times path");
    work_max += bound + 100;
  }
  mrg::MatchWork work(work_max);
  mrg::SoughtPath sought(path);
  mrg::Owners found;
  mrg::PathPatternIndex(owned).AddOwners(&sought, &work, &found);
  mrg::Require(work.Check().ok(), "the index takes no more than a try of each pattern");
  mrg::Require(found == each, "the index finds what a try of each pattern finds");
  return 0;
}
