#include "gateway/base/event_log.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/displayed_text.h"
#include "nlohmann/json.hpp"
#include "spdlog/logger.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace mrg {
namespace {

// A detail is one sentence of ours; a library's may be anything.
constexpr size_t kDetailBytesMax = 1024;

absl::string_view LevelName(EventLevel level) {
  switch (level) {
    case EventLevel::kInfo:
      return "info";
    case EventLevel::kWarning:
      return "warning";
    case EventLevel::kError:
      return "error";
  }
  return "error";
}

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::string ToString(absl::string_view text) { return std::string(text); }

}  // namespace

const EventInfo& InfoOf(Event event) {
  static const auto* const kTable = new std::vector<EventInfo>{
#define MRG_EVENT(name, token, level) {Event::name, token, EventLevel::level},
#include "gateway/base/event_table.inc"
#undef MRG_EVENT
  };
  return (*kTable)[static_cast<size_t>(event)];
}

std::string EventLine::Of(absl::Time time, Event event, EventFields fields) {
  const EventInfo& info = InfoOf(event);
  nlohmann::ordered_json line = {{"time", Rfc3339(time)},
                                 {"level", ToString(LevelName(info.level))},
                                 {"event", ToString(info.token)}};
  for (const EventField& field : fields) {
    const EventValue& value = field.value;
    switch (value.kind_) {
      case EventValue::kText:
        line[field.name] = std::string(value.text_, value.size_);
        break;
      case EventValue::kNumber:
        line[field.name] = value.number_;
        break;
      case EventValue::kBool:
        line[field.name] = value.number_ != 0;
        break;
      case EventValue::kTime:
        line[field.name] = Rfc3339(value.time_);
        break;
      case EventValue::kDuration:
        line[field.name] = absl::ToDoubleSeconds(value.duration_);
        break;
    }
  }
  return DisplayedJson(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void EventLog::WriteFailure(Event event, const absl::Status& status) {
  WriteFailure(event, status, nullptr, "");
}

void EventLog::WriteFailure(Event event, const absl::Status& status, const char* about_name,
                            EventValue about) {
  const std::string code = absl::StatusCodeToString(status.code());
  const std::optional<Reason> reason = ReasonOf(status);
  const EventField cause =
      reason.has_value() ? EventField{"reason", *reason} : EventField{"code", OwnText(code)};
  const EventField detail = {"detail", OwnText(status.message().substr(0, kDetailBytesMax))};
  if (about_name == nullptr) {
    Write(event, {cause, detail});
  } else {
    Write(event, {{about_name, about}, cause, detail});
  }
}

struct StderrEventLog::Output {
  Output() : logger("events", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
  }
  spdlog::logger logger;
};

StderrEventLog::StderrEventLog(const Clock* clock)
    : clock_(clock), output_(std::make_unique<Output>()) {}
StderrEventLog::~StderrEventLog() = default;

void StderrEventLog::Write(Event event, EventFields fields) {
  if (InfoOf(event).level < lowest_.load(std::memory_order_relaxed)) return;
  const std::string line = EventLine::Of(clock_->Now(), event, fields);
  spdlog::level::level_enum level = spdlog::level::info;
  if (InfoOf(event).level == EventLevel::kWarning) level = spdlog::level::warn;
  if (InfoOf(event).level == EventLevel::kError) level = spdlog::level::err;
  output_->logger.log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace mrg
