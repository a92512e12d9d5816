#ifndef MRG_GATEWAY_ANSWER_RECOGNISE_H_
#define MRG_GATEWAY_ANSWER_RECOGNISE_H_

// The answer to Recognize: check, decide, log, and only then answer
// (gateway/docs/LIFE_OF_A_RECOGNITION.md). A question that was answered before is decided again at
// the recorded time from the recorded snapshot, since the elements of its answer are stored
// nowhere.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/answer/recognition_request.h"
#include "gateway/answer/stale_list_log.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/recognition/examination.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {

// Thread-safe.
class Recognise {
 public:
  // What it works with; all must outlive it.
  struct Parts {
    const Authorization* authorization;
    std::function<bool()> is_ready;  // whether the node may decide; cheap
    const SnapshotHolder* snapshots;
    // Builds the archived snapshot of this id again. Errors: RECORD_NOT_FOUND, STORE_*.
    std::function<absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>>(absl::string_view id)>
        archived;
    const EpochKeyring* epoch_keys;
    ReceiptIssuer* receipts;
    StaleListLog* stale_lists;
    const RecognitionMetrics* metrics;
    std::string idempotency_key;  // at least 32 bytes; secret
    std::string log_origin;       // "<member>/<log-id>"
  };

  // A question that the log has answered before, for AnswerAgain.
  struct Repeated {
    AnsweredBefore before;
    std::shared_ptr<const CheckedRecognition> checked;
  };
  using Answer = absl::StatusOr<std::variant<gateway::v1::RecognizeResponse, Repeated>>;

  explicit Recognise(Parts parts) : parts_(std::move(parts)) {}

  // Checks the bounds and who asks, decides at `now`, and hands the record to the log. `done` is
  // called exactly once: at once when nothing is to be logged, otherwise from the committer's
  // thread, which must not be held up. `message` is kept until then, and by a Repeated.
  // Errors: as CheckRecognizeRequest, Authorization::AuthorizeUse and ReceiptIssuer::Issue;
  // NODE_NOT_READY.
  void Ask(const Caller& caller, std::shared_ptr<const gateway::v1::RecognizeRequest> message,
           absl::Time now, std::function<void(Answer)> done) const;

  // Result: the first answer again, elements and receipt. Work for a thread that may be held up.
  // Errors: EPOCH_KEY_UNAVAILABLE when a key that the first decision used is not held any more;
  // INVARIANT_BROKEN when it is decided otherwise; as Parts::archived; STORE_CORRUPT.
  absl::StatusOr<gateway::v1::RecognizeResponse> AnswerAgain(const Repeated& repeated) const;

 private:
  EpochKeys KeysOf(const RecognitionRequest& request, const RecognitionSnapshot& snapshot) const;

  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_RECOGNISE_H_
