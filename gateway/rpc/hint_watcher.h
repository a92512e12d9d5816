#ifndef MRG_GATEWAY_RPC_HINT_WATCHER_H_
#define MRG_GATEWAY_RPC_HINT_WATCHER_H_

// The client side of TrustRepositoryService.Watch: keeps one stream to one node open and passes on
// its hints. A hint is never data; whoever gets it pulls and checks. A stream that ends is opened
// again by schedule, and until then polling makes up for it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/base/retry_schedule.h"
#include "grpcpp/channel.h"

namespace mrg {

class HintWatcher {
 public:
  // Called from gRPC's threads. Must be quick.
  using OnHint = std::function<void(const MemberId& publisher, int64_t version)>;

  HintWatcher(std::shared_ptr<grpc::Channel> channel, RetrySchedule schedule, OnHint on_hint);
  // Ends the stream and waits for its end; no hint is passed on afterwards.
  ~HintWatcher();
  HintWatcher(const HintWatcher&) = delete;
  HintWatcher& operator=(const HintWatcher&) = delete;

  // Opens the stream when none is open and its time has come. Never waits.
  void RunOnce(absl::Time now);

  // Result: true while a stream is open that has brought at least one hint.
  bool IsLive() const;

 private:
  struct Stream;

  void Hinted(const std::string& publisher, int64_t version);
  void Ended();

  // Constant after construction.
  const std::shared_ptr<grpc::Channel> channel_;
  const RetrySchedule schedule_;
  const OnHint on_hint_;

  mutable Mutex mu_;
  CondVar ended_;
  std::unique_ptr<Stream> stream_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool done_ ABSL_GUARDED_BY(mu_) = true;  // `stream_` has ended, or there is none
  bool live_ ABSL_GUARDED_BY(mu_) = false;
  int64_t failures_ ABSL_GUARDED_BY(mu_) = 0;  // since the last hint
  absl::Time opened_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_HINT_WATCHER_H_
