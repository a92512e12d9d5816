#ifndef MRG_GATEWAY_RPC_SERVER_ADMISSION_H_
#define MRG_GATEWAY_RPC_SERVER_ADMISSION_H_

// How many calls a listener has taken whose answer is not yet gone, and how many bytes of requests
// and answers they hold, in all and of one party. The executor's queue bounds those that wait
// for a thread; a call that has left it and waits for the log's next group, for a peer, or for its
// caller to take the answer, still holds its bytes, and only this bounds them. How long a request
// is shows when all of it is there, so few of one party are read at a time; the others wait, and
// gRPC holds back what their callers send.
//
// Thread-safe.

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"

namespace mrg {

struct AdmissionLimits {
  size_t calls_max;
  size_t bytes_max;
  // Of one party.
  size_t party_calls_max;
  size_t party_bytes_max;
  size_t party_reads_max;
};

// Who shares a bound. Where another member's callers come, that is the member: its CA makes as many
// identities as it likes.
enum class Party { kIdentity, kTrustDomain };

class Admission {
 public:
  // One call's place, free again when this goes. Must not outlive its Admission.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();

    // Calls `start`, now or when it is this request's turn: then from the thread that ends
    // another's. The place must be held until then. REQUIRES: not called before.
    void BeginRead(std::function<void()> start);
    // The request is there and has `bytes` bytes, 0 when there is none. They count while the place
    // is held. Result: false when they are too many, of the party or in all; then nothing has
    // been counted. REQUIRES: after `start` was called, once.
    bool EndRead(size_t bytes);
    // The answer is there and has `bytes` bytes, which count from now on in place of the request's.
    // Result: false when they are too many, of the party or in all; then none count. REQUIRES:
    // after EndRead.
    bool HoldAnswer(size_t bytes);

   private:
    friend class Admission;
    Place(Admission* admission, absl::string_view party) : admission_(admission), party_(party) {}
    Admission* admission_;
    std::string party_;
    size_t bytes_ = 0;
  };

  // REQUIRES: every limit is at least 1.
  explicit Admission(const AdmissionLimits& limits, Party party = Party::kIdentity)
      : limits_(limits), party_(party) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Result: a place; nullopt when all are taken, or all that the identity's party may have. Never
  // waits.
  std::optional<Place> TryEnter(const SpiffeId& identity);

  // Result: how many places are taken now.
  size_t calls() const;

 private:
  struct Held {
    size_t calls = 0;
    size_t bytes = 0;
    size_t reads = 0;
    std::deque<std::function<void()>> waiting;  // for their turn to be read
  };
  void BeginRead(const std::string& party, std::function<void()> start);
  bool EndRead(const std::string& party, size_t bytes);
  bool Count(Held* held, size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Replace(const std::string& party, size_t before, size_t bytes);
  void Leave(const std::string& party, size_t bytes);

  const AdmissionLimits limits_;
  const Party party_;
  mutable Mutex mu_;
  Held all_ ABSL_GUARDED_BY(mu_);
  std::unordered_map<std::string, Held> of_party_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_ADMISSION_H_
