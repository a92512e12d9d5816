#include "gateway/storage/ordered_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"

namespace mrg {

CommitResult CommitResult::Committed() { return {kCommitted, -1, absl::OkStatus()}; }

CommitResult CommitResult::PreconditionFailed(int index) {
  return {
      kPreconditionFailed, index,
      MakeError(Reason::kStoreConflict, absl::StrCat("precondition ", index, " does not hold"))};
}

CommitResult CommitResult::Unknown(absl::string_view detail) {
  return {kUnknown, -1, MakeError(Reason::kStoreUnavailable, detail)};
}

CommitResult OrderedStore::Commit(const WriteSet& set) {
  return std::move(CommitGroup(std::span<const WriteSet>(&set, 1)).front());
}

absl::Status CheckKeyCount(size_t keys) {
  if (keys <= kStoreKeysMax) return absl::OkStatus();
  return MakeError(Reason::kInvariantBroken,
                   absl::StrCat("expected at most ", kStoreKeysMax, " keys in one read"));
}

}  // namespace mrg
