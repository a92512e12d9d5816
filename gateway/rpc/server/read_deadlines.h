#ifndef MRG_GATEWAY_RPC_SERVER_READ_DEADLINES_H_
#define MRG_GATEWAY_RPC_SERVER_READ_DEADLINES_H_

// Which calls wait for their caller, and since when: for a message to end, or for an answer to be
// taken. A caller that does neither would otherwise hold its place and its bytes for as long as it
// likes.
//
// Thread-safe.

#include <cstddef>
#include <functional>
#include <list>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"

namespace mrg {

class ReadDeadlines {
 private:
  struct Read {
    std::function<void()> cut;
    absl::Duration since;
  };

 public:
  // A wait under way; over when this goes. Must not outlive its ReadDeadlines.
  class Waiting {
   public:
    Waiting(Waiting&& other) noexcept;
    Waiting& operator=(Waiting&&) = delete;
    ~Waiting();

   private:
    friend class ReadDeadlines;
    Waiting(ReadDeadlines* deadlines, std::list<Read>::iterator read)
        : deadlines_(deadlines), read_(read) {}
    ReadDeadlines* deadlines_;
    std::list<Read>::iterator read_;
  };

  // `now`: of the monotonic clock. `cut` ends the call; it runs under a lock, from another thread,
  // at most once, and never after the result is gone.
  Waiting Begin(absl::Duration now, std::function<void()> cut);

  // Cuts the calls whose caller has been waited for since before `since`. Result: how many.
  size_t CutOlderThan(absl::Duration since);

 private:
  Mutex mu_;
  std::list<Read> reads_ ABSL_GUARDED_BY(mu_);  // in the order in which they began
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_READ_DEADLINES_H_
