#ifndef MRG_TESTS_FAULT_STEADY_TRAFFIC_H_
#define MRG_TESTS_FAULT_STEADY_TRAFFIC_H_

// Platforms that go on asking while their node dies under them. Each request is repeated, with the
// same id, until it is answered, so that in the end exactly one record stands for it.
//
// Threads: made, asked and ended by one thread; it starts others.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "mrg/gateway/v1/presentation.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "tests/federation/federation.h"

namespace mrg {

class SteadyTraffic {
 public:
  struct Answered {
    gateway::v1::RecognizeRequest request;
    gateway::v1::RecognizeResponse response;
  };

  // Asks in Shanghai about `licence` of Jiangsu from `thread_count` threads. `federation` must
  // outlive this.
  SteadyTraffic(const Federation* federation, gateway::v1::Presentation licence, int thread_count);
  ~SteadyTraffic();

  // Result: the answers so far, and the attempts that ended without one.
  uint64_t answered_count() const { return answered_count_; }
  uint64_t failed_count() const { return failed_count_; }

  // Lets every thread end with an answered request. Result: all answers.
  std::vector<Answered> End();

  // Result: what a node may not say or do however it dies; empty when it did not.
  std::vector<std::string> Complaints();

 private:
  void Run(int thread);
  // Asks until there is an answer.
  Answered Ask(const std::shared_ptr<grpc::Channel>& channel,
               const gateway::v1::RecognizeRequest& request);
  void Complain(std::string complaint);

  // Constant after construction.
  const Federation* const federation_;
  const gateway::v1::Presentation licence_;

  std::atomic<bool> ending_ = false;
  std::atomic<uint64_t> answered_count_ = 0;
  std::atomic<uint64_t> failed_count_ = 0;
  Mutex mu_;
  std::vector<Answered> answers_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> complaints_ ABSL_GUARDED_BY(mu_);

  std::vector<std::thread> threads_;
};

}  // namespace mrg

#endif  // MRG_TESTS_FAULT_STEADY_TRAFFIC_H_
