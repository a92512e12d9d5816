#ifndef MRG_DISPUTE_DISPUTE_ID_H_
#define MRG_DISPUTE_DISPUTE_ID_H_

// The id of a dispute, `<filing member>/<UUIDv7>`, and the name of a dispute queue.
//
// Thread-safe: immutable values.

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"

namespace mrg {

class DisputeId {
 public:
  // Result: the id. Errors: FIELD_MALFORMED unless it is a member id, a slash and a UUID version 7
  // (RFC 9562 5.7) in lower case; at most 100 bytes.
  static absl::StatusOr<DisputeId> Parse(absl::string_view text);

  // Result: a new id of a dispute that `filing_member` files at `now`.
  static DisputeId Make(const MemberId& filing_member, absl::Time now);

  const std::string& value() const { return value_; }
  const MemberId& filing_member() const { return filing_member_; }

  friend bool operator==(const DisputeId& a, const DisputeId& b) { return a.value_ == b.value_; }
  friend bool operator!=(const DisputeId& a, const DisputeId& b) { return !(a == b); }
  friend bool operator<(const DisputeId& a, const DisputeId& b) { return a.value_ < b.value_; }

 private:
  DisputeId(std::string value, MemberId filing_member)
      : value_(std::move(value)), filing_member_(std::move(filing_member)) {}

  std::string value_;
  MemberId filing_member_;
};

// Result: true when `text` is a queue's name, [a-z0-9-]{1,64}.
bool IsQueueName(absl::string_view text);

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_ID_H_
