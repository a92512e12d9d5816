#include "trustlist/client/first_trust.h"

#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::string> RootDigest(absl::string_view root_bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(root_bytes));
  MRG_RETURN_IF_ERROR(RootMetadata::Parse(envelope).status());
  return envelope.signed_sha256();
}

absl::StatusOr<std::optional<std::string>> TrustedFirstRoot(const MemberId& publisher,
                                                            const MetadataStore& metadata) {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> chain, metadata.RootChain(publisher));
  if (chain.empty()) return std::optional<std::string>();
  MRG_ASSIGN_OR_RETURN(std::string digest, RootDigest(chain.front()));
  return std::optional<std::string>(std::move(digest));
}

absl::Status InitTrust(const MemberId& publisher, absl::string_view root_bytes,
                       const std::optional<std::string>& expected_sha256, MetadataStore* metadata) {
  MRG_ASSIGN_OR_RETURN(const int64_t stored, metadata->NewestVersion(publisher, kRootRole));
  if (stored > 0) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(root_bytes));
  if (expected_sha256.has_value() && digest != *expected_sha256) {
    return MakeError(Reason::kMemberRootUnconfirmed,
                     "the first root is not the one that was named beforehand");
  }
  // The reference time plays no part: an expired first root still leads to its successors.
  MRG_ASSIGN_OR_RETURN(const TrustedMetadataSet trusted,
                       TrustedMetadataSet::FromTrustedRoot(root_bytes, absl::InfinitePast()));
  return metadata->Save(publisher, kRootRole, trusted.root().header.version, root_bytes);
}

absl::Status InitTrustFromPeer(const MemberId& publisher, const std::string& expected_sha256,
                               Fetcher* fetcher, MetadataStore* metadata) {
  MRG_ASSIGN_OR_RETURN(const int64_t stored, metadata->NewestVersion(publisher, kRootRole));
  if (stored > 0) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const std::string root,
                       fetcher->FetchMetadata(kRootRole, 1, MetadataLimits().root_bytes_max));
  return InitTrust(publisher, root, expected_sha256, metadata);
}

}  // namespace mrg
