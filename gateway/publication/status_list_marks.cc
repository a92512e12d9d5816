#include "gateway/publication/status_list_marks.h"

#include <string>

#include "gateway/base/reason.h"

namespace mrg {

absl::Status StatusListMarks::SetMark(const JurisdictionId& jurisdiction, uint32_t epoch,
                                      absl::string_view tag, absl::Time at) {
  if (!epoch_keys_->OwnKeysOf(jurisdiction).contains(epoch)) {
    return MakeError(Reason::kEpochKeyUnavailable, "expected an epoch of an own jurisdiction");
  }
  return Change(jurisdiction, epoch, tag, true, at);
}

absl::Status StatusListMarks::ClearMark(const JurisdictionId& jurisdiction, uint32_t epoch,
                                        absl::string_view tag, absl::Time at) {
  return Change(jurisdiction, epoch, tag, false, at);
}

absl::Status StatusListMarks::Change(const JurisdictionId& jurisdiction, uint32_t epoch,
                                     absl::string_view tag, bool set, absl::Time at) {
  return writer_->ChangeMark({jurisdiction, epoch, std::string(tag)}, set, at, clock_->Now())
      .status();
}

}  // namespace mrg
