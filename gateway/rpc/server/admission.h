#ifndef MRG_GATEWAY_RPC_SERVER_ADMISSION_H_
#define MRG_GATEWAY_RPC_SERVER_ADMISSION_H_

// How many calls the node has taken and not yet answered. The executor's queue bounds those that
// wait for a thread; a call that has left it and waits for the log's next group, or for a peer,
// still holds its request, and only this bounds them.
//
// Thread-safe.

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace mrg {

class Admission {
 public:
  // One call's place, free again when this goes. Must not outlive its Admission.
  class Place {
   public:
    Place(Place&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->in_flight_.fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    friend class Admission;
    explicit Place(Admission* admission) : admission_(admission) {}
    Admission* admission_;
  };

  // REQUIRES: in_flight_max >= 1.
  explicit Admission(size_t in_flight_max) : in_flight_max_(in_flight_max) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Result: a place; nullopt when all are taken. Never waits.
  std::optional<Place> TryEnter() {
    if (in_flight_.fetch_add(1, std::memory_order_relaxed) < in_flight_max_) return Place(this);
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return std::nullopt;
  }

 private:
  const size_t in_flight_max_;
  std::atomic<size_t> in_flight_{0};
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_ADMISSION_H_
