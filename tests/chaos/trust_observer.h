#ifndef MRG_TESTS_CHAOS_TRUST_OBSERVER_H_
#define MRG_TESTS_CHAOS_TRUST_OBSERVER_H_

// Looks at the nodes of a federation all the time, past the links between them: which versions are
// in force, and, in the regions, what a platform is answered about a licence of the other region.
//
// Threads: made, asked and destroyed by one thread; it starts one for each node.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/gateway/v1/presentation.pb.h"
#include "tests/chaos/published_lists.h"
#include "tests/federation/federation.h"

namespace mrg {

// The jurisdictions of the two regions that ask and are asked about: Jiangsu and Chongqing, whose
// samples are shipped.
inline constexpr char kAskedOfDelta[] = "32";
inline constexpr char kAskedOfChuanyu[] = "50";

class TrustObserver {
 public:
  struct Answer {
    std::string at;       // the node
    std::string issuing;  // the licence's jurisdiction
    std::string words;
    audit::v1::DecisionRecord record;
  };

  // `federation` must outlive this.
  explicit TrustObserver(const Federation* federation);
  ~TrustObserver();

  // Result: how often each node was looked at, at least.
  uint64_t rounds() const;

  // Result: the answers since the last call.
  std::vector<Answer> TakeAnswers();
  // Result: the versions seen in force since the last call, each once.
  std::vector<RoleName> TakeVersions();
  // Result: what no node may do, whatever the network does; empty when none did.
  std::vector<std::string> Complaints();

 private:
  struct Watch {
    std::string member;
    std::atomic<uint64_t> rounds = 0;
    std::thread thread;
    // Touched by the thread alone. The newest version seen, by what it was seen in.
    std::map<std::pair<std::string, std::string>, int64_t> state_versions;
    std::map<std::pair<std::string, std::string>, int64_t> answer_versions;
  };

  void Run(Watch* watch);
  void LookAtState(Watch* watch);
  void Ask(Watch* watch, const std::shared_ptr<grpc::Channel>& channel,
           const std::string& using_side, const std::string& issuing);
  void Complain(std::string complaint);

  // Constant after construction.
  const Federation* const federation_;
  std::map<std::string, gateway::v1::Presentation> licences_;  // by jurisdiction

  std::atomic<bool> ending_ = false;
  Mutex mu_;
  std::vector<Answer> answers_ ABSL_GUARDED_BY(mu_);
  std::map<RoleName, bool> versions_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> complaints_ ABSL_GUARDED_BY(mu_);

  std::vector<std::unique_ptr<Watch>> watches_;
};

}  // namespace mrg

#endif  // MRG_TESTS_CHAOS_TRUST_OBSERVER_H_
