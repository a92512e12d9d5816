#include "gateway/rpc/services/status_service.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/event_log.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/receipt/idempotency.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/storage/ordered_key.h"
#include "mrg/gateway/v1/status.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;

// What a repeated request is known by: kLicenceStatus ("request", caller, request id) -> version of
// the status role, HMAC of the request. Status changes are rare, so the rows are kept.
std::string RequestKey(const SpiffeId& caller, const RequestId& request_id) {
  return OrderedKey().Text("request").Text(caller.value()).Text(request_id.value()).Take();
}

class StatusServiceImpl
    : public StatusService::WithRawCallbackMethod_SetLicenceStatus<StatusService::Service> {
 public:
  StatusServiceImpl(CallEnvironment environment, LicenceStatusWriter* writer,
                    const SnapshotHolder* snapshots, const EpochKeyring* epoch_keys,
                    OrderedStore* store, std::string idempotency_key)
      : environment_(environment),
        writer_(writer),
        snapshots_(snapshots),
        epoch_keys_(epoch_keys),
        store_(store),
        idempotency_key_(std::move(idempotency_key)) {}

  grpc::ServerUnaryReactor* SetLicenceStatus(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return HandleRaw<SetLicenceStatusRequest, SetLicenceStatusResponse>(
        context, environment_, "mrg.gateway.v1.StatusService", "SetLicenceStatus", request,
        response, [this](const CallContext& call, const SetLicenceStatusRequest& message) {
          return Set(call, message);
        });
  }

 private:
  absl::StatusOr<SetLicenceStatusResponse> Set(const CallContext& call,
                                               const SetLicenceStatusRequest& message) const {
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
    MRG_RETURN_IF_ERROR(environment_.authorization->AuthorizeJurisdiction(
        call.identity, call.method, jurisdiction));

    const std::string body = RequestBodyHmac(idempotency_key_, CanonicalBytes(message));
    const std::string request_key = RequestKey(call.identity, request_id);
    MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> before,
                         store_->Get(Keyspace::kLicenceStatus, request_key));
    if (before.has_value()) return AnswerAgain(before->value, body);

    MRG_ASSIGN_OR_RETURN(const LicenceTags tags, TagsOf({jurisdiction, type_code,
                                                         NormaliseNumber(message.licence_number())},
                                                        message.action(), call.now));
    absl::StatusOr<int64_t> version = writer_->SetStatus(tags, message.action(), call.now);
    if (!version.ok()) {
      if (environment_.events != nullptr) {
        environment_.events->WriteFailure(Event::kStatusChangeFailed, version.status(),
                                          "jurisdiction", jurisdiction);
      }
      return version.status();
    }
    // After the change: a crash in between leaves a change that a repeated request finds done.
    WriteSet writes;
    writes.Put(Keyspace::kLicenceStatus, request_key,
               OrderedKey().U64(static_cast<uint64_t>(*version)).Raw(body).Take());
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
    if (environment_.events != nullptr) {
      environment_.events->Write(Event::kStatusChanged,
                                 {{"jurisdiction", jurisdiction}, {"status_version", *version}});
    }
    return Answer(*version);
  }

  // Result: the licence under every own key, and the epoch in use. A restoration of what stands
  // under an epoch without a key would leave it standing, so it is refused; a refusal of the
  // licence holds under whichever epoch it is written.
  absl::StatusOr<LicenceTags> TagsOf(const TaggedLicence& licence,
                                     gateway::v1::LicenceStatusAction action,
                                     absl::Time now) const {
    const EpochKeys keys = epoch_keys_->OwnKeysOf(licence.jurisdiction.value());
    MRG_ASSIGN_OR_RETURN(LicenceTags tags, TagsUnder(keys, licence, now));
    const auto snapshot = snapshots_->Current();
    const JurisdictionFacts* const facts =
        snapshot == nullptr ? nullptr : snapshot->FindJurisdiction(licence.jurisdiction.value());
    if (action == gateway::v1::LICENCE_STATUS_ACTION_RESTORE && facts != nullptr &&
        !QueryUnder(keys, tags.epoch, facts->statuses->epochs(), licence).has_value()) {
      return MakeError(Reason::kEpochKeyUnavailable,
                       "the status list has entries under an epoch without a key here");
    }
    return tags;
  }

  static SetLicenceStatusResponse Answer(int64_t version) {
    SetLicenceStatusResponse response;
    response.set_status_version(version);
    return response;
  }

  static absl::StatusOr<SetLicenceStatusResponse> AnswerAgain(const std::string& stored,
                                                              const std::string& body) {
    OrderedKeyReader reader(stored);
    MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
    if (reader.rest() != body) {
      return MakeFieldError(Reason::kRequestIdReused, "request_id",
                            "expected a request id not used before, or the same body");
    }
    return Answer(static_cast<int64_t>(version));
  }

  const CallEnvironment environment_;
  LicenceStatusWriter* const writer_;
  const SnapshotHolder* const snapshots_;
  const EpochKeyring* const epoch_keys_;
  OrderedStore* const store_;
  const std::string idempotency_key_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewStatusService(CallEnvironment environment,
                                                LicenceStatusWriter* writer,
                                                const SnapshotHolder* snapshots,
                                                const EpochKeyring* epoch_keys, OrderedStore* store,
                                                std::string idempotency_key) {
  return std::make_unique<StatusServiceImpl>(environment, writer, snapshots, epoch_keys, store,
                                             std::move(idempotency_key));
}

}  // namespace mrg
