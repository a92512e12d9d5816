#ifndef MRG_GATEWAY_ANSWER_TESTING_ANSWERING_NODE_H_
#define MRG_GATEWAY_ANSWER_TESTING_ANSWERING_NODE_H_

// The Delta's node as far as a platform in Shanghai sees it: the fixture's lists in force, a log,
// the licence-tag keys of Chongqing, and what answers Recognize. No gRPC, no threads.
//
// Threads: belongs to one thread.

#include <memory>
#include <optional>
#include <string>

#include "gateway/answer/authorization.h"
#include "gateway/answer/recognise.h"
#include "gateway/answer/stale_list_log.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/signer.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/receipt/testing/group_committer.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {

inline constexpr char kAnsweringOrigin[] = "yangtze-delta/log-1";

// Result: a platform of Shanghai that calls `method`.
Caller PlatformCaller(const std::string& method);

struct AnsweringNode {
  AnsweringNode();

  // Puts the fixture's lists in force, as they are now.
  void PutInForce(const SnapshotFixture& fixture);
  // Asks, lets the log write its group, and gives what came back. Fails the test when nothing did.
  Recognise::Answer Ask(const Caller& caller, const gateway::v1::RecognizeRequest& request);
  Recognise::Answer Ask(const gateway::v1::RecognizeRequest& request);

  MemoryStore store;
  MetricRegistry registry;
  const RecognitionMetrics metrics{&registry};
  std::unique_ptr<Signer> log_key;
  std::unique_ptr<DecisionLog> log;
  std::unique_ptr<GroupCommitter> committer;
  std::unique_ptr<ReceiptIssuer> receipts;
  KeptEvents events;
  StaleListLog stale_lists{&events};
  ListedLogKeys log_keys;
  SetSnapshot snapshots;
  EpochKeyring epoch_keys{&store, std::string(32, 'n')};
  std::optional<Authorization> authorization;
  bool is_ready = true;
  std::unique_ptr<Recognise> recognise;
};

// Result: the request of a Shanghai platform about the shipped Chongqing driving licence. Signed
// anew each time, so that two of one id are two requests.
gateway::v1::RecognizeRequest DrivingLicenceRequest(const std::string& request_id);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_TESTING_ANSWERING_NODE_H_
