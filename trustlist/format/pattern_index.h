#ifndef MRG_TRUSTLIST_FORMAT_PATTERN_INDEX_H_
#define MRG_TRUSTLIST_FORMAT_PATTERN_INDEX_H_

// The patterns of all delegations of a file, sorted once, so that a path is compared only with
// those that could match it: those whose characters without wildcards it begins or ends with. Many
// paths times many patterns then cost little more than both together.
//
// Thread-safe: the indexes are immutable. A SoughtPath belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trustlist/format/match_work.h"
#include "trustlist/format/prefix_set.h"

namespace mrg {

// A path that is searched for, with what many delegations ask of it, made once.
class SoughtPath {
 public:
  // `path` must outlive this.
  explicit SoughtPath(absl::string_view path);

  absl::string_view path() const { return path_; }
  // Result: how many '/' are in it.
  size_t slashes() const { return slashes_; }
  // Result: its bytes from the last to the first.
  const std::string& backwards();
  // Result: SHA-256 of it, 64 lower-case hex digits.
  const std::string& hash();

 private:
  const absl::string_view path_;
  const size_t slashes_;
  std::string backwards_;
  std::string hash_;  // empty: not made yet
};

// A pattern or a prefix, and the place of the delegation that states it.
struct OwnedText {
  absl::string_view text;
  uint32_t owner = 0;
};
using Owners = std::set<uint32_t>;

class PathPatternIndex {
 public:
  PathPatternIndex() = default;
  // The texts must outlive this.
  explicit PathPatternIndex(const std::vector<OwnedText>& patterns);

  // Adds the owners of the patterns that match. Incomplete when `work` runs out.
  void AddOwners(SoughtPath* path, MatchWork* work, Owners* owners) const;

 private:
  struct Pattern {
    absl::string_view text;
    size_t slashes = 0;
    uint32_t owner = 0;
  };
  // By place in the set of prefixes, those with fewer slashes first.
  using Buckets = std::vector<std::vector<Pattern>>;

  // Patterns by what their paths begin with.
  struct Side {
    PrefixSet ends;
    Buckets buckets;
  };

  static void Fill(std::vector<std::string> ends, const std::vector<Pattern>& patterns, Side* side);
  static void AddOwnersOf(const Side& side, absl::string_view text, const SoughtPath& path,
                          MatchWork* work, Owners* owners);

  // Each pattern stands under its head or its tail, whichever fewer others share.
  Side heads_;
  Side tails_;  // written backwards
};

class HashPrefixIndex {
 public:
  HashPrefixIndex() = default;
  explicit HashPrefixIndex(const std::vector<OwnedText>& prefixes);

  // Adds the owners of the prefixes that the hash of the path begins with. Incomplete when `work`
  // runs out.
  void AddOwners(SoughtPath* path, MatchWork* work, Owners* owners) const;

 private:
  PrefixSet prefixes_;
  std::vector<std::vector<uint32_t>> owners_;  // by place in prefixes_
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_PATTERN_INDEX_H_
