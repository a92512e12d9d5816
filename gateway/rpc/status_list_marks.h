#ifndef MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_
#define MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_

// The mark 异议中 on the status lists that this node signs, for the dispute package. A mark stands
// under the epoch of its filing, and is lifted there, whatever epoch is in use by then.

#include <string>

#include "dispute/dispute_relay.h"
#include "gateway/base/clock.h"
#include "gateway/base/reason.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/publication/licence_status_writer.h"

namespace mrg {

// Thread-safe.
class StatusListMarks : public LicenceMarks {
 public:
  // All must outlive this.
  StatusListMarks(LicenceStatusWriter* writer, const EpochKeyring* epoch_keys, const Clock* clock)
      : writer_(writer), epoch_keys_(epoch_keys), clock_(clock) {}

  // Errors: EPOCH_KEY_UNAVAILABLE for an epoch without a key here. The filing side states the
  // epoch, and an entry under one that nobody has a key of would stop every decision about the
  // jurisdiction's licences.
  absl::Status SetMark(const JurisdictionId& jurisdiction, uint32_t epoch, absl::string_view tag,
                       absl::Time at) override {
    if (!epoch_keys_->OwnKeysOf(jurisdiction.value()).contains(epoch)) {
      return MakeError(Reason::kEpochKeyUnavailable, "expected an epoch of an own jurisdiction");
    }
    return Change(jurisdiction, epoch, tag, true, at);
  }

  absl::Status ClearMark(const JurisdictionId& jurisdiction, uint32_t epoch, absl::string_view tag,
                         absl::Time at) override {
    return Change(jurisdiction, epoch, tag, false, at);
  }

 private:
  absl::Status Change(const JurisdictionId& jurisdiction, uint32_t epoch, absl::string_view tag,
                      bool set, absl::Time at) {
    return writer_->ChangeMark({jurisdiction, epoch, std::string(tag)}, set, at, clock_->Now())
        .status();
  }

  LicenceStatusWriter* const writer_;
  const EpochKeyring* const epoch_keys_;
  const Clock* const clock_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_
