// Bytes as the events of a dispute that another node delivers, each behind its length in two bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "dispute/dispute_events.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::optional<mrg::dispute::v1::DisputeEvent> previous;
  while (bytes.size() >= 2) {
    const size_t length =
        size_t{static_cast<uint8_t>(bytes[0])} * 256 + static_cast<uint8_t>(bytes[1]);
    const absl::string_view event_bytes = bytes.substr(2, length);
    bytes.remove_prefix(2 + event_bytes.size());
    const auto event = mrg::ParseEvent(event_bytes);
    if (!event.ok()) {
      mrg::Require(mrg::ReasonOf(event.status()) == mrg::Reason::kDisputeEventRefused,
                   "an event is refused as an event");
      return 0;
    }
    mrg::Require(mrg::CanonicalBytes(*event) == event_bytes, "an event has one encoding");
    mrg::Require(!mrg::AppenderOf(*event).empty(), "somebody appends every event");
    mrg::Require(!mrg::CheckContinues(&*event, *event).ok(), "no event continues itself");
    if (!mrg::CheckContinues(previous ? &*previous : nullptr, *event).ok()) return 0;
    mrg::Require(event->sequence() == (previous ? previous->sequence() : 0) + 1,
                 "events are counted");
    previous = *event;
  }
  return 0;
}
