#include "gateway/publication/status_list_marks.h"

#include <cstddef>

#include "gateway/base/reason.h"

namespace mrg {

std::vector<absl::Status> StatusListMarks::Change(const std::vector<MarkChange>& changes) {
  std::vector<absl::Status> made(changes.size());
  std::vector<MarkEdit> edits;
  std::vector<size_t> places;  // of the edits among the changes
  for (size_t i = 0; i < changes.size(); ++i) {
    const MarkChange& change = changes[i];
    if (change.set && !epoch_keys_->OwnKeysOf(change.jurisdiction).contains(change.epoch)) {
      made[i] = MakeError(Reason::kEpochKeyUnavailable, "expected an epoch of an own jurisdiction");
      continue;
    }
    edits.push_back({{change.jurisdiction, change.epoch, change.tag}, change.set, change.at});
    places.push_back(i);
  }
  if (edits.empty()) return made;
  const std::vector<absl::Status> written = writer_->ChangeMarks(edits, clock_->Now());
  for (size_t i = 0; i < edits.size(); ++i) made[places[i]] = written[i];
  return made;
}

}  // namespace mrg
