#include "gateway/rpc/server/call_environment.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kRequestIdDigits = 32;

// A UUID (RFC 9562) or a trace id (W3C Trace Context 3.2.2.3): 32 hexadecimal digits, hyphens
// between them. Nothing shorter, so that no number of a person's papers passes for one.
bool IsRequestId(absl::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
    if (++digits > kRequestIdDigits) return false;
  }
  return digits == kRequestIdDigits && text.size() <= kRequestIdDigits + 4;
}

// Result: the id that the caller gave the call; empty when it gave none, or what is none.
std::string OwnRequestIdOf(absl::string_view own) {
  return IsRequestId(own) ? std::string(own) : std::string();
}

// What a caller sees as UNAVAILABLE, INTERNAL or DATA_LOSS, or what a library said, whose words the
// caller never sees.
bool IsOurs(const absl::Status& status) {
  return !ReasonOf(status).has_value() || status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kDataLoss ||
         status.code() == absl::StatusCode::kUnavailable;
}

}  // namespace

std::string MethodName::full() const { return absl::StrCat(service.text(), "/", method.text()); }

absl::StatusOr<CallContext> JudgeCaller(const CallPeer& peer, const CallEnvironment& environment,
                                        const MethodName& method, absl::Duration arrived) {
  const absl::Time now = environment.clock->Now();
  const auto judge = [&]() -> absl::StatusOr<Caller> {
    MRG_ASSIGN_OR_RETURN(SpiffeId identity, environment.identity->Of(peer.presented, now));
    Caller caller{std::move(identity), method.full()};
    if (environment.strangers == nullptr) {
      MRG_RETURN_IF_ERROR(environment.authorization->Authorize(caller));
    }
    return caller;
  };
  absl::StatusOr<Caller> caller = judge();
  if (!caller.ok()) {
    environment.connections->Hear(peer.address);
    environment.metrics->RecordRefusedCaller(*ReasonOf(caller.status()));
    environment.failures->WriteRefusedCaller(method.full(), caller.status(), arrived);
    return caller.status();
  }
  if (environment.strangers != nullptr && !environment.authorization->Lists(caller->identity)) {
    environment.connections->Hear(peer.address);
    return CallContext{*std::move(caller), now, arrived, environment.strangers};
  }
  environment.connections->Prove(peer.address);
  return CallContext{*std::move(caller), now, arrived, environment.admission};
}

bool IsOurFailure(const absl::Status& status) { return !status.ok() && IsOurs(status); }

std::string TellFailure(absl::string_view own, const CallEnvironment& environment,
                        const MethodName& method, const absl::Status& status) {
  std::string request_id = OwnRequestIdOf(own);
  if (!IsOurFailure(status)) return request_id;
  if (request_id.empty()) request_id = absl::BytesToHexString(RandomBytes(kRequestIdDigits / 2));
  environment.failures->WriteFailedCall(method.full(), request_id, status,
                                        environment.clock->Monotonic());
  return request_id;
}

void RecordEnd(const CallEnvironment& environment, const MethodName& method, const SpiffeId* caller,
               const CallEnd& end, absl::Duration took) {
  environment.metrics->RecordHandled(method.service, method.method, end.code, took);
  if (caller == nullptr || environment.strangers != nullptr) return;
  if (environment.log == nullptr || !environment.log->IsOn()) return;
  environment.log->Write(
      {method.full(), *caller, RpcMetrics::CodeName(end.code), end.reason, end.request_id, took});
}

}  // namespace mrg
