#ifndef MRG_GATEWAY_FEDERATION_TRUST_HINTS_H_
#define MRG_GATEWAY_FEDERATION_TRUST_HINTS_H_

// The newest timestamp of each publisher that this node holds, and who wants to hear of it: the
// link between what puts trust lists in force and the streams of TrustRepositoryService.Watch.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"

namespace mrg {

// Thread-safe.
class TrustHints {
 public:
  using Listener = std::function<void(const std::string& publisher, int64_t version)>;

  // Ends the subscription when it is destroyed; no call of the listener runs afterwards. Not to be
  // destroyed by the listener. Must not outlive the TrustHints.
  class Subscription {
   public:
    Subscription(TrustHints* hints, uint64_t id) : hints_(hints), id_(id) {}
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    TrustHints* const hints_;
    const uint64_t id_;
  };

  // Says that `version` of the publisher's timestamp is in force here. Tells all listeners, unless
  // the version is the one said before.
  void Set(const MemberId& publisher, int64_t version);

  // Calls `listener` for each publisher known now, before it returns, and then at each change, from
  // the thread that made it. The listener must be quick and must not call back.
  std::unique_ptr<Subscription> Subscribe(Listener listener);

 private:
  Mutex mu_;  // held while listeners are called, which keeps their order
  std::map<std::string, int64_t> versions_ ABSL_GUARDED_BY(mu_);
  std::map<uint64_t, Listener> listeners_ ABSL_GUARDED_BY(mu_);
  uint64_t next_id_ ABSL_GUARDED_BY(mu_) = 1;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TRUST_HINTS_H_
