#ifndef MRG_GATEWAY_BASE_EVENT_LOG_H_
#define MRG_GATEWAY_BASE_EVENT_LOG_H_

// What the node tells its operator: one JSON object a line, one line an event. The names of events
// are a closed list, and a field can be made only from what is known to be no holder's data: our
// own literals, identifiers, reasons, numbers, times, statuses. No request text can reach the log
// (docs/threats.md N11).
//
// Thread-safe.

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/redacted.h"

namespace mrg {

// Each above the one before.
enum class EventLevel { kInfo, kWarning, kError };

// One constant per row of the table, in the same order.
enum class Event : uint16_t {
#define MRG_EVENT(name, token, level) name,
#include "gateway/base/event_table.inc"
#undef MRG_EVENT
};

struct EventInfo {
  Event event;
  absl::string_view token;  // [a-z0-9_]{1,63}
  EventLevel level;
};

// Result: the row of `event`.
const EventInfo& InfoOf(Event event);

// Text that the node made itself or that stands in its configuration: an address, a path, a role.
// A text that came in a request, a document or a peer's message must not be put here.
struct OwnText {
  explicit OwnText(absl::string_view value) : text(value) {}
  absl::string_view text;  // borrowed for the call
};

// The value of one field.
class EventValue {
 public:
  template <size_t N>
  consteval EventValue(const char (&literal)[N])  // NOLINT: implicit on purpose
      : kind_(kText), text_(literal), size_(N - 1) {}
  EventValue(OwnText own)  // NOLINT: implicit on purpose
      : kind_(kText), text_(own.text.data()), size_(own.text.size()) {}
  template <typename Kind>
  EventValue(const Identifier<Kind>& id)  // NOLINT: implicit on purpose
      : kind_(kText), text_(id.value().data()), size_(id.value().size()) {}
  EventValue(Reason reason)  // NOLINT: implicit on purpose
      : kind_(kText), text_(TokenOf(reason).data()), size_(TokenOf(reason).size()) {}
  EventValue(const Redacted&)  // NOLINT: implicit on purpose
      : kind_(kText), text_(Redacted::kShown), size_(sizeof(Redacted::kShown) - 1) {}
  // Signed and unsigned integers; above 2^63 - 1 the value is shown as 2^63 - 1.
  template <std::integral I>
  EventValue(I number)  // NOLINT: implicit on purpose
      : kind_(std::same_as<I, bool> ? kBool : kNumber), number_(Clamped(number)) {}
  // Shown as UTC, RFC 3339, microseconds.
  EventValue(absl::Time time)  // NOLINT: implicit on purpose
      : kind_(kTime), time_(time) {}
  // Shown as seconds, with the fraction.
  EventValue(absl::Duration duration)  // NOLINT: implicit on purpose
      : kind_(kDuration), duration_(duration) {}

 private:
  friend struct EventLine;
  enum Kind { kText, kNumber, kBool, kTime, kDuration };

  template <std::integral I>
  static constexpr int64_t Clamped(I number) {
    if constexpr (!std::same_as<I, bool>) {
      if (number > 0 && static_cast<uint64_t>(number) > static_cast<uint64_t>(INT64_MAX)) {
        return INT64_MAX;
      }
    }
    return static_cast<int64_t>(number);
  }

  Kind kind_;
  const char* text_ = nullptr;  // borrowed for the call
  size_t size_ = 0;
  int64_t number_ = 0;
  absl::Time time_;
  absl::Duration duration_;
};

// An aggregate, so that a literal becomes a value where it is written. `name`: [a-z0-9_]{1,63}, not
// "time", "level" or "event".
struct EventField {
  const char* name;
  EventValue value;
};
using EventFields = std::initializer_list<EventField>;

// Result: the event as one line of JSON without its end: {"time":…,"level":…,"event":…, fields in
// the order given}. Bytes that are not UTF-8 become U+FFFD; what a terminal does not show as itself
// (displayed_text.h) stands as an escape of JSON. Pure.
struct EventLine {
  static std::string Of(absl::Time time, Event event, EventFields fields);
};

class EventLog {
 public:
  virtual ~EventLog() = default;

  // Writes one line. Never fails and never waits for long: a line that cannot be written is lost.
  virtual void Write(Event event, EventFields fields) = 0;

  // The same with the fields "reason" and "detail" of a failed status. A status without a reason of
  // the closed list comes from a library: it has its code's name as "code" and no reason.
  void WriteFailure(Event event, const absl::Status& status, const char* about_name,
                    EventValue about);
  void WriteFailure(Event event, const absl::Status& status);
};

// Lines on standard error, where systemd and containers read them.
class StderrEventLog : public EventLog {
 public:
  // `clock` must outlive this.
  explicit StderrEventLog(const Clock* clock);
  ~StderrEventLog() override;
  // Events below `lowest` are not written from now on; at first all are.
  void SetLevel(EventLevel lowest) { lowest_.store(lowest, std::memory_order_relaxed); }
  void Write(Event event, EventFields fields) override;

 private:
  struct Output;
  const Clock* const clock_;
  const std::unique_ptr<Output> output_;
  std::atomic<EventLevel> lowest_{EventLevel::kInfo};
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_EVENT_LOG_H_
