#ifndef MRG_TRUSTLIST_BUNDLE_BUNDLE_ARCHIVE_H_
#define MRG_TRUSTLIST_BUNDLE_BUNDLE_ARCHIVE_H_

// A bundle as one file: repositories of publishers, carried to a network without a link. The file
// is a tar archive, not compressed, of regular files only, so that any tool unpacks it into a
// static mirror. Its last entry, "complete", states the number of files and a digest over all of
// them: a bundle that was cut off or damaged on its way is told from one that somebody forged.
// Nothing but the zeros that end and fill an archive follows it.
// Whether its content is to be believed is for the TUF workflow, not for this.
//
// Threads: an object belongs to one thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Files of one bundle: a list of 16 million entries has that many nodes.
inline constexpr size_t kBundleFilesMax = size_t{1} << 20;
// Bytes of all files of one bundle together.
inline constexpr size_t kBundleBytesMax = size_t{4} << 30;

// Writes a bundle. The same files in the same order give the same bytes.
class BundleWriter {
 public:
  // Starts the bundle beside `path`; nothing stands at `path` before Finish.
  // Errors: STORE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<BundleWriter>> Create(const std::string& path);
  // Without Finish what was written is removed.
  ~BundleWriter();

  // Adds a file. Errors: BUNDLE_MALFORMED when the name is none of bundle_name.h,
  // METADATA_TOO_LONG when the file is longer than its kind allows, BUNDLE_TOO_LARGE,
  // STORE_UNAVAILABLE.
  absl::Status Add(absl::string_view name, absl::string_view bytes);

  // Ends the bundle and puts it at `path`, durably, replacing a file that is there.
  // Errors: STORE_UNAVAILABLE; then `path` is as it was.
  absl::Status Finish();

 private:
  struct Archive;
  explicit BundleWriter(std::unique_ptr<Archive> archive);
  const std::unique_ptr<Archive> archive_;
};

// Takes one file of a bundle; an error ends the reading.
using TakeBundledFileFn = std::function<absl::Status(const std::string& name, std::string bytes)>;

// Reads the bundle at `path` from its first file to its last and hands each to `take`. Memory: one
// file. What `take` got counts only when this returns OK.
// Errors: NotFound without a reason when `path` cannot be opened; BUNDLE_MALFORMED for what is no
// bundle, has another name or kind of entry than bundle_name.h lists, has anything behind the last
// entry, or was cut off or changed;
// METADATA_TOO_LONG, BUNDLE_TOO_LARGE; what `take` gave.
absl::Status ReadBundle(const std::string& path, const TakeBundledFileFn& take);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_BUNDLE_BUNDLE_ARCHIVE_H_
