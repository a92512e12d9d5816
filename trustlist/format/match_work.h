#ifndef MRG_TRUSTLIST_FORMAT_MATCH_WORK_H_
#define MRG_TRUSTLIST_FORMAT_MATCH_WORK_H_

// What a search through delegations may cost. Both the patterns and the paths come from publishers,
// and their product is far more than either, so that each step is paid for before it is taken and a
// search that asks for more is refused (docs/threats.md T05).
//
// Threads: an object belongs to one thread.

#include <cstddef>

#include "absl/status/status.h"
#include "gateway/base/reason.h"

namespace mrg {

// Steps of one search, or of all searches that one refresh makes together: a step is a character
// compared or a pattern looked at. 16,384 targets in 64 roles need some two million; what is
// allowed takes some tenths of a second.
inline constexpr size_t kMatchStepsMax = size_t{1} << 23;

class MatchWork {
 public:
  explicit MatchWork(size_t steps_max = kMatchStepsMax) : left_(steps_max) {}

  // Pays for `steps`. Result: false when so many are not left; then none are any more.
  bool Take(size_t steps) {
    if (steps > left_) {
      left_ = 0;
      exhausted_ = true;
    } else {
      left_ -= steps;
    }
    return !exhausted_;
  }

  // Tells of one comparison of a path with a whole pattern.
  void CountComparison() { ++comparisons_; }
  // Result: how many paths were compared with how many patterns, in pairs.
  size_t comparisons() const { return comparisons_; }

  // What a search found counts only when this is OK. Errors: METADATA_TOO_LONG.
  absl::Status Check() const {
    if (!exhausted_) return absl::OkStatus();
    return MakeError(Reason::kMetadataTooLong,
                     "expected delegations that take fewer steps to search");
  }

 private:
  size_t left_;
  size_t comparisons_ = 0;
  bool exhausted_ = false;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_MATCH_WORK_H_
