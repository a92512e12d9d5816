#include "gateway/audit/log_recount.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"

namespace mrg {

LogRecount::LogRecount(Checkpoint checkpoint, absl::string_view note)
    : checkpoint_(std::move(checkpoint)) {
  report_.leaf_count = checkpoint_.size;
  report_.checkpoint = std::string(note);
}

absl::StatusOr<LogRecount> LogRecount::Begin(absl::string_view note, const std::string& origin,
                                             std::span<const PublicKey> log_keys) {
  MRG_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointOfAnyKey(note, origin, log_keys));
  return LogRecount(std::move(checkpoint), note);
}

void LogRecount::Add(absl::string_view leaf) {
  if (added() >= size()) return;
  const absl::Status form = CheckLeafForm(leaf, checkpoint_.origin);
  if (!form.ok() && report_.findings.size() < kLogFindingsMax) {
    report_.findings.push_back(absl::StrCat("Leaf ", added(), ": ", form.message(), "."));
  }
  root_.Append(LeafHash(leaf));
}

LogCheckReport LogRecount::Finish() && {
  report_.root = ToString(root_.Root());
  if (added() < size()) {
    report_.findings.push_back(absl::StrCat("Leaf ", added(), " is missing."));
  } else if (report_.root != checkpoint_.root) {
    report_.findings.push_back(
        absl::StrCat("The root computed from the leaves, ", absl::BytesToHexString(report_.root),
                     ", is not the checkpoint's, ", absl::BytesToHexString(checkpoint_.root), "."));
  }
  return std::move(report_);
}

}  // namespace mrg
