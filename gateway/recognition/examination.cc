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

const PackFact* FindPack(const RecognitionSnapshot& snapshot, const AgreementMatch& agreement,
                         absl::string_view type_code, absl::string_view standard) {
  const std::optional<std::string> sha256 = agreement.PackSha256(type_code, standard);
  return sha256.has_value() ? snapshot.FindPack(*sha256) : nullptr;
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

  if (request.target_standard.has_value()) {
    examination->target_standard = request.target_standard->value();
  } else if (examination->using_side != nullptr) {
    examination->target_standard =
        examination->using_side->catalogue->DefaultStandard(type_code).value_or("");
  }
  const std::string& source_standard = request.document_standard.value();
  const bool target_known =
      examination->using_side == nullptr ||
      examination->using_side->catalogue->OffersStandard(type_code, examination->target_standard);
  if (!examination->issuing->catalogue->OffersStandard(type_code, source_standard) ||
      !target_known) {
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
  if (!facts.number.empty()) examination.normalised_number = NormaliseNumber(facts.number);
  examination.content = *std::move(content);
  return examination;
}

}  // namespace mrg
