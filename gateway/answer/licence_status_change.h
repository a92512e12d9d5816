#ifndef MRG_GATEWAY_ANSWER_LICENCE_STATUS_CHANGE_H_
#define MRG_GATEWAY_ANSWER_LICENCE_STATUS_CHANGE_H_

// The answer to SetLicenceStatus: an issuing authority revokes, suspends, cancels or restores one
// of its licences.

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/answer/status_pace.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// Thread-safe.
class LicenceStatusChange {
 public:
  // What it works with; all must outlive it.
  struct Parts {
    const Authorization* authorization;
    // Say under which epochs entries stand, and which types and authorities there are.
    const SnapshotHolder* snapshots;
    const EpochKeyring* epoch_keys;
    LicenceStatusWriter* writer;
    OrderedStore* store;
    EventLog* events;
    std::string idempotency_key;  // at least 32 bytes; secret
    // Why the own clock is not to be believed; empty while it is. A change that begins when another
    // clock says would be reported now and bite then.
    std::function<std::string()> clock_doubt;
    StatusPace* pace;
  };

  explicit LicenceStatusChange(Parts parts) : parts_(std::move(parts)) {}

  // Changes the status from `now` on, and remembers the request in the same commit. A repeated
  // request gets the first answer.
  // Result: with the version of the status role that carries the change.
  // Errors: FIELD_* and ENUM_UNSPECIFIED with the field's path; as
  // Authorization::AuthorizeStatus; REQUEST_ID_REUSED; CREDENTIAL_TYPE_NOT_FOUND when the
  // jurisdiction's catalogue does not have the type, ISSUER_NOT_ALLOWED when its issuer list does
  // not name the authority for it or another one holds what it would restore, NODE_NOT_READY when
  // neither list is here or the clock is in doubt; OVERLOADED; EPOCH_KEY_UNAVAILABLE; as
  // LicenceStatusWriter::SetStatus. STORE_UNAVAILABLE leaves open whether it was done: a repeat
  // tells.
  absl::StatusOr<gateway::v1::SetLicenceStatusResponse> Set(
      const Caller& caller, const gateway::v1::SetLicenceStatusRequest& message,
      absl::Time now) const;

 private:
  absl::Status CheckClock() const;
  absl::Status CheckListed(const TaggedLicence& licence, const IssuerCode& issuer,
                           absl::Time now) const;
  absl::StatusOr<LicenceTags> TagsOf(const TaggedLicence& licence,
                                     gateway::v1::LicenceStatusAction action, absl::Time now) const;

  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_LICENCE_STATUS_CHANGE_H_
