#include "gateway/daemon/restored_folder.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/restore_mark.h"

namespace mrg {

absl::Status SettleRestore(const std::string& data_dir, const MemberId& member,
                           std::span<const FieldKey> keys, bool accept, EventLog* events) {
  MRG_ASSIGN_OR_RETURN(std::optional<RestoreMark> mark, ReadRestoreMark(data_dir));
  if (!mark.has_value()) return absl::OkStatus();
  if (!mark->is_settled) {
    events->Write(Event::kNodeRestored, {{"member", member}, {"backup_made", mark->backup_made}});
  }
  int spent = 0;
  for (const auto& [field, key] : keys) {
    if (!mark->IsSpent(key->spki_sha256())) continue;
    if (!accept) {
      return MakeFieldError(
          Reason::kConfigInvalid, field,
          absl::StrCat(
              "expected a new key (mrgctl keys replace): the folder was restored from a "
              "backup of ",
              absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", mark->backup_made, absl::UTCTimeZone()),
              ", and this key may have signed since; --accept-unwitnessed says that it "
              "has not"));
    }
    ++spent;
  }
  if (spent > 0) {
    MRG_RETURN_IF_ERROR(RemoveRestoreMark(data_dir));
    events->Write(Event::kRestoreUnsettledAccepted, {{"member", member}, {"keys", spent}});
  } else if (!mark->is_settled) {
    mark->is_settled = true;
    MRG_RETURN_IF_ERROR(WriteRestoreMark(data_dir, *mark));
    events->Write(Event::kRestoreSettled, {{"member", member}});
  }
  return absl::OkStatus();
}

}  // namespace mrg
