#ifndef MRG_GATEWAY_RPC_SERVICES_DISPUTE_WATCHERS_H_
#define MRG_GATEWAY_RPC_SERVICES_DISPUTE_WATCHERS_H_

// Which open streams follow which dispute: the link between a commit in the dispute package and
// DisputeService.WatchDispute.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"

namespace mrg {

// Thread-safe.
class DisputeWatchers {
 public:
  // Called with the watchers' lock held, one call at a time: it must not call back.
  using Listener = std::function<void()>;

  // Ends when it is destroyed; no call of the listener runs afterwards. Must not outlive the
  // DisputeWatchers, and must not be destroyed by its own listener.
  class Watch {
   public:
    Watch(DisputeWatchers* watchers, std::string dispute, uint64_t id)
        : watchers_(watchers), dispute_(std::move(dispute)), id_(id) {}
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    DisputeWatchers* const watchers_;
    const std::string dispute_;
    const uint64_t id_;
  };

  // Calls `listener` at each change of the dispute from now on.
  std::unique_ptr<Watch> Add(const std::string& dispute, Listener listener);

  // A dispute has changed. Costs a lookup when nobody watches it.
  void Changed(const std::string& dispute);

 private:
  Mutex mu_;
  std::map<std::string, std::map<uint64_t, Listener>> listeners_ ABSL_GUARDED_BY(mu_);
  uint64_t next_id_ ABSL_GUARDED_BY(mu_) = 1;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_DISPUTE_WATCHERS_H_
