#ifndef MRG_GATEWAY_STORAGE_ORDERED_KEY_H_
#define MRG_GATEWAY_STORAGE_ORDERED_KEY_H_

// Keys whose byte order is the order of their parts. Text is escaped (00 -> 00 FF) and terminated
// (00 01), so that ("a", "b") and ("ab") differ and "a" sorts before "ab"; numbers are 8 bytes
// big-endian; times are microseconds since 1970 UTC with the sign bit flipped.
//
// Pure; an OrderedKey belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

class OrderedKey {
 public:
  // Appends any byte string of any length.
  OrderedKey& Text(absl::string_view text);
  // Appends a number.
  OrderedKey& U64(uint64_t number);
  // Appends a time, cut down to microseconds; times outside the range of int64 saturate.
  OrderedKey& Time(absl::Time time);
  // Appends bytes as they are. REQUIRES: they have one fixed length in this place, or are last.
  OrderedKey& Raw(absl::string_view bytes);

  // Result: the key so far, also usable as a prefix (see PrefixEnd). The builder is then empty.
  std::string Take() { return std::exchange(key_, std::string()); }

 private:
  std::string key_;
};

// Reads a key back, part by part in the order it was built.
// Errors of all parts: STORE_CORRUPT, the key does not have this form.
class OrderedKeyReader {
 public:
  // `key` is borrowed and must outlive the reader.
  explicit OrderedKeyReader(absl::string_view key) : rest_(key) {}
  absl::StatusOr<std::string> Text();
  absl::StatusOr<uint64_t> U64();
  absl::StatusOr<absl::Time> Time();
  absl::StatusOr<std::string> Raw(size_t bytes);
  // Result: what has not been read, as it is.
  absl::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
};

// Result: the smallest key above every key that starts with `prefix`; "" (to the end) when there is
// none, that is for an empty prefix and one of FF bytes only.
std::string PrefixEnd(absl::string_view prefix);

// Result: the smallest key above `key`, to page on after it.
inline std::string KeyAfter(absl::string_view key) { return std::string(key) + '\0'; }

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ORDERED_KEY_H_
