#include "trustlist/format/prefix_set.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/match.h"

namespace mrg {

PrefixSet::PrefixSet(std::vector<std::string> prefixes) : prefixes_(std::move(prefixes)) {
  std::sort(prefixes_.begin(), prefixes_.end());
  prefixes_.erase(std::unique(prefixes_.begin(), prefixes_.end()), prefixes_.end());
  parents_.reserve(prefixes_.size());
  std::vector<size_t> open;  // those that the one before begins with, and itself
  for (size_t place = 0; place < prefixes_.size(); ++place) {
    while (!open.empty() && !absl::StartsWith(prefixes_[place], prefixes_[open.back()])) {
      open.pop_back();
    }
    parents_.push_back(open.empty() ? place : open.back());
    open.push_back(place);
  }
}

size_t PrefixSet::PlaceOf(absl::string_view prefix) const {
  return static_cast<size_t>(std::lower_bound(prefixes_.begin(), prefixes_.end(), prefix) -
                             prefixes_.begin());
}

std::vector<size_t> PrefixSet::PrefixesOf(absl::string_view text, MatchWork* work) const {
  std::vector<size_t> found;
  // A search by halves.
  if (prefixes_.empty() || !work->Take(std::bit_width(prefixes_.size()))) return found;
  // Between a prefix of `text` and `text` itself there are only texts that begin with the prefix,
  // so that all prefixes are the last one that is not behind `text`, or its parents.
  const auto behind = std::upper_bound(prefixes_.begin(), prefixes_.end(), text);
  if (behind == prefixes_.begin()) return found;
  auto place = static_cast<size_t>(behind - prefixes_.begin()) - 1;
  bool is_prefix = false;
  while (work->Take(1)) {
    is_prefix = is_prefix || absl::StartsWith(text, prefixes_[place]);
    if (is_prefix) found.push_back(place);
    if (parents_[place] == place) break;
    place = parents_[place];
  }
  return found;
}

}  // namespace mrg
