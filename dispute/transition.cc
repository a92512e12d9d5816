#include "dispute/transition.h"

#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

constexpr size_t kStages = 8;
constexpr size_t kSteps = 8;

constexpr std::array<absl::string_view, kStages> kStageNames = {
    "NONE", "SUBMITTED", "ROUTED", "RECEIVED", "ACCEPTED", "VERIFYING", "CLOSED", "REFUSED"};
constexpr std::array<absl::string_view, kSteps> kStepNames = {
    "FILE", "TRANSFER", "RECEIVE", "ACCEPT", "REFUSE", "CLAIM", "RETURN", "RESOLVE"};

using Entry = std::optional<DisputeStage>;
constexpr Entry no = std::nullopt;
constexpr Entry submitted = DisputeStage::kSubmitted;
constexpr Entry routed = DisputeStage::kRouted;
constexpr Entry received = DisputeStage::kReceived;
constexpr Entry accepted = DisputeStage::kAccepted;
constexpr Entry verifying = DisputeStage::kVerifying;
constexpr Entry closed = DisputeStage::kClosed;
constexpr Entry refused = DisputeStage::kRefused;

// clang-format off
constexpr Entry kTable[kStages][kSteps] = {
    // FILE     TRANSFER RECEIVE   ACCEPT    REFUSE   CLAIM      RETURN     RESOLVE
    {submitted, no,      no,       no,       no,      no,        no,        no},      // NONE
    {no,        routed,  no,       accepted, refused, submitted, submitted, no},      // SUBMITTED
    {no,        no,      received, no,       no,      no,        no,        no},      // ROUTED
    {no,        no,      no,       accepted, refused, received,  received,  no},      // RECEIVED
    {no,        no,      no,       no,       no,      verifying, no,        closed},  // ACCEPTED
    {no,        no,      no,       no,       no,      no,        accepted,  closed},  // VERIFYING
    {no,        no,      no,       no,       no,      no,        no,        no},      // CLOSED
    {no,        no,      no,       no,       no,      no,        no,        no},      // REFUSED
};
// clang-format on

}  // namespace

std::optional<DisputeStage> NextStage(DisputeStage stage, DisputeStep step) {
  return kTable[static_cast<size_t>(stage)][static_cast<size_t>(step)];
}

DisputeStep StepOf(const DisputeEvent& event) {
  switch (event.body_case()) {
    case DisputeEvent::kTransferred:
      return DisputeStep::kTransfer;
    case DisputeEvent::kReceived:
      return DisputeStep::kReceive;
    case DisputeEvent::kAccepted:
      return DisputeStep::kAccept;
    case DisputeEvent::kRefused:
      return DisputeStep::kRefuse;
    case DisputeEvent::kResolved:
      return DisputeStep::kResolve;
    case DisputeEvent::kFiled:
    case DisputeEvent::BODY_NOT_SET:
      break;
  }
  return DisputeStep::kFile;
}

dispute::v1::DisputeState StateOf(DisputeStage stage) {
  switch (stage) {
    case DisputeStage::kNone:
      break;
    case DisputeStage::kSubmitted:
      return dispute::v1::DISPUTE_STATE_SUBMITTED;
    case DisputeStage::kRouted:
    case DisputeStage::kReceived:
      return dispute::v1::DISPUTE_STATE_ROUTED;
    case DisputeStage::kAccepted:
      return dispute::v1::DISPUTE_STATE_ACCEPTED;
    case DisputeStage::kVerifying:
      return dispute::v1::DISPUTE_STATE_VERIFYING;
    case DisputeStage::kClosed:
      return dispute::v1::DISPUTE_STATE_CLOSED;
    case DisputeStage::kRefused:
      return dispute::v1::DISPUTE_STATE_REFUSED;
  }
  return dispute::v1::DISPUTE_STATE_UNSPECIFIED;
}

std::string TransitionTable() {
  const auto cell = [](absl::string_view name) { return absl::StrFormat("%-11s", name); };
  std::string text;
  std::string line = cell("");
  for (absl::string_view step : kStepNames) absl::StrAppend(&line, cell(step));
  for (size_t stage = 0; stage < kStages; ++stage) {
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(line), "\n");
    line = cell(kStageNames[stage]);
    for (const Entry& next : kTable[stage]) {
      absl::StrAppend(&line,
                      cell(next.has_value() ? kStageNames[static_cast<size_t>(*next)] : "-"));
    }
  }
  return absl::StrCat(text, absl::StripTrailingAsciiWhitespace(line), "\n");
}

}  // namespace mrg
