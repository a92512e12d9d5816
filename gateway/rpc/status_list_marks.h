#ifndef MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_
#define MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_

// The mark 异议中 on the status lists that this node signs, for the dispute package.

#include "dispute/dispute_relay.h"
#include "gateway/base/clock.h"
#include "gateway/snapshot/licence_status_writer.h"

namespace mrg {

// Thread-safe.
class StatusListMarks : public LicenceMarks {
 public:
  // Both must outlive this.
  StatusListMarks(LicenceStatusWriter* writer, const Clock* clock)
      : writer_(writer), clock_(clock) {}

  absl::Status SetMark(const JurisdictionId& jurisdiction, uint32_t epoch, absl::string_view tag,
                       absl::Time at) override {
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
  const Clock* const clock_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_STATUS_LIST_MARKS_H_
