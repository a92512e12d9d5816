#ifndef MRG_GATEWAY_FEDERATION_HEAD_DESK_H_
#define MRG_GATEWAY_FEDERATION_HEAD_DESK_H_

// What this node says to other nodes of the histories it holds, trust metadata and decision logs,
// and what it concludes from what they say (docs/formats/fork-evidence.md, docs/formats/log.md).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/witness/log_standing.h"
#include "gateway/witness/log_witness.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "trustlist/fork/head_exchange.h"

namespace mrg {

// Thread-safe.
class HeadDesk {
 public:
  struct Parts {
    std::vector<MemberId> publishers;  // the own one and those followed
    HeadExchange* heads;
    LogWitness* witness;
    LogStanding* standing;
    const DecisionLog* log;
    const TrustMetrics* metrics;
    EventLog* events;
  };

  // All parts must outlive this.
  explicit HeadDesk(Parts parts) : parts_(std::move(parts)) {}

  // Result: what this node says when it asks `peer`. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<trustlist::v1::ExchangeHeadsRequest> Ask(const MemberId& peer) const;

  // Answers another node: keeps the checkpoints it shows, says what this node holds, and shows the
  // files that contradict its heads. Heads of logs that are odd, or more than are read, are passed
  // over: the node that shows them may have them from a third one.
  // Errors: FIELD_* naming the field; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> Answer(
      const trustlist::v1::ExchangeHeadsRequest& request);

  // Compares what `peer` answered with what is held here. A head that contradicts is counted; only
  // a signed file proves anything. A fork that is proved is kept and told to the HeadExchange's
  // OnForkFn; a log that is contradicted is told in an event. Result: the publishers of which the
  // peer says that it has a newer root, so that a member cannot keep this node at an older one,
  // under which its other history is signed. What is malformed, of a publisher
  // that is not followed, or beyond the bounds of an answer is passed over. Errors:
  // RECEIPT_CHECKPOINT_INVALID (what it says of the own log cannot be read as an answer, and is
  // none: the rest has been compared); STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::vector<MemberId>> Take(const MemberId& peer,
                                             const trustlist::v1::ExchangeHeadsResponse& answer,
                                             absl::Time now);

  // The peer was asked and did not answer.
  void Unanswered(const MemberId& peer) { parts_.standing->PeerFailed(peer); }

  // Result: true when the peer keeps an older checkpoint of the own log than the newest, so that
  // the next Ask has something to prove to it.
  bool IsBehind(const MemberId& peer) const;

 private:
  using LogHeads = google::protobuf::RepeatedPtrField<trustlist::v1::LogHead>;

  std::vector<HeadFile> FilesAbout(
      const google::protobuf::RepeatedPtrField<trustlist::v1::SignedFile>& messages) const;

  // Adds the own log, then the others, no more than a reader takes. `proof_from`: the size of the
  // own log from which its head is to be proved; 0: from none. `first`: which of the others come
  // first, by what their origins begin with; "": none.
  absl::Status AddLogHeads(uint64_t proof_from, const std::string& first, LogHeads* heads) const;
  // What heads of logs say of the own one.
  struct OfOwnLog {
    // Whether each head of it is well formed and signed by the log; and one is there, or there are
    // not more heads than are read.
    bool is_an_answer = true;
    bool is_kept = false;  // some records are
    uint64_t size = 0;     // of a checkpoint that the log continues; 0: there is none
  };
  // `peer`: who said so; nullopt: somebody who asked.
  absl::StatusOr<OfOwnLog> KeepLogHeads(const LogHeads& heads, const std::optional<MemberId>& peer);
  absl::Status KeepHeadOfOthers(const trustlist::v1::LogHead& head,
                                const std::optional<MemberId>& peer);
  void TellOnce(const std::string& origin, const absl::Status& why);

  const Parts parts_;

  mutable Mutex mu_;
  std::set<std::string> told_ ABSL_GUARDED_BY(mu_);  // origins of contradicted logs
  // What each peer keeps of the own log, as it last said.
  std::map<MemberId, uint64_t> kept_size_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_HEAD_DESK_H_
