#include "gateway/agreement/agreement_faults.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace mrg {
namespace {

// (issuing, using side, type).
using Use = std::tuple<std::string, std::string, std::string>;

template <typename Range>
bool Holds(const Range& range, const std::string& wanted) {
  return std::find(range.begin(), range.end(), wanted) != range.end();
}

// What the text covers between the two, in both directions.
std::set<Use> UsesBetween(const AgreementHistory::Pair& pair, const Agreement& agreement) {
  std::set<Use> uses;
  for (const auto& rule : agreement.message().rules()) {
    for (const auto& [issuing, using_side] : {pair, {pair.second, pair.first}}) {
      if (Holds(rule.from_jurisdictions(), issuing) && Holds(rule.to_jurisdictions(), using_side)) {
        uses.emplace(issuing, using_side, rule.type_code());
      }
    }
  }
  return uses;
}

// The first instant at or after `t` that lies in a range of both.
std::optional<absl::Time> FirstOverlap(const std::vector<TimeRange>& a,
                                       const std::vector<TimeRange>& b, absl::Time t) {
  std::optional<absl::Time> first;
  for (const TimeRange& one : a) {
    for (const TimeRange& other : b) {
      const TimeRange both = {std::max({one.from, other.from, t}),
                              std::min(one.until, other.until)};
      if (!both.IsEmpty() && (!first.has_value() || both.from < *first)) first = both.from;
    }
  }
  return first;
}

void AddConflicts(const AgreementHistory::Pair& pair, const SharedAgreement& a,
                  const SharedAgreement& b, absl::Time t,
                  std::vector<AgreementConflict>* conflicts) {
  std::map<Use, absl::Time> found;
  for (size_t i = 0; i < a.revisions.size(); ++i) {
    for (size_t j = 0; j < b.revisions.size(); ++j) {
      const auto from = FirstOverlap(a.InForceTerms(i), b.InForceTerms(j), t);
      if (!from.has_value()) continue;
      const std::set<Use> of_b = UsesBetween(pair, *b.revisions[j].first->agreement);
      for (const Use& use : UsesBetween(pair, *a.revisions[i].first->agreement)) {
        if (of_b.count(use) == 0) continue;
        const auto added = found.emplace(use, *from);
        added.first->second = std::min(added.first->second, *from);
      }
    }
  }
  for (const auto& [use, from] : found) {
    const auto& [issuing, using_side, type_code] = use;
    conflicts->push_back({issuing, using_side, type_code, a.id, b.id, from});
  }
}

}  // namespace

bool AgreementConflict::IsSameAs(const AgreementConflict& other) const {
  return issuing == other.issuing && using_side == other.using_side &&
         type_code == other.type_code &&
         std::minmax(first_agreement, second_agreement) ==
             std::minmax(other.first_agreement, other.second_agreement);
}

bool AgreementMismatch::IsSameAs(const AgreementMismatch& other) const {
  return agreement == other.agreement && revision == other.revision &&
         first_jurisdiction == other.first_jurisdiction &&
         second_jurisdiction == other.second_jurisdiction;
}

std::vector<AgreementConflict> ConflictsFrom(const AgreementHistory& history, absl::Time t) {
  std::vector<AgreementConflict> conflicts;
  for (const auto& [pair, shared] : history.pairs()) {
    for (size_t a = 0; a < shared.size(); ++a) {
      for (size_t b = a + 1; b < shared.size(); ++b) {
        AddConflicts(pair, shared[a], shared[b], t, &conflicts);
      }
    }
  }
  return conflicts;
}

std::vector<AgreementMismatch> MismatchesFrom(const AgreementHistory& history, absl::Time t) {
  std::vector<AgreementMismatch> mismatches;
  for (const auto& [pair, shared] : history.pairs()) {
    for (const SharedAgreement& agreement : shared) {
      for (const SharedRevision& revision : agreement.revisions) {
        const TimeRange to_come = {std::max(revision.term.from, t), revision.term.until};
        if (revision.same_text || to_come.IsEmpty()) continue;
        mismatches.push_back(
            {agreement.id, revision.first->agreement->revision(), pair.first, pair.second});
      }
    }
  }
  return mismatches;
}

}  // namespace mrg
