#include "trustlist/fork/head_exchange.h"

#include <algorithm>
#include <functional>
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

constexpr int64_t kHeadsOfAChain = 32;
// 32 each of 128 chains.
constexpr size_t kLinksRemembered = 4096;

using Link = HeadExchange::Link;
using LinkOf = HeadExchange::LinkOf;

absl::StatusOr<std::optional<Link>> ReadLink(absl::string_view role,
                                             const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return std::optional<Link>();
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(*bytes));
  Link link{envelope.signed_sha256(), ""};
  if (role == kTimestampRole) {
    MRG_ASSIGN_OR_RETURN(const TimestampMetadata timestamp, TimestampMetadata::Parse(envelope));
    if (timestamp.previous.has_value()) link.previous_sha256 = timestamp.previous->signed_sha256;
  }
  return std::optional<Link>(std::move(link));
}

LinkOf RootsOf(const MetadataStore& metadata, const MemberId& publisher) {
  return [&metadata, publisher](int64_t version) -> absl::StatusOr<std::optional<Link>> {
    MRG_ASSIGN_OR_RETURN(const auto bytes, metadata.Read(publisher, kRootRole, version));
    return ReadLink(kRootRole, bytes);
  };
}

// Adds the newest heads of one chain; `head` states what all of them have in common.
absl::Status AddHeads(Head head, int64_t first, int64_t last, const LinkOf& link_of,
                      std::vector<Head>* heads) {
  for (head.version = std::max(first, last - kHeadsOfAChain + 1); head.version <= last;
       ++head.version) {
    MRG_ASSIGN_OR_RETURN(const std::optional<Link> link, link_of(head.version));
    if (!link.has_value()) continue;
    head.signed_sha256 = link->signed_sha256;
    head.previous_sha256 = link->previous_sha256;
    heads->push_back(head);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> ContradictsChain(const Head& theirs, const LinkOf& link_of) {
  MRG_ASSIGN_OR_RETURN(const auto same, link_of(theirs.version));
  if (same.has_value()) return same->signed_sha256 != theirs.signed_sha256;
  if (theirs.role != kTimestampRole) return false;
  MRG_ASSIGN_OR_RETURN(const auto before, link_of(theirs.version - 1));
  if (before.has_value() && !theirs.previous_sha256.empty() &&
      before->signed_sha256 != theirs.previous_sha256) {
    return true;
  }
  MRG_ASSIGN_OR_RETURN(const auto after, link_of(theirs.version + 1));
  return after.has_value() && !after->previous_sha256.empty() &&
         after->previous_sha256 != theirs.signed_sha256;
}

}  // namespace

HeadExchange::HeadExchange(OrderedStore* store, OnForkFn on_fork)
    : metadata_(store), timestamps_(store), forks_(store, std::move(on_fork)) {}

HeadExchange::LinkOf HeadExchange::TimestampsOf(const MemberId& publisher, uint64_t chain) const {
  return [this, publisher, chain](int64_t version) -> absl::StatusOr<std::optional<Link>> {
    const auto name = std::make_tuple(publisher.value(), chain, version);
    {
      MutexLock lock(mu_);
      const auto remembered = links_.find(name);
      if (remembered != links_.end()) return std::optional<Link>(remembered->second);
    }
    MRG_ASSIGN_OR_RETURN(const auto bytes, timestamps_.Read(publisher, chain, version));
    MRG_ASSIGN_OR_RETURN(const std::optional<Link> link, ReadLink(kTimestampRole, bytes));
    if (!link.has_value()) return link;
    MutexLock lock(mu_);
    if (links_.size() >= kLinksRemembered) links_.clear();
    links_.emplace(name, *link);
    return link;
  };
}

absl::StatusOr<std::vector<Head>> HeadExchange::HeadsOf(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const int64_t root, metadata_.NewestVersion(publisher, kRootRole));
  MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains, timestamps_.Chains(publisher));
  std::vector<Head> heads;
  MRG_RETURN_IF_ERROR(AddHeads({publisher, root, kRootRole, 0, "", ""}, 1, root,
                               RootsOf(metadata_, publisher), &heads));
  for (const TimestampChain& chain : chains) {
    MRG_RETURN_IF_ERROR(AddHeads({publisher, root, kTimestampRole, 0, "", "", chain.keys_sha256},
                                 chain.first, chain.last, TimestampsOf(publisher, chain.serial),
                                 &heads));
  }
  return heads;
}

absl::StatusOr<bool> HeadExchange::Contradicts(const Head& theirs) const {
  if (theirs.role == kRootRole) {
    return ContradictsChain(theirs, RootsOf(metadata_, theirs.publisher));
  }
  if (theirs.role != kTimestampRole) return false;
  MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains,
                       timestamps_.Chains(theirs.publisher));
  for (const TimestampChain& chain : chains) {
    // Under other keys the same version may have another content (TUF 5.3.11).
    if (chain.keys_sha256 != theirs.keys_sha256) continue;
    MRG_ASSIGN_OR_RETURN(const bool contradicts,
                         ContradictsChain(theirs, TimestampsOf(theirs.publisher, chain.serial)));
    if (contradicts) return true;
  }
  return false;
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
    const auto bytes = fetch(head);
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
