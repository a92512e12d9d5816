#include "tests/simulation/step_log.h"

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

constexpr size_t kLinesKept = 60;

}  // namespace

void StepLog::Mix(absl::string_view text) {
  for (const char c : text) {
    trace_ = (trace_ ^ static_cast<uint8_t>(c)) * 0x100000001B3u;
  }
}

void StepLog::Step(absl::Time now, absl::string_view what) {
  last_.push_back(absl::StrCat(
      ++steps_, " ", absl::FormatTime("%m-%d %H:%M:%S", now, absl::UTCTimeZone()), " ", what));
  if (last_.size() > kLinesKept) last_.pop_front();
  Mix(last_.back());
}

void StepLog::Note(absl::string_view what) {
  if (last_.empty()) last_.emplace_back();
  absl::StrAppend(&last_.back(), "; ", what);
  Mix(what);
}

void StepLog::Broken(absl::string_view what) {
  if (broken_.has_value()) return;
  broken_ = absl::StrCat("step ", steps_, ": ", what);
  Note(absl::StrCat("BROKEN: ", what));
}

std::string StepLog::LastSteps() const {
  std::string lines;
  for (const std::string& line : last_) absl::StrAppend(&lines, line, "\n");
  return lines;
}

}  // namespace mrg
