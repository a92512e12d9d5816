#include "gateway/recognition/rule_selection.h"

#include <string>
#include <utility>
#include <variant>

namespace mrg {
namespace {

// Why no rule can be looked for at all.
std::optional<Reason> UnknownPart(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                                  const JurisdictionFacts* issuing, absl::Time t) {
  const bool within =
      snapshot.IsWithinOneMember(question.issuing_jurisdiction, question.using_jurisdiction);
  if (!within && (!snapshot.IsMemberAt(question.issuing_jurisdiction, t) ||
                  !snapshot.IsMemberAt(question.using_jurisdiction, t))) {
    return Reason::kMembershipEnded;
  }
  if (issuing == nullptr) {
    // A known jurisdiction whose lists are missing is stale, which the freshness check says.
    if (snapshot.IsKnownJurisdiction(question.issuing_jurisdiction)) return std::nullopt;
    return Reason::kJurisdictionUnknown;
  }
  if (issuing->catalogue->FindType(question.type_code) == nullptr) return Reason::kTypeUnknown;
  return std::nullopt;
}

// The pack that the agreement names for type and standard. A digest that leads to a pack of another
// type or standard names none: its documents would be read by the wrong rules.
const PackFact* FindPack(const RecognitionSnapshot& snapshot, const AgreementMatch& agreement,
                         absl::string_view type_code, absl::string_view standard) {
  const std::optional<std::string> sha256 = agreement.PackSha256(type_code, standard);
  const PackFact* found = sha256.has_value() ? snapshot.FindPack(*sha256) : nullptr;
  const bool fits = found != nullptr && found->pack->type_code() == type_code &&
                    found->pack->standard() == standard;
  return fits ? found : nullptr;
}

// `asked`, or the jurisdiction's default for the type.
std::string StandardFor(absl::string_view asked, const JurisdictionFacts& side,
                        absl::string_view type_code) {
  if (!asked.empty()) return std::string(asked);
  return side.catalogue->DefaultStandard(type_code).value_or("");
}

void SelectPacks(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                 RuleSelection* selection) {
  // An agreement may be in force before a party's catalogue is here: no standard can be looked up
  // then.
  if (selection->issuing == nullptr || selection->using_side == nullptr) {
    selection->no_pack = Reason::kTrustMissing;
    return;
  }
  const absl::string_view type_code = question.type_code;
  selection->document_standard =
      StandardFor(question.document_standard, *selection->issuing, type_code);
  selection->target_standard =
      StandardFor(question.target_standard, *selection->using_side, type_code);
  const Catalogue& source_catalogue = *selection->issuing->catalogue;
  const Catalogue& target_catalogue = *selection->using_side->catalogue;
  if (!source_catalogue.OffersStandard(type_code, selection->document_standard) ||
      !target_catalogue.OffersStandard(type_code, selection->target_standard)) {
    selection->no_pack = Reason::kStandardUnknown;
    return;
  }
  selection->source_pack =
      FindPack(snapshot, *selection->agreement, type_code, selection->document_standard);
  selection->target_pack =
      FindPack(snapshot, *selection->agreement, type_code, selection->target_standard);
  if (selection->source_pack == nullptr || selection->target_pack == nullptr) {
    selection->no_pack = Reason::kNoPack;
  }
}

}  // namespace

RuleSelection SelectRule(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                         absl::Time t) {
  RuleSelection selection;
  selection.issuing = snapshot.FindJurisdiction(question.issuing_jurisdiction);
  selection.using_side = snapshot.FindJurisdiction(question.using_jurisdiction);
  selection.no_rule = UnknownPart(snapshot, question, selection.issuing, t);
  if (selection.no_rule.has_value()) return selection;
  auto found =
      snapshot.agreements().Find(question.issuing_jurisdiction, question.using_jurisdiction,
                                 question.type_code, question.scenario, t);
  if (std::holds_alternative<Reason>(found)) {
    selection.no_rule = std::get<Reason>(found);
    return selection;
  }
  selection.agreement = std::get<AgreementMatch>(std::move(found));
  SelectPacks(snapshot, question, &selection);
  return selection;
}

}  // namespace mrg
