#ifndef MRG_GATEWAY_BASE_SHARED_CELL_H_
#define MRG_GATEWAY_BASE_SHARED_CELL_H_

// A shared pointer that many threads read while another replaces it; a reader takes no lock and
// waits for nobody, whatever writers do. std::atomic<std::shared_ptr> of GCC 12 would be a spin
// lock that unlocks relaxed (GCC bug 101761): a lock, and a data race for ThreadSanitizer.
//
// How: two places for the value, one of which readers are sent to, and two counters of readers, one
// of which they announce themselves at. A writer fills the place that nobody reads, sends readers
// there, and waits until those that were sent to the other one are gone: that they are takes them
// the copy of one pointer. Source: P. Ramalhete, A. Correia, "Left-Right", 2013 (reading is
// wait-free and population oblivious).

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

namespace mrg {

// Thread-safe.
template <typename T>
class SharedCell {
 public:
  SharedCell() = default;
  SharedCell(const SharedCell&) = delete;
  SharedCell& operator=(const SharedCell&) = delete;

  // Result: the value; null before the first Store. Never waits.
  std::shared_ptr<T> Load() const {
    std::atomic<uint32_t>& readers = readers_[counted_at_.load()];
    readers.fetch_add(1);
    std::shared_ptr<T> value = values_[read_at_.load()];
    readers.fetch_sub(1);
    return value;
  }

  // Replaces the value. Writers follow one another; each waits for readers that are in the middle
  // of Load, never for those that hold what they loaded.
  void Store(std::shared_ptr<T> value) {
    while (!TryStore(&value)) std::this_thread::yield();
  }

  // The same, but gives up when another writer is at work. Result: true when `*value` was taken.
  bool TryStore(std::shared_ptr<T>* value) {
    if (writing_.exchange(true)) return false;
    const uint8_t old_place = read_at_.load();
    const uint8_t new_place = 1 - old_place;
    values_[new_place] = std::move(*value);
    read_at_.store(new_place);
    // A reader that announced itself before this line may still be sent to the old place, at either
    // counter; both are seen empty once while new readers come to the other one.
    const uint8_t old_counter = counted_at_.load();
    AwaitNone(1 - old_counter);
    counted_at_.store(1 - old_counter);
    AwaitNone(old_counter);
    std::shared_ptr<T> old = std::move(values_[old_place]);
    writing_.store(false);
    return true;  // The old value may end here, outside everything.
  }

 private:
  void AwaitNone(uint8_t counter) const {
    while (readers_[counter].load() != 0) std::this_thread::yield();
  }

  std::array<std::shared_ptr<T>, 2> values_;
  mutable std::array<std::atomic<uint32_t>, 2> readers_ = {};
  std::atomic<uint8_t> read_at_ = 0;     // which value readers are sent to
  std::atomic<uint8_t> counted_at_ = 0;  // which counter they announce themselves at
  std::atomic<bool> writing_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_SHARED_CELL_H_
