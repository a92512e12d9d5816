#ifndef MRG_GATEWAY_PUBLICATION_STATUS_LIST_MARKS_H_
#define MRG_GATEWAY_PUBLICATION_STATUS_LIST_MARKS_H_

// The mark 异议中 on the status lists that this node signs, for the dispute package. A mark stands
// under the epoch of its filing, and is lifted there, whatever epoch is in use by then.

#include <vector>

#include "absl/status/status.h"
#include "dispute/dispute_relay.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/publication/licence_status_writer.h"

namespace mrg {

// Thread-safe.
class StatusListMarks : public LicenceMarks {
 public:
  // All must outlive this.
  StatusListMarks(LicenceStatusWriter* writer, const EpochKeyring* epoch_keys, const Clock* clock)
      : writer_(writer), epoch_keys_(epoch_keys), clock_(clock) {}

  // Errors of one change also: EPOCH_KEY_UNAVAILABLE when it sets a mark under an epoch without a
  // key here. The filing side states the epoch, and an entry under one that nobody has a key of
  // would stop every decision about the jurisdiction's licences.
  std::vector<absl::Status> Change(const std::vector<MarkChange>& changes) override;

 private:
  LicenceStatusWriter* const writer_;
  const EpochKeyring* const epoch_keys_;
  const Clock* const clock_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_STATUS_LIST_MARKS_H_
