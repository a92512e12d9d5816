#ifndef MRG_TRUSTLIST_CLIENT_FOLDER_CLIENT_H_
#define MRG_TRUSTLIST_CLIENT_FOLDER_CLIENT_H_

// What `mrgctl tuf` does: the client workflow over any repository, whoever wrote it, with the files
// it trusts and those it downloads in folders.
//
// Threads: none of this is shared between threads; processes on one folder wait for each other.

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {

// Stores a root that came by a trusted way as the first of `folder`. Errors: METADATA_MALFORMED,
// METADATA_THRESHOLD (it is not signed by its own keys); STORE_UNAVAILABLE.
absl::Status InitFolder(const std::string& folder, absl::string_view root_bytes);

// Brings the top-level metadata in `folder` up to date at reference time `now`. Errors: METADATA_*,
// FETCH_FAILED, STORE_UNAVAILABLE.
absl::Status RefreshFolder(const std::string& folder, Fetcher* fetcher,
                           const MetadataLimits& limits, absl::Time now);

// Refreshes once, then finds each of `paths` in order through the delegations and downloads it into
// `target_folder` under LocalTargetName, unless the file is there already; `downloaded` is told
// each file's path. Stops at the first that fails. Errors: as RefreshFolder; TARGET_NOT_FOUND;
// METADATA_MISMATCH when what came is not what is listed.
absl::Status DownloadTargets(const std::string& folder, Fetcher* fetcher,
                             const std::vector<std::string>& paths,
                             const std::string& target_folder, const MetadataLimits& limits,
                             absl::Time now,
                             const std::function<void(const std::string& file)>& downloaded);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_FOLDER_CLIENT_H_
