#include "trustlist/bundle/bundle_export.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/bundle/bundle_name.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

absl::StatusOr<int64_t> RootVersion(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
  return root.header.version;
}

// Passes on what the source answers and puts each file into the bundle once.
class RecordingFetcher : public Fetcher {
 public:
  RecordingFetcher(MemberId publisher, Fetcher* source, const PutBundledFileFn* put)
      : publisher_(std::move(publisher)), source_(source), put_(put) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    MRG_ASSIGN_OR_RETURN(std::string bytes, source_->FetchMetadata(role, version, bytes_max));
    MRG_RETURN_IF_ERROR(Put(BundledMetadata(publisher_, role, version.value_or(0)), bytes));
    return bytes;
  }

  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    MRG_ASSIGN_OR_RETURN(std::string bytes, source_->FetchTarget(path, sha256, bytes_max));
    MRG_RETURN_IF_ERROR(Put(BundledTarget(publisher_, path, sha256), bytes));
    return bytes;
  }

  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, source_->FetchNodes(sha256));
    for (size_t i = 0; i < nodes.size() && i < sha256.size(); ++i) {
      MRG_RETURN_IF_ERROR(Put(BundledNode(publisher_, sha256[i]), nodes[i]));
    }
    return nodes;
  }

 private:
  absl::Status Put(std::string name, absl::string_view bytes) {
    const auto [place, is_new] = names_.insert(std::move(name));
    return is_new ? (*put_)(*place, bytes) : absl::OkStatus();
  }

  const MemberId publisher_;
  Fetcher* const source_;
  const PutBundledFileFn* const put_;
  std::set<std::string> names_;
};

// Result: the version of the lowest root that leads to the newest one without a gap.
absl::StatusOr<int64_t> FirstRootVersion(Fetcher* source) {
  const size_t bytes_max = MetadataLimits().root_bytes_max;
  MRG_ASSIGN_OR_RETURN(const std::string newest,
                       source->FetchMetadata(kRootRole, std::nullopt, bytes_max));
  MRG_ASSIGN_OR_RETURN(int64_t first, RootVersion(newest));
  while (first > 1) {
    const auto earlier = source->FetchMetadata(kRootRole, first - 1, bytes_max);
    if (ReasonOf(earlier.status()) == Reason::kMetadataNotFound) break;
    MRG_RETURN_IF_ERROR(earlier.status());
    --first;
  }
  return first;
}

// Result: the lowest version of a timestamp that the source keeps, which keeps all from there to
// `newest`.
absl::StatusOr<int64_t> FirstTimestamp(Fetcher* source, int64_t newest) {
  int64_t first = std::max<int64_t>(1, newest - kTimestampGapMax);
  int64_t kept = newest;
  while (first < kept) {
    const int64_t middle = first + (kept - first) / 2;
    const auto bytes =
        source->FetchMetadata(kTimestampRole, middle, MetadataLimits().timestamp_bytes_max);
    if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) {
      first = middle + 1;
    } else {
      MRG_RETURN_IF_ERROR(bytes.status());
      kept = middle;
    }
  }
  return kept;
}

// Puts the timestamps before the newest one into the bundle.
absl::Status ExportTimestamps(const MemberId& publisher, Fetcher* source, int64_t newest,
                              const PutBundledFileFn& put) {
  MRG_ASSIGN_OR_RETURN(int64_t next, FirstTimestamp(source, newest));
  while (next < newest) {
    MRG_ASSIGN_OR_RETURN(
        const std::vector<std::string> timestamps,
        source->FetchTimestamps(next, newest - 1, MetadataLimits().timestamp_bytes_max));
    if (timestamps.empty()) {
      return MakeError(Reason::kFetchFailed, "expected at least one of the timestamps asked for");
    }
    for (const std::string& bytes : timestamps) {
      MRG_RETURN_IF_ERROR(put(BundledMetadata(publisher, kTimestampRole, next++), bytes));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ExportPublisher(const MemberId& publisher, Fetcher* source, OrderedStore* store,
                             absl::Time now, const PutBundledFileFn& put) {
  MRG_ASSIGN_OR_RETURN(const int64_t first, FirstRootVersion(source));
  RecordingFetcher fetcher(publisher, source, &put);
  MRG_ASSIGN_OR_RETURN(const std::string root,
                       fetcher.FetchMetadata(kRootRole, first, MetadataLimits().root_bytes_max));
  MetadataStore metadata(store);
  MRG_RETURN_IF_ERROR(InitTrust(publisher, root, std::nullopt, &metadata));
  MRG_RETURN_IF_ERROR(Updater(publisher, store, &fetcher).Refresh(now).status());
  MRG_ASSIGN_OR_RETURN(const int64_t newest, metadata.NewestVersion(publisher, kTimestampRole));
  return ExportTimestamps(publisher, source, newest, put);
}

}  // namespace mrg
