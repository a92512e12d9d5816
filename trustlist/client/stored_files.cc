#include "trustlist/client/stored_files.h"

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::optional<std::string>> StoredFiles::Newest(absl::string_view role) const {
  return metadata_.Newest(publisher_, role);
}

absl::Status StoredFiles::Take(absl::string_view role, int64_t version, absl::string_view bytes) {
  if (role != kTimestampRole) return metadata_.Save(publisher_, role, version, bytes);
  MRG_ASSIGN_OR_RETURN(const auto keys_sha256, metadata_.TimestampKeys(publisher_));
  if (!keys_sha256.has_value()) {
    return MakeError(Reason::kStoreConflict, "the root was taken away meanwhile");
  }
  return metadata_.SaveTimestamp(publisher_, *keys_sha256, version, bytes, now_);
}

absl::Status StoredFiles::TakeRootAndForget(int64_t version, absl::string_view bytes) {
  WriteSet writes;
  MRG_RETURN_IF_ERROR(metadata_.StageForget(publisher_, Forgets::kTrust, &writes));
  MRG_ASSIGN_OR_RETURN(const NewestRow newest, metadata_.ReadNewestRow(publisher_, kRootRole));
  MRG_RETURN_IF_ERROR(metadata_.Stage(publisher_, kRootRole, version, bytes, newest, &writes));
  MRG_RETURN_IF_ERROR(metadata_.Commit(writes));
  return metadata_.DropForgotten(publisher_);
}

}  // namespace mrg
