#include "gateway/licence_tag/give_epoch_key.h"

#include <optional>

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"

namespace mrg {

using trustlist::v1::GetEpochKeyResponse;

absl::StatusOr<GetEpochKeyResponse> GiveEpochKey(const EpochKeys& own, uint32_t epoch,
                                                 absl::Time now) {
  std::optional<EpochKey> key;
  if (epoch == 0) {
    key = InUseAt(own, now);
  } else if (const auto found = own.find(epoch); found != own.end()) {
    key = found->second;
  }
  if (!key.has_value()) {
    return MakeError(Reason::kEpochKeyUnavailable,
                     "expected a jurisdiction of this member and an epoch of its keys");
  }
  GetEpochKeyResponse response;
  response.set_epoch(key->epoch);
  response.set_key(key->key);
  for (const auto& [number, one] : own) {
    trustlist::v1::EpochTerm* term = response.add_epochs();
    term->set_epoch(number);
    if (one.from != absl::InfinitePast()) *term->mutable_from() = ToTimestamp(one.from);
  }
  return response;
}

}  // namespace mrg
