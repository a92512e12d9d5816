#include "gateway/base/reason.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

constexpr char kReasonPayload[] = "mrg/reason";
constexpr char kFieldPayload[] = "mrg/field";

// A verdict has no status code of its own; when it has to travel inside the process as a status
// (a parser that reports why a signature is refused) it uses this one.
constexpr absl::StatusCode kVerdictCode = absl::StatusCode::kFailedPrecondition;

std::string PayloadOf(const absl::Status& status, absl::string_view url) {
  auto payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

const std::vector<ReasonInfo>& AllReasons() {
  static const auto* const kTable = new std::vector<ReasonInfo>{
#define MRG_REASON(name, token, code, use, en, zh, next_en, next_zh) \
  {Reason::name, token, absl::StatusCode::code, ReasonUse::use, en, zh, next_en, next_zh},
#include "gateway/base/reason_table.inc"
#undef MRG_REASON
  };
  return *kTable;
}

const ReasonInfo& InfoOf(Reason reason) { return AllReasons()[static_cast<size_t>(reason)]; }

std::optional<Reason> ReasonFromToken(absl::string_view token) {
  static const auto* const kByToken = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, Reason>();
    for (const ReasonInfo& info : AllReasons()) map->emplace(info.token, info.reason);
    return map;
  }();
  auto found = kByToken->find(token);
  if (found == kByToken->end()) return std::nullopt;
  return found->second;
}

absl::Status MakeError(Reason reason, absl::string_view detail) {
  const ReasonInfo& info = InfoOf(reason);
  absl::Status status(info.code == absl::StatusCode::kOk ? kVerdictCode : info.code,
                      absl::StrCat(info.token, ": ", detail));
  status.SetPayload(kReasonPayload, absl::Cord(info.token));
  return status;
}

absl::Status MakeFieldError(Reason reason, absl::string_view field, absl::string_view detail) {
  absl::Status status = MakeError(reason, absl::StrCat(field, ": ", detail));
  status.SetPayload(kFieldPayload, absl::Cord(field));
  return status;
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  return ReasonFromToken(PayloadOf(status, kReasonPayload));
}

std::string FieldOf(const absl::Status& status) { return PayloadOf(status, kFieldPayload); }

}  // namespace mrg
