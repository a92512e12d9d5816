#include "trustlist/client/set_content.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

absl::Status CheckNotStopped(const SetContentOptions& options) {
  if (!options.stop || !options.stop()) return absl::OkStatus();
  return MakeError(Reason::kFetchFailed, "the refresh was stopped");
}

bool IsSame(const InForceTarget* before, const InForceTarget& target) {
  return before != nullptr && before->sha256 == target.sha256 && before->length == target.length &&
         before->is_tree == target.is_tree;
}

absl::Status FetchFile(const InForceTarget& target, Fetcher* fetcher, const BlobReader& held,
                       const KeepNodesFn& keep, const SetContentOptions& options) {
  if (target.length > options.limits.target_bytes_max) {
    return MakeError(Reason::kMetadataTooLong, absl::StrCat(target.path, " is too long"));
  }
  MRG_RETURN_IF_ERROR(CheckNotStopped(options));
  absl::StatusOr<std::string> bytes = held.ReadBlob(target.sha256);
  const bool is_missing = ReasonOf(bytes.status()) == Reason::kTreeNodeNotFound;
  if (is_missing) bytes = fetcher->FetchTarget(target.path, target.sha256, target.length);
  MRG_RETURN_IF_ERROR(bytes.status());
  if (bytes->size() != target.length || Sha256(*bytes) != target.sha256) {
    return MakeError(Reason::kMetadataMismatch,
                     absl::StrCat(target.path, " is not the content that was listed"));
  }
  return is_missing ? keep({{target.sha256, *std::move(bytes)}}) : absl::OkStatus();
}

absl::Status FetchTree(const InForceTarget& target, const InForceTarget* before, Fetcher* fetcher,
                       const BlobReader& held, const KeepNodesFn& keep, size_t* nodes_left,
                       const SetContentOptions& options) {
  TreeSyncOptions sync{std::nullopt, *nodes_left};
  if (before != nullptr && before->is_tree) sync.complete_root = before->sha256;
  sync.progress = [&](const TreeSyncProgress& progress) {
    if (options.progress) options.progress(target.path, progress);
  };
  sync.stop = options.stop;
  const auto fetch = [&](const std::vector<std::string>& sha256) {
    return fetcher->FetchNodes(sha256);
  };
  const auto count = [&](std::map<std::string, std::string> nodes) {
    *nodes_left -= std::min(*nodes_left, nodes.size());
    return keep(std::move(nodes));
  };
  return SyncTree(target.sha256, held, fetch, count, sync);
}

}  // namespace

absl::Status FetchSetContent(const InForceSet& set, const InForceSet* present, Fetcher* fetcher,
                             const BlobReader& held, const KeepNodesFn& keep,
                             const SetContentOptions& options) {
  if (set.targets.size() > options.limits.targets_max) {
    return MakeError(Reason::kMetadataTooLong, "the repository has too many targets");
  }
  size_t nodes_left = options.limits.tree_nodes_max;
  for (const InForceTarget& target : set.targets) {
    const InForceTarget* before = present == nullptr ? nullptr : present->FindTarget(target.path);
    if (IsSame(before, target)) continue;
    MRG_RETURN_IF_ERROR(FetchFile(target, fetcher, held, keep, options));
    if (!target.is_tree) continue;
    MRG_RETURN_IF_ERROR(FetchTree(target, before, fetcher, held, keep, &nodes_left, options));
  }
  return absl::OkStatus();
}

}  // namespace mrg
