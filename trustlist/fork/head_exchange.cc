#include "trustlist/fork/head_exchange.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

constexpr size_t kComparedMax = 4096;

// What a trusted file says of itself.
struct Link {
  std::string signed_sha256;
  std::string previous_sha256;
};

absl::StatusOr<Link> ReadLink(absl::string_view role, absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  Link link{envelope.signed_sha256(), ""};
  if (role != kTimestampRole) return link;
  MRG_ASSIGN_OR_RETURN(const TimestampMetadata timestamp, TimestampMetadata::Parse(envelope));
  if (timestamp.previous.has_value()) link.previous_sha256 = timestamp.previous->signed_sha256;
  return link;
}

absl::StatusOr<std::optional<Link>> TrustedLink(const MetadataStore& metadata,
                                                const MemberId& publisher, absl::string_view role,
                                                int64_t version) {
  MRG_ASSIGN_OR_RETURN(const auto bytes, metadata.Read(publisher, role, version));
  if (!bytes.has_value()) return std::optional<Link>();
  MRG_ASSIGN_OR_RETURN(Link link, ReadLink(role, *bytes));
  return std::optional<Link>(std::move(link));
}

}  // namespace

HeadExchange::HeadExchange(OrderedStore* store, OnForkFn on_fork)
    : metadata_(store), forks_(store, std::move(on_fork)) {}

absl::StatusOr<std::vector<Head>> HeadExchange::HeadsOf(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const int64_t root_version, metadata_.NewestVersion(publisher, kRootRole));
  std::vector<Head> heads;
  for (const char* role : {kRootRole, kTimestampRole}) {
    MRG_ASSIGN_OR_RETURN(const int64_t newest, metadata_.NewestVersion(publisher, role));
    for (int64_t version = std::max<int64_t>(1, newest - kKeptVersions + 1); version <= newest;
         ++version) {
      MRG_ASSIGN_OR_RETURN(const auto link, TrustedLink(metadata_, publisher, role, version));
      if (!link.has_value()) continue;
      heads.push_back(
          {publisher, root_version, role, version, link->signed_sha256, link->previous_sha256});
    }
  }
  return heads;
}

absl::StatusOr<bool> HeadExchange::Contradicts(const Head& theirs) const {
  MRG_ASSIGN_OR_RETURN(const auto same,
                       TrustedLink(metadata_, theirs.publisher, theirs.role, theirs.version));
  if (same.has_value()) return same->signed_sha256 != theirs.signed_sha256;
  if (theirs.role != kTimestampRole) return false;
  MRG_ASSIGN_OR_RETURN(const auto before,
                       TrustedLink(metadata_, theirs.publisher, theirs.role, theirs.version - 1));
  if (before.has_value() && !theirs.previous_sha256.empty() &&
      before->signed_sha256 != theirs.previous_sha256) {
    return true;
  }
  MRG_ASSIGN_OR_RETURN(const auto after,
                       TrustedLink(metadata_, theirs.publisher, theirs.role, theirs.version + 1));
  return after.has_value() && !after->previous_sha256.empty() &&
         after->previous_sha256 != theirs.signed_sha256;
}

absl::StatusOr<int> HeadExchange::Compare(const std::vector<Head>& theirs, const FetchFile& fetch,
                                          absl::Time now) {
  int contradictions = 0;
  for (const Head& head : theirs) {
    MRG_ASSIGN_OR_RETURN(const bool contradicts, Contradicts(head));
    if (!contradicts) continue;
    const auto name =
        std::make_tuple(head.publisher.value(), head.role, head.version, head.signed_sha256);
    {
      MutexLock lock(mu_);
      if (compared_.contains(name)) continue;
    }
    ++contradictions;
    const auto bytes = fetch(head.publisher, head.role, head.version);
    if (!bytes.ok()) continue;
    const auto envelope = SignedEnvelope::Parse(*bytes);
    if (!envelope.ok() || envelope->signed_sha256() != head.signed_sha256) continue;
    MRG_RETURN_IF_ERROR(forks_.Compare(head.publisher, head.role, *bytes, now).status());
    MutexLock lock(mu_);
    if (compared_.size() >= kComparedMax) compared_.clear();
    compared_.insert(name);
  }
  return contradictions;
}

}  // namespace mrg
