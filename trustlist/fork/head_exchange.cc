#include "trustlist/fork/head_exchange.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

constexpr size_t kRememberedMax = 4096;

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

// Adds the newest `count` heads of one chain; `head` states what all of them have in common.
absl::Status AddHeads(Head head, int64_t first, int64_t last, int64_t count, const LinkOf& link_of,
                      std::vector<Head>* heads) {
  for (head.version = std::max(first, last - count + 1); head.version <= last; ++head.version) {
    MRG_ASSIGN_OR_RETURN(const std::optional<Link> link, link_of(head.version));
    if (!link.has_value()) continue;
    head.signed_sha256 = link->signed_sha256;
    head.previous_sha256 = link->previous_sha256;
    heads->push_back(head);
  }
  return absl::OkStatus();
}

// Result: the version of the chain whose file contradicts `theirs`; nullopt when none does.
absl::StatusOr<std::optional<int64_t>> VersionAgainst(const Head& theirs, const LinkOf& link_of) {
  const auto none = std::optional<int64_t>();
  MRG_ASSIGN_OR_RETURN(const auto same, link_of(theirs.version));
  if (same.has_value()) {
    return same->signed_sha256 == theirs.signed_sha256 ? none : std::optional(theirs.version);
  }
  if (theirs.role != kTimestampRole) return none;
  MRG_ASSIGN_OR_RETURN(const auto before, link_of(theirs.version - 1));
  if (before.has_value() && !theirs.previous_sha256.empty() &&
      before->signed_sha256 != theirs.previous_sha256) {
    return std::optional(theirs.version - 1);
  }
  MRG_ASSIGN_OR_RETURN(const auto after, link_of(theirs.version + 1));
  if (after.has_value() && !after->previous_sha256.empty() &&
      after->previous_sha256 != theirs.signed_sha256) {
    return std::optional(theirs.version + 1);
  }
  return none;
}

// Remembers `name` in a set that is bounded. Result: whether it was not there.
template <typename Name>
bool RememberOnce(Name name, std::set<Name>* names) {
  if (names->contains(name)) return false;
  if (names->size() >= kRememberedMax) names->clear();
  names->insert(std::move(name));
  return true;
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
  return Heads(publisher, kHeadsOfAChain);
}

absl::StatusOr<std::vector<Head>> HeadExchange::NewestHeadsOf(const MemberId& publisher) const {
  return Heads(publisher, /*timestamps=*/1);
}

absl::StatusOr<std::vector<Head>> HeadExchange::Heads(const MemberId& publisher,
                                                      int64_t timestamps) const {
  MRG_ASSIGN_OR_RETURN(const int64_t root, metadata_.NewestVersion(publisher, kRootRole));
  MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains, timestamps_.Chains(publisher));
  std::vector<Head> heads;
  MRG_RETURN_IF_ERROR(AddHeads({publisher, root, kRootRole, 0, "", ""}, 1, root, kHeadsOfAChain,
                               RootsOf(metadata_, publisher), &heads));
  for (const TimestampChain& chain : chains) {
    MRG_RETURN_IF_ERROR(AddHeads({publisher, root, kTimestampRole, 0, "", "", chain.keys_sha256},
                                 chain.first, chain.last, timestamps,
                                 TimestampsOf(publisher, chain.serial), &heads));
  }
  return heads;
}

absl::StatusOr<std::vector<HeadExchange::Place>> HeadExchange::PlacesAgainst(
    const Head& theirs) const {
  std::vector<Place> places;
  if (theirs.role == kRootRole) {
    MRG_ASSIGN_OR_RETURN(const auto version,
                         VersionAgainst(theirs, RootsOf(metadata_, theirs.publisher)));
    if (version.has_value()) places.push_back({0, *version, true});
    return places;
  }
  if (theirs.role != kTimestampRole) return places;
  MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains,
                       timestamps_.Chains(theirs.publisher));
  std::optional<Place> ahead;
  for (const TimestampChain& chain : chains) {
    // Under other keys the same version may have another content (TUF 5.3.11), so that nothing is
    // contradicted yet. But a publisher that shows a root to some alone can give the chains other
    // names and sign both with a key that stays: the files tell.
    const bool same_keys = chain.keys_sha256 == theirs.keys_sha256;
    if (chain.first - 1 <= theirs.version && theirs.version <= chain.last + 1) {
      MRG_ASSIGN_OR_RETURN(const auto version,
                           VersionAgainst(theirs, TimestampsOf(theirs.publisher, chain.serial)));
      if (version.has_value()) {
        places.push_back({chain.serial, *version, same_keys});
        continue;
      }
    }
    // Of other keys the chain that goes on: what followed an ended one stands in that.
    if (chain.last < theirs.version && (same_keys || chain.serial == chains.back().serial)) {
      ahead = Place{chain.serial, chain.last, false};
    }
  }
  if (places.empty() && ahead.has_value()) places.push_back(*ahead);
  return places;
}

absl::StatusOr<std::vector<HeadFile>> HeadExchange::FilesAgainst(const std::vector<Head>& theirs,
                                                                 size_t limit) const {
  std::vector<HeadFile> files;
  // Of many chains under other keys, which cost their publisher a root each, none takes the place
  // of what contradicts.
  for (const bool contradicting : {true, false}) {
    for (const Head& head : theirs) {
      MRG_ASSIGN_OR_RETURN(const std::vector<Place> places, PlacesAgainst(head));
      for (const Place& place : places) {
        if (files.size() >= limit) return files;
        if (place.contradicts != contradicting) continue;
        MRG_ASSIGN_OR_RETURN(std::optional<std::string> file,
                             head.role == kRootRole
                                 ? metadata_.Read(head.publisher, kRootRole, place.version)
                                 : timestamps_.Read(head.publisher, place.chain, place.version));
        if (file.has_value()) files.push_back({head.publisher, head.role, *std::move(file)});
      }
    }
  }
  return files;
}

absl::StatusOr<int> HeadExchange::CountContradictions(const std::vector<Head>& theirs) {
  int contradictions = 0;
  for (const Head& head : theirs) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Place> places, PlacesAgainst(head));
    if (!absl::c_any_of(places, [](const Place& place) { return place.contradicts; })) continue;
    MutexLock lock(mu_);
    if (RememberOnce(
            std::make_tuple(head.publisher.value(), head.role, head.version, head.signed_sha256),
            &counted_)) {
      ++contradictions;
    }
  }
  return contradictions;
}

absl::StatusOr<std::vector<MemberId>> HeadExchange::NewerRoots(
    const std::vector<Head>& theirs) const {
  std::map<MemberId, int64_t> newest;
  for (const Head& head : theirs) {
    if (head.role != kRootRole) continue;
    int64_t& version = newest.try_emplace(head.publisher, 0).first->second;
    version = std::max(version, head.version);
  }
  std::vector<MemberId> publishers;
  for (const auto& [publisher, version] : newest) {
    MRG_ASSIGN_OR_RETURN(const int64_t own, metadata_.NewestVersion(publisher, kRootRole));
    if (own > 0 && version > own) publishers.push_back(publisher);
  }
  return publishers;
}

absl::Status HeadExchange::Compare(const std::vector<HeadFile>& theirs, absl::Time now) {
  for (const HeadFile& file : theirs) {
    if (file.role != kRootRole && file.role != kTimestampRole) continue;
    const auto name = std::make_tuple(file.publisher.value(), file.role, Sha256(file.bytes));
    {
      MutexLock lock(mu_);
      if (proved_.contains(name)) continue;
    }
    MRG_ASSIGN_OR_RETURN(const ForkWatch::Verdict verdict,
                         forks_.Compare(file.publisher, file.role, file.bytes, now));
    // One that agrees may contradict what is trusted here later.
    if (verdict == ForkWatch::Verdict::kAgrees) continue;
    MutexLock lock(mu_);
    RememberOnce(name, &proved_);
  }
  return absl::OkStatus();
}

}  // namespace mrg
