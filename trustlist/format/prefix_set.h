#ifndef MRG_TRUSTLIST_FORMAT_PREFIX_SET_H_
#define MRG_TRUSTLIST_FORMAT_PREFIX_SET_H_

// Texts that are asked which of them another text begins with.
//
// Thread-safe: immutable.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trustlist/format/match_work.h"

namespace mrg {

class PrefixSet {
 public:
  PrefixSet() = default;
  // `prefixes` may be in any order and hold one more than once.
  explicit PrefixSet(std::vector<std::string> prefixes);

  // In order of bytes, each once; PrefixesOf names them by their place here.
  const std::vector<std::string>& prefixes() const { return prefixes_; }

  // Result: the place of `prefix`, which must be one of prefixes().
  size_t PlaceOf(absl::string_view prefix) const;

  // Result: the places of all prefixes that `text` begins with, the longest first. Incomplete when
  // `work` runs out.
  std::vector<size_t> PrefixesOf(absl::string_view text, MatchWork* work) const;

 private:
  std::vector<std::string> prefixes_;
  // For each prefix the longest other one that it begins with; its own place when there is none.
  std::vector<size_t> parents_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_PREFIX_SET_H_
