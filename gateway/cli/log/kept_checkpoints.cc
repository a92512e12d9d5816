#include "gateway/cli/log/kept_checkpoints.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/log/state_folder.h"
#include "trustlist/store/durable_file.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr char kFile[] = "checkpoint";
// Of the root in a file's name: enough to tell contradicting ones of one size apart.
constexpr size_t kRootBytesInName = 8;

}  // namespace

absl::StatusOr<std::unique_ptr<KeptCheckpoints>> KeptCheckpoints::Open(const std::string& state,
                                                                       const MemberId& member) {
  std::string logs = state + "/logs";
  const std::string folder = absl::StrCat(logs, "/", member.value());
  for (const std::string& one : {state, logs, folder}) {
    MRG_RETURN_IF_ERROR(MakePrivateFolder(one));
  }
  MRG_ASSIGN_OR_RETURN(LockedFolder lock, LockedFolder::Open(folder));
  return std::unique_ptr<KeptCheckpoints>(
      new KeptCheckpoints(std::move(logs), member, std::move(lock)));
}

std::vector<std::string> KeptCheckpoints::Origins() const {
  std::vector<std::string> origins;
  std::error_code error;
  fs::directory_iterator entries(absl::StrCat(logs_, "/", member_.value()), error);
  while (!error && entries != fs::directory_iterator()) {
    std::error_code ignored;
    if (fs::exists(entries->path() / kFile, ignored)) {
      origins.push_back(absl::StrCat(member_.value(), "/", entries->path().filename().string()));
    }
    entries.increment(error);
  }
  std::sort(origins.begin(), origins.end());
  return origins;
}

std::string KeptCheckpoints::PathOf(absl::string_view origin) const {
  return absl::StrCat(logs_, "/", origin, "/", kFile);
}

absl::StatusOr<std::optional<std::string>> KeptCheckpoints::NoteOf(absl::string_view origin) const {
  return ReadFileIfThere(PathOf(origin));
}

absl::Status KeptCheckpoints::Keep(absl::string_view origin, absl::string_view note) {
  MRG_RETURN_IF_ERROR(MakePrivateFolder(absl::StrCat(logs_, "/", origin)));
  return WriteDurably(PathOf(origin), note);
}

absl::StatusOr<std::string> KeptCheckpoints::KeepContradicting(const Checkpoint& checkpoint,
                                                               absl::string_view note) {
  const std::string root = checkpoint.root.substr(0, kRootBytesInName);
  std::string file = absl::StrCat(logs_, "/", checkpoint.origin, "/contradicting-", checkpoint.size,
                                  "-", absl::BytesToHexString(root));
  MRG_RETURN_IF_ERROR(WriteDurably(file, note));
  return file;
}

}  // namespace mrg
