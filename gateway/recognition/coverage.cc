#include "gateway/recognition/coverage.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/recognition/released_elements.h"

namespace mrg {
namespace {

using gateway::v1::ElementReport;

ElementReport ReportOn(const std::string& id, const RuleSelection& selection) {
  ElementReport report;
  report.set_element_id(id);
  report.set_outcome(gateway::v1::ELEMENT_OUTCOME_GIVEN);
  if (!selection.target_pack->pack->HasElement(id)) {
    report.set_outcome(gateway::v1::ELEMENT_OUTCOME_LOST);
    report.set_reason(std::string(TokenOf(Reason::kElementNotInStandard)));
  } else if (!selection.source_pack->pack->HasElement(id)) {
    report.set_outcome(gateway::v1::ELEMENT_OUTCOME_ABSENT);
    report.set_reason(std::string(TokenOf(Reason::kElementNotInDocument)));
  }
  return report;
}

std::vector<ElementReport> ReportsOn(const RuleSelection& selection,
                                     const std::vector<std::string>& requested) {
  ReleasedElements released = ReleaseElements(*selection.agreement->rule, requested);
  std::vector<ElementReport> reports = std::move(released.withheld);
  for (const std::string& id : released.ids) reports.push_back(ReportOn(id, selection));
  std::stable_sort(reports.begin(), reports.end(),
                   [](const ElementReport& a, const ElementReport& b) {
                     return a.element_id() < b.element_id();
                   });
  // What is asked for twice is withheld once.
  reports.erase(std::unique(reports.begin(), reports.end(),
                            [](const ElementReport& a, const ElementReport& b) {
                              return a.element_id() == b.element_id();
                            }),
                reports.end());
  return reports;
}

// What may become of the meaning of an element that is GIVEN.
void AddMeaning(const std::string& id, const CompiledPack& source, const CompiledPack& target,
                Coverage* coverage) {
  if (target.MayNarrow(id)) coverage->may_be_narrowed.push_back(id);
  if (source.MayRead(id, gateway::v1::PAIR_ACCURACY_BROADER)) {
    coverage->may_be_broader_in_document.push_back(id);
  }
  if (source.MayRead(id, gateway::v1::PAIR_ACCURACY_NARROWER)) {
    coverage->may_be_narrower_in_document.push_back(id);
  }
}

void AddLosses(const CompiledPack& source, const CompiledPack& target, Coverage* coverage) {
  for (const ElementReport& report : coverage->elements) {
    if (report.outcome() == gateway::v1::ELEMENT_OUTCOME_GIVEN) {
      AddMeaning(report.element_id(), source, target, coverage);
    }
    if (report.outcome() != gateway::v1::ELEMENT_OUTCOME_LOST) continue;
    for (const auto& loss : target.message().declared_losses()) {
      if (loss.element_id() == report.element_id()) coverage->declared_losses.push_back(loss);
    }
  }
}

std::vector<CoverageRoute> RoutesOf(const RecognitionSnapshot& snapshot,
                                    const UseQuestion& question, const AgreementMatch& match,
                                    absl::Time t) {
  std::set<std::string> kinds;
  for (const auto& route : match.agreement->message().dispute_routes()) kinds.insert(route.kind());
  std::vector<CoverageRoute> routes;
  for (const std::string& kind : kinds) {
    auto routing = snapshot.agreements().Route(
        question.issuing_jurisdiction, question.using_jurisdiction, question.type_code, kind, t);
    if (routing.has_value()) routes.push_back({kind, *std::move(routing)});
  }
  return routes;
}

bool IsMissing(const RecognitionSnapshot& snapshot, const JurisdictionFacts* side,
               const JurisdictionId& jurisdiction) {
  return side == nullptr && snapshot.IsKnownJurisdiction(jurisdiction);
}

// Why no licence would be recognised. An agreement that is not found while a side's lists are not
// here may stand in them.
std::optional<Reason> RefusalOf(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                                const RuleSelection& selection) {
  if (!selection.no_rule.has_value()) return selection.no_pack;
  const bool found_no_agreement = selection.no_rule != Reason::kMembershipEnded &&
                                  selection.no_rule != Reason::kJurisdictionUnknown &&
                                  selection.no_rule != Reason::kTypeUnknown;
  if (found_no_agreement &&
      (IsMissing(snapshot, selection.issuing, question.issuing_jurisdiction) ||
       IsMissing(snapshot, selection.using_side, question.using_jurisdiction))) {
    return Reason::kTrustMissing;
  }
  return selection.no_rule;
}

}  // namespace

Coverage FindCoverage(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                      const std::vector<std::string>& requested, absl::Time t) {
  Coverage coverage;
  coverage.selection = SelectRule(snapshot, question, t);
  const RuleSelection& selection = coverage.selection;
  coverage.refusal = RefusalOf(snapshot, question, selection);
  const bool agreements_were_asked =
      selection.agreement.has_value() || (selection.no_rule != Reason::kJurisdictionUnknown &&
                                          selection.no_rule != Reason::kTypeUnknown);
  if (agreements_were_asked) {
    coverage.term =
        snapshot.agreements().TermOf(question.issuing_jurisdiction, question.using_jurisdiction,
                                     question.type_code, question.scenario, t);
  }
  if (!selection.agreement.has_value()) return coverage;
  coverage.dispute_routes = RoutesOf(snapshot, question, *selection.agreement, t);
  if (!coverage.refusal.has_value()) {
    coverage.elements = ReportsOn(selection, requested);
    AddLosses(*selection.source_pack->pack, *selection.target_pack->pack, &coverage);
  }
  return coverage;
}

}  // namespace mrg
