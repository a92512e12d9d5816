#include "gateway/agreement/agreement_faults.h"

#include <algorithm>
#include <map>
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

// While one of the agreements of a pair is in force for a use.
struct Cover {
  TimeRange term;
  size_t agreement = 0;  // the place among those of the pair
};

// Result: what of the pair is in force at `t` or later, by what it is in force for.
std::map<Use, std::vector<Cover>> CoversFrom(const AgreementHistory::Pair& pair,
                                             const std::vector<SharedAgreement>& shared,
                                             absl::Time t) {
  std::map<Use, std::vector<Cover>> covers;
  for (size_t place = 0; place < shared.size(); ++place) {
    for (size_t i = 0; i < shared[place].revisions.size(); ++i) {
      const SharedRevision& revision = shared[place].revisions[i];
      if (revision.term.until <= t) continue;
      std::vector<TimeRange> terms = shared[place].InForceTerms(i);
      std::erase_if(terms, [t](const TimeRange& term) { return term.until <= t; });
      if (terms.empty()) continue;
      for (const Use& use : UsesBetween(pair, *revision.first->agreement)) {
        for (const TimeRange& term : terms) {
          covers[use].push_back({{std::max(term.from, t), term.until}, place});
        }
      }
    }
  }
  return covers;
}

// The places of two agreements, the lower one first, and the use for which both are in force.
using ConflictPlace = std::tuple<size_t, size_t, Use>;

// Result: from when on each conflict is, at most `count_max`.
std::map<ConflictPlace, absl::Time> OverlapsOf(std::map<Use, std::vector<Cover>> covers,
                                               size_t count_max) {
  std::map<ConflictPlace, absl::Time> overlaps;
  for (auto& [use, of_use] : covers) {
    std::sort(of_use.begin(), of_use.end(), [](const Cover& a, const Cover& b) {
      return std::tie(a.term.from, a.agreement) < std::tie(b.term.from, b.agreement);
    });
    std::vector<Cover> running;
    for (const Cover& next : of_use) {
      std::erase_if(running, [&](const Cover& one) { return one.term.until <= next.term.from; });
      for (const Cover& one : running) {
        if (overlaps.size() >= count_max) return overlaps;
        const auto [first, second] = std::minmax(one.agreement, next.agreement);
        // The first time that is found is the earliest: they come in the order of their beginnings.
        overlaps.try_emplace({first, second, use}, next.term.from);
      }
      running.push_back(next);
    }
  }
  return overlaps;
}

bool IsOf(const AgreementHistory::Pair& pair, const std::set<std::string>& of) {
  return of.contains(pair.first) || of.contains(pair.second);
}

}  // namespace

AgreementConflict::Key AgreementConflict::key() const {
  const auto [lower, higher] = std::minmax(first_agreement, second_agreement);
  return {issuing, using_side, type_code, lower, higher};
}

AgreementMismatch::Key AgreementMismatch::key() const {
  return {agreement, revision, first_jurisdiction, second_jurisdiction};
}

std::vector<AgreementConflict> ConflictsFrom(const AgreementHistory& history,
                                             const std::set<std::string>& of, absl::Time t,
                                             size_t count_max) {
  std::vector<AgreementConflict> conflicts;
  for (const auto& [pair, shared] : history.pairs()) {
    if (!IsOf(pair, of) || shared.size() < 2) continue;
    for (const auto& [place, from] :
         OverlapsOf(CoversFrom(pair, shared, t), count_max - conflicts.size())) {
      const auto& [first, second, use] = place;
      const auto& [issuing, using_side, type_code] = use;
      conflicts.push_back(
          {issuing, using_side, type_code, shared[first].id, shared[second].id, from});
    }
  }
  return conflicts;
}

std::vector<AgreementMismatch> MismatchesFrom(const AgreementHistory& history,
                                              const std::set<std::string>& of, absl::Time t,
                                              size_t count_max) {
  std::vector<AgreementMismatch> mismatches;
  for (const auto& [pair, shared] : history.pairs()) {
    if (!IsOf(pair, of)) continue;
    for (const SharedAgreement& agreement : shared) {
      for (const SharedRevision& revision : agreement.revisions) {
        if (mismatches.size() >= count_max) return mismatches;
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
