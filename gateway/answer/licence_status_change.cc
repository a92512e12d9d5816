#include "gateway/answer/licence_status_change.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/recognition/issuer_list.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/request_memory/request_memory.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;

// Another call with the same id, or another writer of the list, came first that often at once.
constexpr int kRoundsMax = 4;

SetLicenceStatusResponse Answer(int64_t version) {
  SetLicenceStatusResponse response;
  response.set_status_version(version);
  return response;
}

// The fields of a change, read.
struct AskedChange {
  JurisdictionId jurisdiction;
  LicenceTypeCode type_code;
  std::string number;  // normalised
  RequestId request_id;
  std::optional<IssuerCode> stated;
};

absl::StatusOr<std::string> ReadNumber(const std::string& text) {
  MRG_RETURN_IF_ERROR(RequireText("licence_number", text, kLicenceNumberBytesMax));
  return NormaliseNumber("licence_number", text);
}

absl::StatusOr<AskedChange> ReadChange(const SetLicenceStatusRequest& message) {
  FieldViolations violations;
  auto jurisdiction =
      violations.Note(RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
  auto type_code = violations.Note(RequireId<LicenceTypeCode>("type_code", message.type_code()));
  auto number = violations.Note(ReadNumber(message.licence_number()));
  violations.Note(RequireEnum("action", message.action(),
                              gateway::v1::LicenceStatusAction_IsValid(message.action())));
  auto request_id = violations.Note(RequireId<RequestId>("request_id", message.request_id()));
  auto stated = violations.Note(OptionalId<IssuerCode>("issuer_code", message.issuer_code()));
  MRG_RETURN_IF_ERROR(violations.status());
  return AskedChange{*std::move(jurisdiction), *std::move(type_code), *std::move(number),
                     *std::move(request_id), *std::move(stated)};
}

absl::StatusOr<int64_t> ReadVersion(const std::string& remembered) {
  int64_t version = 0;
  if (!absl::SimpleAtoi(remembered, &version)) {
    return MakeError(Reason::kStoreCorrupt, "a remembered status change is no version");
  }
  return version;
}

}  // namespace

absl::StatusOr<SetLicenceStatusResponse> LicenceStatusChange::Set(
    const Caller& caller, const SetLicenceStatusRequest& message, absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(AskedChange asked, ReadChange(message));
  const auto& [jurisdiction, type_code, number, request_id, stated] = asked;
  MRG_ASSIGN_OR_RETURN(const IssuerCode issuer, parts_.authorization->AuthorizeStatus(
                                                    caller, jurisdiction, type_code, stated));

  const TaggedLicence licence{jurisdiction, type_code, number};
  const RequestName name{RequestKind::kStatusChange, caller.identity, request_id};
  const std::string body = RequestBodyHmac(parts_.idempotency_key, CanonicalBytes(message));
  const WithStatusChange remember = [&](int64_t version, WriteSet* writes) {
    RememberFirst(name, {body, now, absl::StrCat(version)}, writes);
  };
  absl::StatusOr<int64_t> version = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    MRG_ASSIGN_OR_RETURN(const std::optional<std::string> before,
                         RecallAnswer(*parts_.store, name, body));
    if (before.has_value()) {
      MRG_ASSIGN_OR_RETURN(version, ReadVersion(*before));
      return Answer(*version);
    }
    if (round == 0) {
      MRG_RETURN_IF_ERROR(parts_.pace->Admit(caller.identity, now));
    }
    MRG_RETURN_IF_ERROR(CheckClock());
    MRG_RETURN_IF_ERROR(CheckListed(licence, issuer, now));
    MRG_ASSIGN_OR_RETURN(LicenceTags tags, TagsOf(licence, message.action(), now));
    version = parts_.writer->SetStatus({std::move(tags), message.action(), issuer}, now, remember);
    if (ReasonOf(version.status()) != Reason::kStoreConflict) break;
  }
  if (!version.ok()) {
    parts_.events->WriteFailure(Event::kStatusChangeFailed, version.status(), "jurisdiction",
                                jurisdiction);
    return version.status();
  }
  parts_.events->Write(Event::kStatusChanged,
                       {{"jurisdiction", jurisdiction}, {"status_version", *version}});
  return Answer(*version);
}

absl::Status LicenceStatusChange::CheckClock() const {
  const std::string doubt = parts_.clock_doubt();
  return doubt.empty() ? absl::OkStatus() : MakeError(Reason::kNodeNotReady, doubt);
}

// A change for a type or an authority that the jurisdiction does not list would stand in the status
// list, and speak of no licence that anybody recognises.
absl::Status LicenceStatusChange::CheckListed(const TaggedLicence& licence,
                                              const IssuerCode& issuer, absl::Time now) const {
  const std::string& jurisdiction = licence.jurisdiction.value();
  const auto snapshot = parts_.snapshots->Current();
  const JurisdictionFacts* const facts =
      snapshot == nullptr ? nullptr : snapshot->FindJurisdiction(licence.jurisdiction);
  if (facts == nullptr) {
    return MakeError(Reason::kNodeNotReady,
                     absl::StrCat("the lists of ", jurisdiction, " are not in force here"));
  }
  const std::string& type_code = licence.type_code.value();
  if (facts->catalogue->FindType(type_code) == nullptr) {
    return MakeFieldError(
        Reason::kCredentialTypeNotFound, "type_code",
        absl::StrCat("expected a type of the catalogue of ", jurisdiction, ", got ", type_code));
  }
  switch (facts->issuers->ListingOf(issuer.value(), type_code, now)) {
    case AuthorityListing::kForType:
      return absl::OkStatus();
    case AuthorityListing::kNotForType:
      return MakeFieldError(
          Reason::kIssuerNotAllowed, "type_code",
          absl::StrCat("expected a type for which the issuer list of ", jurisdiction, " names ",
                       issuer.value(), ", got ", type_code));
    case AuthorityListing::kUnlisted:
      break;
  }
  return MakeFieldError(Reason::kIssuerNotAllowed, "issuer_code",
                        absl::StrCat("expected an authority of the issuer list of ", jurisdiction,
                                     ", got ", issuer.value()));
}

// Result: the licence under every own key, and the epoch in use. A restoration of what stands under
// an epoch without a key would leave it standing, so it is refused; a refusal of the licence holds
// under whichever epoch it is written.
absl::StatusOr<LicenceTags> LicenceStatusChange::TagsOf(const TaggedLicence& licence,
                                                        gateway::v1::LicenceStatusAction action,
                                                        absl::Time now) const {
  const EpochKeys keys = parts_.epoch_keys->OwnKeysOf(licence.jurisdiction);
  MRG_ASSIGN_OR_RETURN(LicenceTags tags, TagsUnder(keys, licence, now));
  const auto snapshot = parts_.snapshots->Current();
  const JurisdictionFacts* const facts =
      snapshot == nullptr ? nullptr : snapshot->FindJurisdiction(licence.jurisdiction);
  if (action == gateway::v1::LICENCE_STATUS_ACTION_RESTORE && facts != nullptr &&
      !QueryUnder(keys, tags.epoch, facts->statuses->epochs(), licence).has_value()) {
    return MakeError(Reason::kEpochKeyUnavailable,
                     "the status list has entries under an epoch without a key here");
  }
  return tags;
}

}  // namespace mrg
