#include "gateway/rpc/server/call_log.h"

#include <string>

namespace mrg {

void CallLog::Write(const EndedCall& call) const {
  const std::string code_name = call.code.text();
  const EventField method = {"method", OwnText(call.method)};
  const EventField caller = {"caller", call.caller};
  const EventField code = {"code", OwnText(code_name)};
  const EventField request_id = {"request_id", OwnText(call.request_id)};
  const EventField ms = {"ms", absl::ToInt64Milliseconds(call.took)};
  if (call.reason.has_value() && !call.request_id.empty()) {
    events_->Write(Event::kCall, {method, caller, code, {"reason", *call.reason}, request_id, ms});
  } else if (call.reason.has_value()) {
    events_->Write(Event::kCall, {method, caller, code, {"reason", *call.reason}, ms});
  } else if (!call.request_id.empty()) {
    events_->Write(Event::kCall, {method, caller, code, request_id, ms});
  } else {
    events_->Write(Event::kCall, {method, caller, code, ms});
  }
}

}  // namespace mrg
