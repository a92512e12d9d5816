#include "trustlist/bundle/bundle_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/bundle/bundle_name.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

absl::Status Unavailable(absl::string_view what) {
  return MakeError(Reason::kStoreUnavailable, absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<BundleFiles>> BundleFiles::Create(const std::string& folder) {
  std::string name = folder + "/bundle-XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return Unavailable(folder);
  std::unique_ptr<BundleFiles> files(new BundleFiles(file));
  // From here on the space is freed with the descriptor, also by a kill.
  if (unlink(name.c_str()) != 0) return Unavailable(name);
  return files;
}

BundleFiles::~BundleFiles() { close(file_); }

absl::Status BundleFiles::Add(const std::string& name, absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const BundleName parsed, ParseBundleName(name));
  if (bytes.size() > parsed.bytes_max) {
    return MakeError(Reason::kMetadataTooLong, absl::StrCat(name, " is longer than allowed"));
  }
  if (extents_.size() >= kBundleFilesMax || bytes_ + bytes.size() > kBundleBytesMax) {
    return MakeError(Reason::kBundleTooLarge,
                     absl::StrCat("expected at most ", kBundleFilesMax, " files and ",
                                  kBundleBytesMax, " bytes"));
  }
  if (!extents_.emplace(name, Extent{bytes_, bytes.size()}).second) {
    return MakeError(Reason::kBundleMalformed, absl::StrCat(name, " is there twice"));
  }
  const auto place = std::lower_bound(publishers_.begin(), publishers_.end(), parsed.publisher);
  if (place == publishers_.end() || *place != parsed.publisher) {
    publishers_.insert(place, parsed.publisher);
  }
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(bytes_));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Unavailable("the bundle cannot be kept");
    bytes.remove_prefix(static_cast<size_t>(written));
    bytes_ += static_cast<uint64_t>(written);
  }
  return absl::OkStatus();
}

std::vector<MemberId> BundleFiles::Publishers() const { return publishers_; }

absl::StatusOr<std::optional<std::string>> BundleFiles::Read(const std::string& name,
                                                             size_t bytes_max) const {
  const auto found = extents_.find(name);
  if (found == extents_.end()) return std::nullopt;
  const Extent extent = found->second;
  if (extent.bytes > bytes_max) {
    return MakeError(Reason::kMetadataTooLong, absl::StrCat(name, " is longer than allowed"));
  }
  std::string bytes(extent.bytes, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = pread(file_, bytes.data() + done, bytes.size() - done,
                              static_cast<off_t>(extent.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Unavailable("the bundle cannot be read");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

absl::StatusOr<std::string> BundleFetcher::Read(const std::string& name, size_t bytes_max,
                                                Reason absent) const {
  auto bytes = files_->Read(name, bytes_max);
  if (ReasonOf(bytes.status()) == Reason::kStoreUnavailable) {
    return MakeError(Reason::kFetchFailed, bytes.status().message());
  }
  MRG_RETURN_IF_ERROR(bytes.status());
  if (!bytes->has_value()) return MakeError(absent, absl::StrCat("the bundle has no ", name));
  return **std::move(bytes);
}

absl::StatusOr<std::string> BundleFetcher::FetchMetadata(absl::string_view role,
                                                         std::optional<int64_t> version,
                                                         size_t bytes_max) {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  // Every file but the newest timestamp is asked for by its version.
  if (role != kTimestampRole && !version.has_value()) {
    return MakeError(Reason::kMetadataNotFound, absl::StrCat("the bundle has no such ", role));
  }
  return Read(BundledMetadata(publisher_, role, version.value_or(0)), bytes_max,
              Reason::kMetadataNotFound);
}

absl::StatusOr<std::string> BundleFetcher::FetchTarget(absl::string_view path,
                                                       absl::string_view sha256, size_t bytes_max) {
  MRG_RETURN_IF_ERROR(CheckTargetPath(path));
  return Read(BundledTarget(publisher_, path, sha256), bytes_max, Reason::kTargetNotFound);
}

absl::StatusOr<std::vector<std::string>> BundleFetcher::FetchNodes(
    const std::vector<std::string>& sha256) {
  std::vector<std::string> nodes;
  size_t bytes = 0;
  for (const std::string& digest : sha256) {
    MRG_ASSIGN_OR_RETURN(std::string node, Read(BundledNode(publisher_, digest), kTreeNodeBytesMax,
                                                Reason::kTreeNodeNotFound));
    bytes += node.size();
    if (!nodes.empty() && bytes > kNodeAnswerBytesMax) break;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace mrg
