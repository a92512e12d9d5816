#include "gateway/answer/licence_status_change.h"

#include <optional>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;

// What a repeated request is known by: kLicenceStatus ("request", caller, request id) -> version of
// the status role, HMAC of the request. Status changes are rare, so the rows are kept.
std::string RequestKey(const SpiffeId& caller, const RequestId& request_id) {
  return OrderedKey().Text("request").Text(caller.value()).Text(request_id.value()).Take();
}

SetLicenceStatusResponse Answer(int64_t version) {
  SetLicenceStatusResponse response;
  response.set_status_version(version);
  return response;
}

absl::StatusOr<SetLicenceStatusResponse> AnswerAgain(const std::string& stored,
                                                     const std::string& body) {
  OrderedKeyReader reader(stored);
  MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
  if (reader.rest() != body) {
    return MakeFieldError(Reason::kRequestIdReused, "request_id",
                          "expected a request id not used before, or the same body");
  }
  return Answer(static_cast<int64_t>(version));
}

}  // namespace

absl::StatusOr<SetLicenceStatusResponse> LicenceStatusChange::Set(
    const Caller& caller, const SetLicenceStatusRequest& message, absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(JurisdictionId jurisdiction,
                       RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
  MRG_ASSIGN_OR_RETURN(const LicenceTypeCode type_code,
                       RequireId<LicenceTypeCode>("type_code", message.type_code()));
  MRG_RETURN_IF_ERROR(
      RequireText("licence_number", message.licence_number(), kLicenceNumberBytesMax));
  MRG_RETURN_IF_ERROR(RequireEnum("action", message.action(),
                                  gateway::v1::LicenceStatusAction_IsValid(message.action())));
  MRG_ASSIGN_OR_RETURN(const RequestId request_id,
                       RequireId<RequestId>("request_id", message.request_id()));
  MRG_RETURN_IF_ERROR(parts_.authorization->AuthorizeJurisdiction(caller, jurisdiction));

  const std::string body = RequestBodyHmac(parts_.idempotency_key, CanonicalBytes(message));
  const std::string request_key = RequestKey(caller.identity, request_id);
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> before,
                       parts_.store->Get(Keyspace::kLicenceStatus, request_key));
  if (before.has_value()) return AnswerAgain(before->value, body);

  MRG_ASSIGN_OR_RETURN(const LicenceTags tags,
                       TagsOf({jurisdiction, type_code, NormaliseNumber(message.licence_number())},
                              message.action(), now));
  absl::StatusOr<int64_t> version = parts_.writer->SetStatus(tags, message.action(), now);
  if (!version.ok()) {
    parts_.events->WriteFailure(Event::kStatusChangeFailed, version.status(), "jurisdiction",
                                jurisdiction);
    return version.status();
  }
  // After the change: a crash in between leaves a change that a repeated request finds done.
  WriteSet writes;
  writes.Put(Keyspace::kLicenceStatus, request_key,
             OrderedKey().U64(static_cast<uint64_t>(*version)).Raw(body).Take());
  MRG_RETURN_IF_ERROR(parts_.store->Commit(writes).status);
  parts_.events->Write(Event::kStatusChanged,
                       {{"jurisdiction", jurisdiction}, {"status_version", *version}});
  return Answer(*version);
}

// Result: the licence under every own key, and the epoch in use. A restoration of what stands under
// an epoch without a key would leave it standing, so it is refused; a refusal of the licence holds
// under whichever epoch it is written.
absl::StatusOr<LicenceTags> LicenceStatusChange::TagsOf(const TaggedLicence& licence,
                                                        gateway::v1::LicenceStatusAction action,
                                                        absl::Time now) const {
  const EpochKeys keys = parts_.epoch_keys->OwnKeysOf(licence.jurisdiction.value());
  MRG_ASSIGN_OR_RETURN(LicenceTags tags, TagsUnder(keys, licence, now));
  const auto snapshot = parts_.snapshots->Current();
  const JurisdictionFacts* const facts =
      snapshot == nullptr ? nullptr : snapshot->FindJurisdiction(licence.jurisdiction.value());
  if (action == gateway::v1::LICENCE_STATUS_ACTION_RESTORE && facts != nullptr &&
      !QueryUnder(keys, tags.epoch, facts->statuses->epochs(), licence).has_value()) {
    return MakeError(Reason::kEpochKeyUnavailable,
                     "the status list has entries under an epoch without a key here");
  }
  return tags;
}

}  // namespace mrg
