#include "gateway/answer/salt_erasure.h"

#include <optional>

#include "gateway/audit/stored_keys.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/storage/keyspace.h"

namespace mrg {
namespace {

constexpr size_t kOriginBytesMax = 127;
constexpr size_t kBecauseBytesMax = 1024;

}  // namespace

absl::StatusOr<gateway::v1::EraseSaltResponse> DecideSaltErasure(
    const SaltErasure& parts, const gateway::v1::EraseSaltRequest& message, absl::Time now) {
  MRG_RETURN_IF_ERROR(OptionalText("log_origin", message.log_origin(), kOriginBytesMax));
  if (!message.leaf_sha256().empty()) {
    MRG_RETURN_IF_ERROR(RequireBytesOfSize("leaf_sha256", message.leaf_sha256(), kDigestBytes));
  }
  MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
  const std::string& origin =
      message.log_origin().empty() ? parts.log_origin : message.log_origin();
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> leaf,
                       parts.store->Get(Keyspace::kLogLeaf, LogLeafKey(origin, message.index())));
  if (!leaf.has_value()) {
    return MakeError(Reason::kRecordNotFound, "expected an index of a log of this node");
  }
  if (!message.leaf_sha256().empty() && message.leaf_sha256() != Sha256(leaf->value)) {
    return MakeError(Reason::kRecordNotFound, "another record stands at this index");
  }
  // As it is kept, so that a repeat says the same.
  const absl::Time at = absl::FromUnixMicros(absl::ToUnixMicros(now));
  MRG_ASSIGN_OR_RETURN(const gateway::v1::StoredSalt erased,
                       EraseSalt(*parts.store, origin, message.index(), message.because(), at));
  gateway::v1::EraseSaltResponse response;
  if (erased.erased_at_us() == 0) return response;
  const absl::Time erased_at = absl::FromUnixMicros(erased.erased_at_us());
  // A repeat is told the decision, which the log has already.
  if (erased_at == at) {
    parts.events->Write(
        Event::kSaltErased,
        {{"log", OwnText(origin)}, {"index", message.index()}, {"erased_at", erased_at}});
  }
  *response.mutable_erased_at() = ToTimestamp(erased_at);
  response.set_because(erased.because());
  return response;
}

}  // namespace mrg
