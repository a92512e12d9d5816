#include "gateway/recognition/refused_elements.h"

#include <algorithm>
#include <optional>

namespace mrg {
namespace {

constexpr char kTypeCode[] = "certificateTypeCode";
constexpr char kIssuerCode[] = "certificateIssuingAuthorityCode";
constexpr char kArea[] = "certificateAreaCode";

// What the caller expects, whichever of it differs: the answer says no more than was asked.
std::vector<std::string> ExpectedOfHolder(const RecognitionRequest& request) {
  std::vector<std::string> ids;
  if (!request.expected_holder_name.empty()) ids.emplace_back("certificateHolderName");
  if (!request.expected_holder_code.empty()) ids.emplace_back("certificateHolderCode");
  return ids;
}

std::vector<std::string> OfFaults(Reason reason, const std::vector<ElementFault>& faults) {
  std::vector<std::string> ids;
  for (const ElementFault& fault : faults) {
    if (fault.reason == reason) ids.push_back(fault.element_id);
  }
  return ids;
}

std::vector<std::string> Candidates(Reason reason, const RefusedDocument& document) {
  const LicenceFacts& facts = *document.facts;
  switch (reason) {
    case Reason::kTypeMismatch:
      if (!facts.type_code.empty()) return {kTypeCode};
      return {kTypeCode, "certificateTypeName", "certificateName"};
    case Reason::kIssuerMismatch:
      if (facts.Jurisdiction() == document.request->issuing_jurisdiction.value()) {
        return {kIssuerCode};
      }
      return {kIssuerCode, kArea};
    case Reason::kIssuerNotForArea:
      return {kArea};
    case Reason::kLicenceStatusNotValid:
      return {"status"};
    case Reason::kLicenceNotYetValid:
      return {"certificateEffectiveDate"};
    case Reason::kLicenceExpired:
      return {"certificateExpiringDate"};
    case Reason::kHolderMismatch:
      return ExpectedOfHolder(*document.request);
    case Reason::kCopyOutOfScope:
      if (facts.copy_expires.has_value() && *facts.copy_expires <= document.now) {
        return {"certificateCopyExpiringTime"};
      }
      return {"certificateCopyCause"};
    case Reason::kElementMissing:
    case Reason::kElementMalformed:
      // In a document that conforms it is the number, under which no status could be set.
      if (document.faults->empty()) return {"certificateNumber"};
      return OfFaults(reason, *document.faults);
    default:
      return OfFaults(reason, *document.faults);
  }
}

}  // namespace

std::vector<ElementFault> DocumentFaults(const ReadResult& content,
                                         const gateway::v1::CatalogueEntry& entry,
                                         const Dictionary& dictionary, absl::Time now) {
  if (content.issues.empty()) return ConformanceFaults(content.elements, entry, dictionary, now);
  // What could not be read is not there, and would be missing once more.
  std::vector<ElementFault> faults;
  for (const ElementIssue& issue : content.issues) {
    faults.push_back({issue.element_id, issue.reason});
  }
  return faults;
}

std::vector<std::string> RefusedElements(Reason reason, const RefusedDocument& document) {
  std::vector<std::string> ids;
  for (std::string& id : Candidates(reason, document)) {
    if (ids.size() == kRefusedElementsMax) break;
    if (!document.snapshot->IsKnownElement(id)) continue;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace mrg
