#include "gateway/answer/catalogue_answers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/agreement/agreement_standing.h"
#include "gateway/answer/page_window.h"
#include "gateway/answer/recognition_request.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/recognition/coverage.h"

namespace mrg {
namespace {

using gateway::v1::CheckCoverageRequest;
using gateway::v1::CheckCoverageResponse;
using gateway::v1::CredentialType;
using gateway::v1::GetCredentialTypeRequest;
using gateway::v1::GetCredentialTypeResponse;
using gateway::v1::ListAgreementsRequest;
using gateway::v1::ListAgreementsResponse;
using gateway::v1::ListCredentialTypesRequest;
using gateway::v1::ListCredentialTypesResponse;
using gateway::v1::ListedAgreement;
using gateway::v1::ListedScenario;
using gateway::v1::ListScenariosRequest;
using gateway::v1::ListScenariosResponse;
using gateway::v1::Period;

constexpr size_t kDialectsMax = 16;
constexpr int32_t kItemsDefault = 50;
constexpr int32_t kItemsMax = 200;
// Texts of agreements are far larger than types and scenarios.
constexpr int32_t kAgreementsDefault = 20;
constexpr int32_t kAgreementsMax = 100;
// Between the parts of a key; sorts before whatever stands in an id.
constexpr char kKeySeparator[] = "\n";

template <typename Request>
absl::StatusOr<absl::Time> InstantOf(const Request& request, absl::Time now) {
  if (!request.has_at()) return now;
  MRG_RETURN_IF_ERROR(RequireTimestamp("at", true, request.at()));
  return ToTime(request.at());
}

Period PeriodOf(const TimeRange& range) {
  Period period;
  if (range.from != absl::InfinitePast()) *period.mutable_from() = ToTimestamp(range.from);
  if (range.until != absl::InfiniteFuture()) *period.mutable_until() = ToTimestamp(range.until);
  return period;
}

gateway::v1::AgreementState StateOf(AgreementState state) {
  switch (state) {
    case AgreementState::kListedByOne:
      return gateway::v1::AGREEMENT_STATE_LISTED_BY_ONE;
    case AgreementState::kDiffers:
      return gateway::v1::AGREEMENT_STATE_DIFFERS;
    case AgreementState::kRepealed:
      return gateway::v1::AGREEMENT_STATE_REPEALED;
    case AgreementState::kOver:
      return gateway::v1::AGREEMENT_STATE_OVER;
    case AgreementState::kEnacted:
      return gateway::v1::AGREEMENT_STATE_ENACTED;
    case AgreementState::kReplaced:
      return gateway::v1::AGREEMENT_STATE_REPLACED;
    case AgreementState::kInForce:
      return gateway::v1::AGREEMENT_STATE_IN_FORCE;
  }
  return gateway::v1::AGREEMENT_STATE_UNSPECIFIED;
}

ListedAgreement Listed(const AgreementHistory& history, const AgreementText& text, absl::Time at) {
  ListedAgreement listed;
  *listed.mutable_agreement() = text.agreement->message();
  listed.set_sha256(text.sha256);
  for (const std::string& jurisdiction : text.listed_by) listed.add_listed_by(jurisdiction);
  for (const AgreementStanding& standing : StandingsOf(history, text, at)) {
    auto* added = listed.add_standings();
    added->set_first_jurisdiction(standing.first_jurisdiction);
    added->set_second_jurisdiction(standing.second_jurisdiction);
    added->set_state(StateOf(standing.state));
    for (const TimeRange& range : standing.in_force) *added->add_in_force() = PeriodOf(range);
  }
  return listed;
}

gateway::v1::CoverageAgreement AgreementOf(const AgreementMatch& match) {
  gateway::v1::CoverageAgreement agreement;
  agreement.set_agreement_id(match.agreement->id());
  agreement.set_revision(match.agreement->revision());
  agreement.set_sha256(match.sha256);
  for (const std::string& path : match.target_paths) agreement.add_target_paths(path);
  const auto& rules = match.agreement->message().rules();
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const auto& rule) { return &rule == match.rule; });
  agreement.set_rule_number(static_cast<uint32_t>(found - rules.begin()) + 1);
  *agreement.mutable_rule() = *match.rule;
  return agreement;
}

gateway::v1::CoveragePack PackOf(const PackFact& fact) {
  gateway::v1::CoveragePack pack;
  pack.set_target_path(fact.target.path);
  pack.set_sha256(fact.target.sha256);
  pack.set_standard(fact.pack->standard());
  pack.set_version(fact.pack->version());
  return pack;
}

// Result: the packs of the type and the standard, by owner and version.
std::vector<const PackFact*> PacksFor(const LicenceTypeCode& type_code, const StandardId& standard,
                                      const RecognitionSnapshot& snapshot) {
  std::vector<const PackFact*> packs;
  for (const auto& [sha256, fact] : snapshot.packs()) {
    if (fact.pack->type_code() != type_code.value()) continue;
    if (fact.pack->standard() == standard.value()) packs.push_back(&fact);
  }
  std::stable_sort(packs.begin(), packs.end(), [](const PackFact* a, const PackFact* b) {
    return std::pair(a->pack->owner_jurisdiction(), a->pack->version()) <
           std::pair(b->pack->owner_jurisdiction(), b->pack->version());
  });
  if (packs.size() > kDialectsMax) packs.resize(kDialectsMax);
  return packs;
}

gateway::v1::TypeDialect DialectOf(const PackFact& fact) {
  gateway::v1::TypeDialect dialect;
  *dialect.mutable_pack() = PackOf(fact);
  dialect.set_owner_jurisdiction(fact.pack->owner_jurisdiction());
  for (size_t i = 0; i < fact.pack->element_ids().size(); ++i) {
    auto* field = dialect.add_fields();
    field->set_element_id(fact.pack->element_ids()[i]);
    field->set_path(fact.pack->element_paths()[i]);
  }
  return dialect;
}

CheckCoverageResponse ToResponse(const RecognitionSnapshot& snapshot, Coverage coverage,
                                 absl::Time at) {
  CheckCoverageResponse response;
  response.set_covered(!coverage.refusal.has_value());
  if (coverage.refusal.has_value()) {
    const ReasonInfo& info = InfoOf(*coverage.refusal);
    response.mutable_reason()->set_reason(std::string(info.token));
    response.mutable_reason()->set_message(std::string(info.english));
    response.mutable_reason()->set_message_zh(std::string(info.chinese));
  }
  *response.mutable_at() = ToTimestamp(at);
  *response.mutable_same_answer() = PeriodOf(coverage.term);
  const RuleSelection& selection = coverage.selection;
  if (selection.agreement.has_value()) {
    *response.mutable_agreement() = AgreementOf(*selection.agreement);
    for (const auto* condition : selection.agreement->Conditions()) {
      *response.add_conditions() = *condition;
    }
  }
  if (selection.source_pack != nullptr) {
    *response.mutable_document_pack() = PackOf(*selection.source_pack);
  }
  if (selection.target_pack != nullptr) {
    *response.mutable_target_pack() = PackOf(*selection.target_pack);
  }
  for (auto& report : coverage.elements) *response.add_elements() = std::move(report);
  for (auto& id : coverage.may_be_narrowed) response.add_may_be_narrowed(std::move(id));
  for (auto& id : coverage.may_be_broader_in_document) {
    response.add_may_be_broader_in_document(std::move(id));
  }
  for (auto& id : coverage.may_be_narrower_in_document) {
    response.add_may_be_narrower_in_document(std::move(id));
  }
  for (auto& loss : coverage.declared_losses) *response.add_declared_losses() = std::move(loss);
  for (const CoverageRoute& route : coverage.dispute_routes) {
    auto* added = response.add_dispute_routes();
    added->set_kind(route.kind);
    added->set_jurisdiction(route.routing.jurisdiction.value());
    added->set_queue(route.routing.queue);
    added->set_accept_working_days(route.routing.accept_working_days);
    added->set_decide_working_days(route.routing.decide_working_days);
  }
  response.set_snapshot_id(snapshot.id());
  return response;
}

}  // namespace

absl::StatusOr<ListCredentialTypesResponse> ListCredentialTypes(
    const RecognitionSnapshot& snapshot, const ListCredentialTypesRequest& request) {
  MRG_ASSIGN_OR_RETURN(const auto jurisdiction,
                       OptionalId<JurisdictionId>("jurisdiction", request.jurisdiction()));
  MRG_ASSIGN_OR_RETURN(PageWindow page, PageWindow::Parse(request.page_size(), request.page_token(),
                                                          kItemsDefault, kItemsMax));
  ListCredentialTypesResponse response;
  for (const auto& [id, facts] : snapshot.jurisdictions()) {
    if (jurisdiction.has_value() && *jurisdiction != id) continue;
    for (const auto& [type_code, entry] : facts.catalogue->entries()) {
      if (!page.Takes(absl::StrCat(id.value(), kKeySeparator, type_code), entry.ByteSizeLong()))
        continue;
      CredentialType* type = response.add_credential_types();
      type->set_jurisdiction(id.value());
      *type->mutable_entry() = entry;
    }
  }
  response.set_next_page_token(page.NextToken());
  return response;
}

absl::StatusOr<GetCredentialTypeResponse> GetCredentialType(
    const RecognitionSnapshot& snapshot, const GetCredentialTypeRequest& request) {
  FieldViolations violations;
  const auto jurisdiction =
      violations.Note(RequireId<JurisdictionId>("jurisdiction", request.jurisdiction()));
  const auto type_code =
      violations.Note(RequireId<LicenceTypeCode>("type_code", request.type_code()));
  const auto standard = violations.Note(OptionalId<StandardId>("standard", request.standard()));
  MRG_RETURN_IF_ERROR(violations.status());
  const JurisdictionFacts* facts = snapshot.FindJurisdiction(*jurisdiction);
  const auto* entry = facts == nullptr ? nullptr : facts->catalogue->FindType(type_code->value());
  if (entry == nullptr) {
    return MakeError(Reason::kCredentialTypeNotFound,
                     "expected a type of a jurisdiction whose lists are in force here");
  }
  GetCredentialTypeResponse response;
  response.mutable_credential_type()->set_jurisdiction(jurisdiction->value());
  *response.mutable_credential_type()->mutable_entry() = *entry;
  for (const auto& element : entry->elements()) {
    // Catalogue::FromEntries has refused ids that the dictionary lacks.
    const auto* meaning = snapshot.dictionary().Find(element.element_id());
    if (meaning != nullptr) *response.add_elements() = *meaning;
  }
  if (!standard->has_value()) return response;
  for (const PackFact* fact : PacksFor(*type_code, **standard, snapshot)) {
    *response.add_dialects() = DialectOf(*fact);
  }
  return response;
}

absl::StatusOr<ListAgreementsResponse> ListAgreements(const RecognitionSnapshot& snapshot,
                                                      const ListAgreementsRequest& request,
                                                      absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto jurisdiction,
                       OptionalId<JurisdictionId>("jurisdiction", request.jurisdiction()));
  MRG_ASSIGN_OR_RETURN(const auto id,
                       OptionalId<AgreementId>("agreement_id", request.agreement_id()));
  MRG_ASSIGN_OR_RETURN(const absl::Time at, InstantOf(request, now));
  MRG_ASSIGN_OR_RETURN(PageWindow page, PageWindow::Parse(request.page_size(), request.page_token(),
                                                          kAgreementsDefault, kAgreementsMax));
  const AgreementHistory& history = snapshot.agreements().history();
  ListAgreementsResponse response;
  for (const AgreementText& text : TextsOf(history)) {
    const Agreement& agreement = *text.agreement;
    if (jurisdiction.has_value() && !agreement.HasParty(jurisdiction->value())) continue;
    if (id.has_value() && id->value() != agreement.id()) continue;
    const std::string key =
        absl::StrCat(agreement.id(), kKeySeparator, absl::StrFormat("%010d", agreement.revision()),
                     kKeySeparator, text.sha256);
    if (!page.Takes(key, agreement.message().ByteSizeLong())) continue;
    *response.add_agreements() = Listed(history, text, at);
  }
  response.set_next_page_token(page.NextToken());
  return response;
}

absl::StatusOr<ListScenariosResponse> ListScenarios(const RecognitionSnapshot& snapshot,
                                                    const ListScenariosRequest& request) {
  MRG_ASSIGN_OR_RETURN(PageWindow page, PageWindow::Parse(request.page_size(), request.page_token(),
                                                          kItemsDefault, kItemsMax));
  std::map<std::string, ListedScenario> scenarios;
  // By id and revision, so that of one agreement the newest revision comes last.
  for (const AgreementText& text : TextsOf(snapshot.agreements().history())) {
    for (const auto& scenario : text.agreement->message().scenarios()) {
      ListedScenario& listed = scenarios[scenario.id()];
      const int agreements = listed.agreement_ids_size();
      const bool same_agreement =
          agreements > 0 && listed.agreement_ids(agreements - 1) == text.agreement->id();
      if (!same_agreement) listed.add_agreement_ids(text.agreement->id());
      if (listed.agreement_ids_size() == 1) *listed.mutable_scenario() = scenario;
    }
  }
  ListScenariosResponse response;
  for (auto& [id, listed] : scenarios) {
    if (page.Takes(id, listed.ByteSizeLong())) *response.add_scenarios() = std::move(listed);
  }
  response.set_next_page_token(page.NextToken());
  return response;
}

absl::StatusOr<CheckCoverageResponse> CheckCoverage(const RecognitionSnapshot& snapshot,
                                                    const CheckCoverageRequest& request,
                                                    absl::Time now) {
  FieldViolations violations;
  const auto using_jurisdiction = violations.Note(
      RequireId<JurisdictionId>("using_jurisdiction", request.using_jurisdiction()));
  const auto issuing_jurisdiction = violations.Note(
      RequireId<JurisdictionId>("issuing_jurisdiction", request.issuing_jurisdiction()));
  const auto type_code =
      violations.Note(RequireId<LicenceTypeCode>("type_code", request.type_code()));
  const auto scenario = violations.Note(RequireId<ScenarioId>("scenario", request.scenario()));
  const auto at = violations.Note(InstantOf(request, now));
  violations.Note(OptionalId<StandardId>("document_standard", request.document_standard()));
  violations.Note(OptionalId<StandardId>("target_standard", request.target_standard()));
  violations.Note(CheckRequestedElements(request.requested_elements()));
  MRG_RETURN_IF_ERROR(violations.status());
  const std::vector<std::string> elements(request.requested_elements().begin(),
                                          request.requested_elements().end());
  MRG_RETURN_IF_ERROR(CheckKnownElements(elements, snapshot));
  const UseQuestion question{*using_jurisdiction,         *issuing_jurisdiction,
                             type_code->value(),          scenario->value(),
                             request.document_standard(), request.target_standard()};
  return ToResponse(snapshot, FindCoverage(snapshot, question, elements, *at), *at);
}

}  // namespace mrg
