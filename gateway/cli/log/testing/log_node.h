#ifndef MRG_GATEWAY_CLI_LOG_TESTING_LOG_NODE_H_
#define MRG_GATEWAY_CLI_LOG_TESTING_LOG_NODE_H_

// A node with nothing but a log in memory and a member's lists, on a socket: what an auditor's
// commands see of one. It answers as a node does, or as the test wants it otherwise.
//
// Threads: the test's; calls are answered by gRPC's, while the test waits for them.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/testing/memory_store.h"
#include "grpcpp/server.h"
#include "mrg/audit/v1/audit.pb.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {

// A log in memory and its key.
class MemoryLog {
 public:
  explicit MemoryLog(const std::string& origin, std::shared_ptr<const Signer> key = nullptr);

  // Appends a record decided at `decided_at`; what `set` leaves is filled in.
  // Result: its receipt's bytes.
  std::string Append(absl::Time decided_at,
                     const std::function<void(audit::v1::DecisionRecord*)>& set = {});
  // Appends `count` records, decided one a second from `first` on.
  void AppendMany(int count, absl::Time first);

  const DecisionLog& log() const { return *log_; }
  const std::shared_ptr<const Signer>& key() const { return key_; }
  std::string note() const { return log_->LatestCheckpoint(); }

 private:
  MemoryStore store_;
  std::shared_ptr<const Signer> key_;
  std::unique_ptr<DecisionLog> log_;
};

class LogNode {
 public:
  // Lists no log key yet.
  explicit LogNode(absl::Time now);
  ~LogNode();

  std::string address() const { return "unix:" + folder_ + "/node.sock"; }
  RepositorySimulator& lists() { return lists_; }

  // Publishes a key of a log, from `from` until `until`, beside those published before.
  void ListKey(const std::string& origin, const Signer& key, absl::Time from,
               absl::Time until = absl::InfiniteFuture());
  // Serves `log`, which must outlive this, from now on.
  void Serve(const MemoryLog* log);
  // Makes the proofs about trees of one size by the log that `choose` gives; null: the one served.
  void ProveBy(std::function<const MemoryLog*(uint64_t tree_size)> choose);
  // Changes each page of records before it is sent.
  void ChangePages(std::function<void(audit::v1::ListRecordsResponse*)> change);

 private:
  class Audit;
  class Lists;

  std::string folder_;
  RepositorySimulator lists_;
  std::string listed_;  // canonical bytes of the log-keys target
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<Lists> lists_service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_TESTING_LOG_NODE_H_
