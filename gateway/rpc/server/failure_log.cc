#include "gateway/rpc/server/failure_log.h"

#include <optional>
#include <utility>

#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr size_t kDetailBytesMax = 512;
constexpr absl::Duration kUnheardEvery = absl::Minutes(1);

}  // namespace

bool LineRate::Take(absl::Duration now) {
  if (now - second_ >= absl::Seconds(1) || now < second_) {
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= lines_max_) {
    ++suppressed_;
    return false;
  }
  ++lines_;
  return true;
}

int64_t LineRate::TakeSuppressed() { return std::exchange(suppressed_, 0); }

void FailureLog::WriteFailedCall(const std::string& method, const std::string& request_id,
                                 const absl::Status& status, absl::Duration now) {
  int64_t suppressed = 0;
  {
    MutexLock lock(mu_);
    if (!failed_.Take(now)) return;
    suppressed = failed_.TakeSuppressed();
  }
  const std::string code = absl::StatusCodeToString(status.code());
  const std::optional<Reason> reason = ReasonOf(status);
  const EventField cause =
      reason.has_value() ? EventField{"reason", *reason} : EventField{"code", OwnText(code)};
  events_->Write(Event::kCallFailed,
                 {{"method", OwnText(method)},
                  cause,
                  {"detail", OwnText(status.message().substr(0, kDetailBytesMax))},
                  {"request_id", OwnText(request_id)},
                  {"suppressed", suppressed}});
}

void FailureLog::WriteRefusedCaller(const std::string& method, const absl::Status& status,
                                    absl::Duration now) {
  int64_t suppressed = 0;
  {
    MutexLock lock(mu_);
    if (!refused_.Take(now)) return;
    suppressed = refused_.TakeSuppressed();
  }
  events_->Write(
      Event::kCallerRefused,
      {{"method", OwnText(method)}, {"reason", *ReasonOf(status)}, {"suppressed", suppressed}});
}

void FailureLog::WriteRefusedConnection(const std::string& listener, const std::string& why,
                                        absl::Duration now) {
  int64_t suppressed = 0;
  {
    MutexLock lock(mu_);
    if (!connections_.Take(now)) return;
    suppressed = connections_.TakeSuppressed();
  }
  events_->Write(
      Event::kConnectionsRefused,
      {{"listener", OwnText(listener)}, {"why", OwnText(why)}, {"suppressed", suppressed}});
}

void FailureLog::CountUnheardConnections(const std::string& listener, uint64_t count,
                                         absl::Duration now) {
  int64_t connections = 0;
  {
    MutexLock lock(mu_);
    Untold& untold = unheard_[listener];
    untold.count += static_cast<int64_t>(count);
    if (untold.count == 0 || now - untold.told < kUnheardEvery) return;
    untold.told = now;
    connections = std::exchange(untold.count, 0);
  }
  events_->Write(Event::kConnectionsUnheard,
                 {{"listener", OwnText(listener)}, {"connections", connections}});
}

}  // namespace mrg
