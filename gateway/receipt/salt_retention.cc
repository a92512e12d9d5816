#include "gateway/receipt/salt_retention.h"

#include "gateway/base/status_macros.h"
#include "gateway/receipt/kept_salts.h"

namespace mrg {

void SaltRetention::RunOnce(absl::Time now, absl::Duration monotonic) {
  const absl::Status done = Turn(now, monotonic);
  if (!done.ok() && !failed_) events_->WriteFailure(Event::kSaltErasureFailed, done);
  failed_ = !done.ok();
}

absl::Status SaltRetention::Turn(absl::Time now, absl::Duration monotonic) {
  size_t in_turn = 0;
  size_t in_commit = kSaltsInOneCommit;
  while (in_commit == kSaltsInOneCommit && in_turn < kSaltsInOneTurn) {
    MRG_ASSIGN_OR_RETURN(in_commit, ForgetOldSalts(*store_, now - keep_, kSaltsInOneCommit));
    in_turn += in_commit;
    if (in_commit > 0 && !files_may_hold_salts_) {
      files_may_hold_salts_ = true;
      in_files_since_ = monotonic;
    }
    in_files_ += in_commit;
  }
  const bool more = in_commit == kSaltsInOneCommit;
  const bool in_time = !more && monotonic - in_files_since_ >= kSaltsInFilesFor;
  if (!files_may_hold_salts_ || (!in_time && in_files_ < kSaltsInFilesMax)) {
    return absl::OkStatus();
  }
  MRG_RETURN_IF_ERROR(EraseForgottenSalts(*store_));
  if (in_files_ > 0) {
    events_->Write(Event::kSaltsPastRetention, {{"salts", in_files_}, {"kept_for", keep_}});
  }
  files_may_hold_salts_ = false;
  in_files_ = 0;
  return absl::OkStatus();
}

}  // namespace mrg
