#include "trustlist/bundle_export.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/bundle_name.h"
#include "trustlist/first_trust.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/metadata_store.h"
#include "trustlist/repository_names.h"
#include "trustlist/root_metadata.h"
#include "trustlist/signed_envelope.h"
#include "trustlist/updater.h"

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
    // One timestamp goes along: with those before it, a bundle would depend on when it was made.
    if (role == kTimestampRole && version.has_value()) {
      return MakeError(Reason::kMetadataNotFound, "a bundle has one timestamp");
    }
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

}  // namespace

absl::Status ExportPublisher(const MemberId& publisher, Fetcher* source, OrderedStore* store,
                             absl::Time now, const PutBundledFileFn& put) {
  MRG_ASSIGN_OR_RETURN(const int64_t first, FirstRootVersion(source));
  RecordingFetcher fetcher(publisher, source, &put);
  MRG_ASSIGN_OR_RETURN(const std::string root,
                       fetcher.FetchMetadata(kRootRole, first, MetadataLimits().root_bytes_max));
  MetadataStore metadata(store);
  MRG_RETURN_IF_ERROR(InitTrust(publisher, root, std::nullopt, &metadata));
  return Updater(publisher, store, &fetcher).Refresh(now).status();
}

}  // namespace mrg
