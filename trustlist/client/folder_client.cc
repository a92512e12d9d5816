#include "trustlist/client/folder_client.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/folder_files.h"
#include "trustlist/client/mirror_names.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/durable_file.h"

namespace mrg {
namespace {

// Result: where the target lies. Errors: as DownloadTargets.
absl::StatusOr<std::string> Download(const ListedTarget& target, bool consistent_snapshot,
                                     const std::string& target_folder, Fetcher* fetcher) {
  if (!target.file.Usable()) {
    return MakeError(Reason::kMetadataMalformed, "the target is listed without a known digest");
  }
  const std::string file = absl::StrCat(target_folder, "/", LocalTargetName(target.path));
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> before, ReadFileIfThere(file));
  if (before.has_value() && target.file.Fits(*before)) return file;
  absl::string_view digest;
  if (consistent_snapshot) {
    digest = target.file.sha256.empty() ? target.file.sha512 : target.file.sha256;
  }
  // 5.7.2, 5.7.3
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       fetcher->FetchTarget(target.path, digest, target.file.length));
  if (!target.file.Fits(bytes)) {
    return MakeError(Reason::kMetadataMismatch, "the target is not the content that was listed");
  }
  MRG_RETURN_IF_ERROR(WriteDurably(file, bytes));
  return file;
}

ClientOptions Options(const MetadataLimits& limits) {
  return {ClientRules::kSpecification, limits, {}};
}

}  // namespace

absl::Status InitFolder(const std::string& folder, absl::string_view root_bytes) {
  MRG_ASSIGN_OR_RETURN(const TrustedMetadataSet trusted,
                       TrustedMetadataSet::FromTrustedRoot(root_bytes, absl::InfinitePast(),
                                                           ClientRules::kSpecification));
  MRG_ASSIGN_OR_RETURN(const auto files, FolderFiles::Open(folder));
  return files->Take(kRootRole, trusted.root().header.version, root_bytes);
}

absl::Status RefreshFolder(const std::string& folder, Fetcher* fetcher,
                           const MetadataLimits& limits, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto files, FolderFiles::Open(folder));
  return RefreshTopLevel({fetcher, files.get()}, Options(limits), now).status();
}

absl::Status DownloadTargets(const std::string& folder, Fetcher* fetcher,
                             const std::vector<std::string>& paths,
                             const std::string& target_folder, const MetadataLimits& limits,
                             absl::Time now,
                             const std::function<void(const std::string& file)>& downloaded) {
  MRG_ASSIGN_OR_RETURN(const auto files, FolderFiles::Open(folder));
  MRG_ASSIGN_OR_RETURN(WithTargets client,
                       RefreshTopLevel({fetcher, files.get()}, Options(limits), now));
  for (const std::string& path : paths) {
    MRG_ASSIGN_OR_RETURN(const std::optional<ListedTarget> target, client.Find(path));
    if (!target.has_value()) {
      return MakeError(Reason::kTargetNotFound,
                       absl::StrCat("no role that a client visits lists the target ", path));
    }
    MRG_ASSIGN_OR_RETURN(
        const std::string file,
        Download(*target, client.trusted().root().consistent_snapshot, target_folder, fetcher));
    downloaded(file);
  }
  return absl::OkStatus();
}

}  // namespace mrg
