#include "gateway/agreement/agreement_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"

namespace mrg {
namespace {

using gateway::v1::AgreementRule;

template <typename Range>
bool Holds(const Range& range, absl::string_view wanted) {
  return std::any_of(range.begin(), range.end(),
                     [&](const std::string& one) { return one == wanted; });
}

bool CoversType(const AgreementRule& rule, absl::string_view issuing, absl::string_view using_side,
                absl::string_view type_code) {
  return rule.type_code() == type_code && Holds(rule.from_jurisdictions(), issuing) &&
         Holds(rule.to_jurisdictions(), using_side);
}

}  // namespace

std::optional<std::string> AgreementMatch::PackSha256(absl::string_view type_code,
                                                      absl::string_view standard) const {
  for (const auto& pack : agreement->message().packs()) {
    if (pack.type_code() == type_code && pack.standard() == standard) {
      return absl::HexStringToBytes(pack.sha256());
    }
  }
  return std::nullopt;
}

AgreementIndex AgreementIndex::Build(std::vector<AgreementListing> listings,
                                     std::vector<RepealListing> repeals) {
  AgreementIndex index;
  for (AgreementListing& listing : listings) {
    // Who is no party cannot bind itself by listing the text.
    if (!listing.agreement->HasParty(listing.jurisdiction)) continue;
    const std::string id = listing.agreement->id();
    const uint32_t revision = listing.agreement->revision();
    auto& of_jurisdiction = index.listings_[listing.jurisdiction];
    of_jurisdiction[id].insert_or_assign(revision, std::move(listing));
  }
  index.repeals_ = std::move(repeals);
  return index;
}

std::variant<AgreementMatch, Reason> AgreementIndex::Find(absl::string_view issuing,
                                                          absl::string_view using_side,
                                                          absl::string_view type_code,
                                                          absl::string_view scenario,
                                                          absl::Time t) const {
  if (!listings_.empty() && !KnowsScenario(scenario)) return Reason::kScenarioUnknown;
  bool mismatch = false;
  bool covers_type = false;
  const std::vector<InForce> in_force = InForceBetween(issuing, using_side, t, &mismatch);
  for (const InForce& one : in_force) {
    for (const AgreementRule& rule : one.issuing->agreement->message().rules()) {
      if (!CoversType(rule, issuing, using_side, type_code)) continue;
      covers_type = true;
      if (rule.scenario() != scenario) continue;
      AgreementMatch match;
      match.agreement = one.issuing->agreement;
      match.rule = &rule;
      match.sha256 = one.issuing->sha256;
      match.target_paths.push_back(one.issuing->path);
      if (one.using_side != one.issuing) match.target_paths.push_back(one.using_side->path);
      return match;
    }
  }
  if (covers_type) return Reason::kScenarioNotCovered;
  if (mismatch) return Reason::kAgreementMismatch;
  return in_force.empty() ? Reason::kAgreementNotInForce : Reason::kTypeNotCovered;
}

std::optional<DisputeRouting> AgreementIndex::Route(absl::string_view issuing,
                                                    absl::string_view using_side,
                                                    absl::string_view type_code,
                                                    absl::string_view kind, absl::Time t) const {
  bool mismatch = false;
  for (const InForce& one : InForceBetween(issuing, using_side, t, &mismatch)) {
    const gateway::v1::AgreementDisputeRoute* found = nullptr;
    for (const auto& route : one.issuing->agreement->message().dispute_routes()) {
      if (route.kind() != kind) continue;
      if (route.type_code() == type_code) found = &route;
      if (route.type_code().empty() && found == nullptr) found = &route;
    }
    if (found == nullptr) continue;
    DisputeRouting routing;
    routing.jurisdiction =
        found->jurisdiction().empty() ? std::string(issuing) : found->jurisdiction();
    routing.queue =
        found->queue().empty() ? absl::StrCat("issuer-", routing.jurisdiction) : found->queue();
    return routing;
  }
  return std::nullopt;
}

bool AgreementIndex::KnowsScenario(absl::string_view scenario) const {
  for (const auto& [jurisdiction, agreements] : listings_) {
    for (const auto& [id, revisions] : agreements) {
      for (const auto& [revision, listing] : revisions) {
        if (listing.agreement->HasScenario(scenario)) return true;
      }
    }
  }
  return false;
}

std::vector<AgreementIndex::InForce> AgreementIndex::InForceBetween(absl::string_view issuing,
                                                                    absl::string_view using_side,
                                                                    absl::Time t,
                                                                    bool* mismatch) const {
  std::vector<InForce> in_force;
  const auto by_issuing = listings_.find(std::string(issuing));
  const auto by_using = listings_.find(std::string(using_side));
  if (by_issuing == listings_.end() || by_using == listings_.end()) return in_force;
  for (const auto& [id, of_issuing] : by_issuing->second) {
    const auto of_using = by_using->second.find(id);
    if (of_using == by_using->second.end()) continue;
    bool differs = false;
    bool found = false;
    for (auto mine = of_issuing.rbegin(); mine != of_issuing.rend() && !found; ++mine) {
      const auto theirs = of_using->second.find(mine->first);
      if (theirs == of_using->second.end()) continue;
      if (!mine->second.agreement->Covers(t) || IsRepealed(mine->second, t) ||
          IsRepealed(theirs->second, t)) {
        continue;
      }
      if (mine->second.sha256 != theirs->second.sha256) {
        differs = true;
        continue;
      }
      in_force.push_back({&mine->second, &theirs->second});
      found = true;
    }
    *mismatch |= differs && !found;
  }
  return in_force;
}

bool AgreementIndex::IsRepealed(const AgreementListing& listing, absl::Time t) const {
  return std::any_of(repeals_.begin(), repeals_.end(), [&](const RepealListing& one) {
    return one.jurisdiction == listing.jurisdiction &&
           one.repeal.agreement_id() == listing.agreement->id() &&
           (one.repeal.revision() == 0 || one.repeal.revision() == listing.agreement->revision()) &&
           ToTime(one.repeal.effective_from()) <= t;
  });
}

}  // namespace mrg
