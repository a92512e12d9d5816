#ifndef MRG_GATEWAY_BASE_FIELD_VIOLATIONS_H_
#define MRG_GATEWAY_BASE_FIELD_VIOLATIONS_H_

// All that is wrong with the fields of one request, told at once, so that a caller mends them in
// one round. The first that is noted gives the status its reason and its field.
//
// Threads: a FieldViolations belongs to one; ViolationsOf is a pure function.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/reason.h"

namespace mrg {

struct FieldViolation {
  Reason reason;
  std::string field;     // its path
  std::string expected;  // English, without the value
};

// More are not told: what a caller sends decides how many there are.
inline constexpr size_t kFieldViolationsMax = 16;

// Result: what a status says of fields, its own field first; empty when it names none.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// Gathers what checks of fields return.
class FieldViolations {
 public:
  // Keeps an error; OK passes. An error that names no field is told alone.
  void Note(const absl::Status& status);
  // The same. Result: the value, nullopt when there is none.
  template <typename T>
  std::optional<T> Note(absl::StatusOr<T> value) {
    Note(value.status());
    if (!value.ok()) return std::nullopt;
    return *std::move(value);
  }

  // Result: OK when nothing was noted.
  absl::Status status() const;

 private:
  std::vector<absl::Status> noted_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_FIELD_VIOLATIONS_H_
