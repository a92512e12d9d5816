#include "gateway/daemon/log_mark.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/store/durable_file.h"

namespace mrg {
namespace {

absl::Status Unusable(const absl::Status& why) {
  return MakeError(Reason::kConfigInvalid,
                   absl::StrCat("log_mark_path: expected a file that the node may read and write: ",
                                why.message()));
}

}  // namespace

absl::Status LogMark::Begin(const Signer& log_key) {
  auto there = ReadFileIfThere(path_);
  if (!there.ok()) return Unusable(there.status());
  if (there->has_value()) {
    written_ = **std::move(there);
    const absl::Status continues = standing_->MarkKeeps(written_);
    if (ReasonOf(continues) == Reason::kStoreCorrupt) {
      return MakeError(Reason::kStoreCorrupt,
                       absl::StrCat("log_mark_path: ", path_, ": ", continues.message()));
    }
    if (ReasonOf(continues) != Reason::kLogContradicted) return continues;
    events_->WriteFailure(Event::kLogContradicted, continues);
    return absl::OkStatus();
  }
  std::string first = log_->LatestCheckpoint();
  if (first.empty()) {
    MRG_ASSIGN_OR_RETURN(first,
                         SignCheckpoint({log_->origin(), 0, ToString(EmptyRoot())}, log_key));
  }
  const absl::Status written = WriteDurably(path_, first);
  if (!written.ok()) return Unusable(written);
  written_ = std::move(first);
  return absl::OkStatus();
}

void LogMark::Keep() {
  const std::string newest = log_->LatestCheckpoint();
  if (newest.empty() || newest == written_ || !standing_->Check().ok()) return;
  const absl::Status written = WriteDurably(path_, newest);
  if (written.ok()) {
    written_ = newest;
  } else if (!failing_) {
    events_->WriteFailure(Event::kLogMarkFailed, written);
  }
  failing_ = !written.ok();
}

}  // namespace mrg
