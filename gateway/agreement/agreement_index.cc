#include "gateway/agreement/agreement_index.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

using gateway::v1::AgreementCondition;
using gateway::v1::AgreementDisputeRoute;
using gateway::v1::AgreementPack;
using gateway::v1::AgreementRule;

using Answer = std::variant<AgreementMatch, Reason>;

template <typename Range>
bool Holds(const Range& range, absl::string_view wanted) {
  return std::any_of(range.begin(), range.end(),
                     [&](const std::string& one) { return one == wanted; });
}

// Whether the rule is about the type and lets the one side's licences be used by the other.
bool CoversType(const AgreementRule& rule, absl::string_view issuing, absl::string_view using_side,
                absl::string_view type_code) {
  return rule.type_code() == type_code && Holds(rule.from_jurisdictions(), issuing) &&
         Holds(rule.to_jurisdictions(), using_side);
}

bool AnyRuleCoversType(const Agreement& agreement, absl::string_view issuing,
                       absl::string_view using_side, absl::string_view type_code) {
  const auto& rules = agreement.message().rules();
  return std::any_of(rules.begin(), rules.end(), [&](const AgreementRule& rule) {
    return CoversType(rule, issuing, using_side, type_code);
  });
}

AgreementMatch MatchOf(const SharedRevision& revision, const AgreementRule& rule,
                       absl::string_view issuing) {
  AgreementMatch match;
  match.agreement = revision.first->agreement;
  match.rule = &rule;
  match.sha256 = revision.first->sha256;
  const bool issuing_is_first = revision.first->jurisdiction == issuing;
  match.target_paths.push_back(issuing_is_first ? revision.first->path : revision.second->path);
  if (revision.first != revision.second) {
    match.target_paths.push_back(issuing_is_first ? revision.second->path : revision.first->path);
  }
  return match;
}

// Why nothing that is in force at `t` covers the type in this direction.
Reason WhyTypeNotCovered(const std::vector<SharedAgreement>& shared, absl::string_view issuing,
                         absl::string_view using_side, absl::string_view type_code, absl::Time t) {
  bool any_in_force = false;
  bool another_covers = false;
  for (const SharedAgreement& one : shared) {
    if (one.InForceAt(t) != nullptr) {
      any_in_force = true;
      continue;
    }
    if (one.DiffersAt(t)) return Reason::kAgreementMismatch;
    another_covers |= std::any_of(
        one.revisions.begin(), one.revisions.end(), [&](const SharedRevision& revision) {
          return revision.same_text &&
                 AnyRuleCoversType(*revision.first->agreement, issuing, using_side, type_code);
        });
  }
  return any_in_force && !another_covers ? Reason::kTypeNotCovered : Reason::kAgreementNotInForce;
}

bool IsSameAnswer(const Answer& a, const Answer& b) {
  if (a.index() != b.index()) return false;
  if (std::holds_alternative<Reason>(a)) return std::get<Reason>(a) == std::get<Reason>(b);
  // One text has one rule for a question.
  return std::get<AgreementMatch>(a).sha256 == std::get<AgreementMatch>(b).sha256;
}

// The route for the kind: one for the type goes before one for every type. Null when there is none.
const AgreementDisputeRoute* FindRoute(const Agreement& agreement, absl::string_view type_code,
                                       absl::string_view kind) {
  const AgreementDisputeRoute* found = nullptr;
  for (const AgreementDisputeRoute& route : agreement.message().dispute_routes()) {
    if (route.kind() != kind) continue;
    if (route.type_code() == type_code) return &route;
    if (route.type_code().empty()) found = &route;
  }
  return found;
}

// A route that names no jurisdiction means the issuing one; one that is named is a party, and so
// well-formed, which was checked when the text was read.
DisputeRouting RoutingOf(const AgreementDisputeRoute& route, const JurisdictionId& issuing) {
  JurisdictionId responsible = JurisdictionId::Parse(route.jurisdiction()).value_or(issuing);
  std::string queue =
      route.queue().empty() ? absl::StrCat("issuer-", responsible.value()) : route.queue();
  return {std::move(responsible), std::move(queue), route.accept_working_days(),
          route.decide_working_days()};
}

// The instants at which an answer between the two can change, sorted, each once.
std::vector<absl::Time> Boundaries(const std::vector<SharedAgreement>& shared) {
  std::vector<absl::Time> boundaries;
  const auto add = [&boundaries](absl::Time t) {
    if (t != absl::InfiniteFuture() && t != absl::InfinitePast()) boundaries.push_back(t);
  };
  for (const SharedAgreement& agreement : shared) {
    for (const SharedRevision& revision : agreement.revisions) {
      add(revision.term.from);
      add(revision.term.until);
    }
  }
  std::sort(boundaries.begin(), boundaries.end());
  boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
  return boundaries;
}

}  // namespace

const AgreementPack* AgreementMatch::FindPack(absl::string_view type_code,
                                              absl::string_view standard) const {
  for (const AgreementPack& pack : agreement->message().packs()) {
    if (pack.type_code() == type_code && pack.standard() == standard) return &pack;
  }
  return nullptr;
}

std::optional<std::string> AgreementMatch::PackSha256(absl::string_view type_code,
                                                      absl::string_view standard) const {
  const AgreementPack* pack = FindPack(type_code, standard);
  if (pack == nullptr) return std::nullopt;
  return absl::HexStringToBytes(pack->sha256());
}

std::vector<const AgreementCondition*> AgreementMatch::Conditions() const {
  std::vector<const AgreementCondition*> conditions;
  for (const std::string& id : rule->conditions()) {
    for (const AgreementCondition& condition : agreement->message().conditions()) {
      if (condition.id() == id) conditions.push_back(&condition);
    }
  }
  return conditions;
}

absl::Duration AgreementMatch::Grace() const { return absl::Seconds(rule->grace()); }

AgreementIndex AgreementIndex::Build(std::vector<AgreementListing> listings,
                                     const std::vector<RepealListing>& repeals) {
  return AgreementIndex(AgreementHistory::Build(std::move(listings), repeals));
}

Answer AgreementIndex::Find(const JurisdictionId& issuing, const JurisdictionId& using_side,
                            absl::string_view type_code, absl::string_view scenario,
                            absl::Time t) const {
  if (!history_.listings().empty() && !KnowsScenario(scenario)) return Reason::kScenarioUnknown;
  const std::vector<SharedAgreement>* shared =
      history_.Between(issuing.value(), using_side.value());
  if (shared == nullptr) return Reason::kAgreementNotInForce;
  for (const SharedAgreement& one : *shared) {
    const SharedRevision* in_force = one.InForceAt(t);
    if (in_force == nullptr) continue;
    bool covers_type = false;
    for (const AgreementRule& rule : in_force->first->agreement->message().rules()) {
      if (!CoversType(rule, issuing.value(), using_side.value(), type_code)) continue;
      covers_type = true;
      if (rule.scenario() == scenario) return MatchOf(*in_force, rule, issuing.value());
    }
    // Another agreement about the same type is refused at load (ADR-0011).
    if (covers_type) return Reason::kScenarioNotCovered;
  }
  return WhyTypeNotCovered(*shared, issuing.value(), using_side.value(), type_code, t);
}

TimeRange AgreementIndex::TermOf(const JurisdictionId& issuing, const JurisdictionId& using_side,
                                 absl::string_view type_code, absl::string_view scenario,
                                 absl::Time t) const {
  TimeRange term;
  const std::vector<SharedAgreement>* shared =
      history_.Between(issuing.value(), using_side.value());
  if (shared == nullptr) return term;
  const auto same = [&, now = Find(issuing, using_side, type_code, scenario, t)](absl::Time at) {
    return IsSameAnswer(now, Find(issuing, using_side, type_code, scenario, at));
  };
  const std::vector<absl::Time> boundaries = Boundaries(*shared);
  const auto after = std::upper_bound(boundaries.begin(), boundaries.end(), t);
  for (auto next = after; next != boundaries.end(); ++next) {
    if (same(*next)) continue;
    term.until = *next;
    break;
  }
  for (auto last = after; last != boundaries.begin();) {
    --last;
    // What holds before `last` is what holds from the boundary before it on.
    if (same(last == boundaries.begin() ? absl::InfinitePast() : *(last - 1))) continue;
    term.from = *last;
    break;
  }
  return term;
}

std::optional<DisputeRouting> AgreementIndex::Route(const JurisdictionId& issuing,
                                                    const JurisdictionId& using_side,
                                                    absl::string_view type_code,
                                                    absl::string_view kind, absl::Time t) const {
  const std::vector<SharedAgreement>* shared =
      history_.Between(issuing.value(), using_side.value());
  if (shared == nullptr) return std::nullopt;
  const AgreementDisputeRoute* found = nullptr;
  for (const SharedAgreement& one : *shared) {
    const SharedRevision* in_force = one.InForceAt(t);
    if (in_force == nullptr) continue;
    const Agreement& agreement = *in_force->first->agreement;
    const AgreementDisputeRoute* route = FindRoute(agreement, type_code, kind);
    if (AnyRuleCoversType(agreement, issuing.value(), using_side.value(), type_code)) {
      if (route == nullptr) return std::nullopt;
      return RoutingOf(*route, issuing);
    }
    if (found == nullptr) found = route;
  }
  if (found == nullptr) return std::nullopt;
  return RoutingOf(*found, issuing);
}

}  // namespace mrg
