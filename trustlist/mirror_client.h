#ifndef MRG_TRUSTLIST_MIRROR_CLIENT_H_
#define MRG_TRUSTLIST_MIRROR_CLIENT_H_

// The TUF client for any repository on a static mirror, whoever wrote it, with the files it trusts
// in a folder: the workflow of clause 5 to the letter. Members of the federation are followed by
// Updater instead, which puts whole sets in force.
//
// Threads: an object belongs to one thread; one process at a time works on a folder.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trustlist/file_source.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/trusted_metadata_set.h"

namespace mrg {

class MirrorClient {
 public:
  // `folder`: where trusted metadata lie as <role>.json, without versions; `metadata` and `targets`
  // are the mirror's two bases, must outlive this, and `targets` may be null for a client that only
  // refreshes.
  MirrorClient(std::string folder, FileSource* metadata, FileSource* targets,
               MetadataLimits limits = {});

  // Stores a root that came by a trusted way. Errors: METADATA_MALFORMED, METADATA_THRESHOLD (it is
  // not signed by its own keys); STORE_UNAVAILABLE.
  static absl::Status Init(const std::string& folder, absl::string_view root_bytes);

  // Brings the top-level metadata up to date at reference time `now`. Files that were accepted
  // before a failing step stay accepted. Errors: METADATA_*, FETCH_FAILED, STORE_UNAVAILABLE.
  absl::Status Refresh(absl::Time now);

  // Refreshes, finds `path` through the delegations and downloads it into `target_folder`, under
  // its percent-encoded path (cut and ended by its digest where that is too long for a file's
  // name), unless the file is there already. Result: the file's path. Errors: as
  // Refresh; TARGET_NOT_FOUND; METADATA_MISMATCH when what came is not what is listed.
  absl::StatusOr<std::string> Download(absl::string_view path, const std::string& target_folder,
                                       absl::Time now);

 private:
  absl::StatusOr<TrustedMetadataSet> Update(absl::Time now);
  absl::Status UpdateRoot(TrustedMetadataSet* trusted);
  absl::Status UpdateTimestamp(TrustedMetadataSet* trusted);
  absl::Status UpdateSnapshot(TrustedMetadataSet* trusted);
  absl::Status UpdateTargets(TrustedMetadataSet* trusted, absl::string_view delegator,
                             absl::string_view role);

  std::string TrustedFile(absl::string_view role) const;
  absl::StatusOr<std::optional<std::string>> ReadTrusted(absl::string_view role) const;
  absl::Status WriteTrusted(absl::string_view role, absl::string_view bytes) const;
  absl::Status ForgetTrusted(absl::string_view role) const;

  const std::string folder_;
  FileSource* const metadata_;
  FileSource* const targets_;
  const MetadataLimits limits_;
};

// Result: `text` with every byte but [A-Za-z0-9_.~-] as %XX, so that it is one segment of a URL.
// Source: RFC 3986 2.3.
std::string PercentEncoded(absl::string_view text);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_MIRROR_CLIENT_H_
