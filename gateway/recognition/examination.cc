#include "gateway/recognition/examination.h"

#include <utility>
#include <variant>

#include "gateway/catalogue/licence_number.h"
#include "gateway/recognition/licence_facts.h"

namespace mrg {
namespace {

// Why no rule can be looked for at all.
std::optional<Reason> UnknownPart(const RecognitionSnapshot& snapshot,
                                  const RecognitionRequest& request,
                                  const JurisdictionFacts* issuing) {
  if (issuing == nullptr) {
    // A known jurisdiction whose lists are missing is stale, which the freshness check says.
    if (snapshot.IsKnownJurisdiction(request.issuing_jurisdiction.value())) return std::nullopt;
    return Reason::kJurisdictionUnknown;
  }
  if (issuing->catalogue->FindType(request.type_code.value()) == nullptr) {
    return Reason::kTypeUnknown;
  }
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

void SelectRule(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                absl::Time now, Examination* examination) {
  examination->issuing = snapshot.FindJurisdiction(request.issuing_jurisdiction.value());
  examination->using_side = snapshot.FindJurisdiction(request.using_jurisdiction.value());
  examination->no_rule = UnknownPart(snapshot, request, examination->issuing);
  if (examination->no_rule.has_value()) return;

  const std::string& type_code = request.type_code.value();
  auto found = snapshot.agreements().Find(request.issuing_jurisdiction.value(),
                                          request.using_jurisdiction.value(), type_code,
                                          request.scenario.value(), now);
  if (std::holds_alternative<Reason>(found)) {
    examination->no_rule = std::get<Reason>(found);
    return;
  }
  examination->agreement = std::get<AgreementMatch>(std::move(found));

  // An agreement may be in force before a party's catalogue is here: no standard can be looked up
  // then.
  if (examination->issuing == nullptr || examination->using_side == nullptr) {
    examination->no_pack = Reason::kTrustMissing;
    return;
  }
  const Catalogue& target_catalogue = *examination->using_side->catalogue;
  examination->target_standard = request.target_standard.has_value()
                                     ? request.target_standard->value()
                                     : target_catalogue.DefaultStandard(type_code).value_or("");
  const std::string& source_standard = request.document_standard.value();
  if (!examination->issuing->catalogue->OffersStandard(type_code, source_standard) ||
      !target_catalogue.OffersStandard(type_code, examination->target_standard)) {
    examination->no_pack = Reason::kStandardUnknown;
    return;
  }
  examination->source_pack =
      FindPack(snapshot, *examination->agreement, type_code, source_standard);
  examination->target_pack =
      FindPack(snapshot, *examination->agreement, type_code, examination->target_standard);
  if (examination->source_pack == nullptr || examination->target_pack == nullptr) {
    examination->no_pack = Reason::kNoPack;
  }
}

}  // namespace

Examination Examine(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                    absl::string_view document, absl::Time now) {
  Examination examination;
  SelectRule(snapshot, request, now, &examination);
  if (examination.source_pack == nullptr) return examination;
  auto content = examination.source_pack->pack->ReadDocument(document);
  if (!content.ok()) {
    examination.malformed = true;
    return examination;
  }
  const LicenceFacts facts = LicenceFacts::From(content->elements);
  std::string number = NormaliseNumber(facts.number);
  if (!number.empty()) examination.normalised_number = std::move(number);
  examination.content = *std::move(content);
  return examination;
}

}  // namespace mrg
