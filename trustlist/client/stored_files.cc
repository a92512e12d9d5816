#include "trustlist/client/stored_files.h"

#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::optional<std::string>> StoredFiles::Newest(absl::string_view role) const {
  return metadata_.Newest(publisher_, role);
}

absl::Status StoredFiles::Take(absl::string_view role, int64_t version, absl::string_view bytes) {
  return metadata_.Save(publisher_, role, version, bytes);
}

absl::Status StoredFiles::TakeRootAndForget(int64_t version, absl::string_view bytes) {
  WriteSet writes;
  MRG_RETURN_IF_ERROR(metadata_.StageForgetAllButRoot(publisher_, &writes));
  MRG_ASSIGN_OR_RETURN(const NewestRow newest, metadata_.ReadNewestRow(publisher_, kRootRole));
  MRG_RETURN_IF_ERROR(metadata_.Stage(publisher_, kRootRole, version, bytes, newest, &writes));
  return metadata_.Commit(writes);
}

}  // namespace mrg
