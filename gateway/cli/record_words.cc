#include "gateway/cli/record_words.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/cli/spoken_digest.h"

namespace mrg {
namespace {

absl::Time DecidedAt(const audit::v1::DecisionRecord& record) {
  return absl::FromUnixMicros(record.decided_at_us());
}

void PrintOrUnknown(const std::string& name, Display& out) {
  if (name.empty()) out << "unknown";
  out << name;
}

}  // namespace

std::string FirstReason(const audit::v1::DecisionRecord& record) {
  const audit::v1::Verdict stating =
      record.outcome() == audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS
          ? audit::v1::VERDICT_CONDITION
          : audit::v1::VERDICT_FAILED;
  for (const audit::v1::Check& check : record.checks()) {
    if (check.verdict() == stating && !check.reason().empty()) return check.reason();
  }
  return "";
}

void PrintRecord(const audit::v1::DecisionRecord& record, Display& out) {
  out << "  decided 判定时间: " << DecidedAt(record) << "\n  log 日志: " << record.log_origin()
      << "\n  question 请求: " << record.type_code() << " issued in "
      << record.issuing_jurisdiction() << ", used in " << record.using_jurisdiction()
      << ", scenario " << record.scenario()
      << "\n  outcome 结论: " << OutcomeInWords(record.outcome()) << "\n";
  for (const audit::v1::Check& check : record.checks()) {
    out << "    " << check.check() << ": " << OwnWords(VerdictInWords(check.verdict()));
    if (!check.reason().empty()) out << " " << check.reason();
    out << "\n";
  }
  out << "  rests on 依据:\n";
  for (const audit::v1::RestsOn& role : record.rests_on()) {
    out << "    " << role.publisher() << " " << role.role() << " version " << role.version()
        << " sha256 " << SpokenDigest(role.signed_sha256()) << "\n";
  }
}

void PrintRecordLine(uint64_t index, const audit::v1::DecisionRecord& record, Display& out) {
  out << index << "  " << DecidedAt(record) << "  " << OutcomeInWords(record.outcome());
  const std::string reason = FirstReason(record);
  if (!reason.empty()) out << ", " << reason;
  out << "  type 类型 ";
  PrintOrUnknown(record.type_code(), out);
  out << ", issued in 签发地 " << record.issuing_jurisdiction() << ", used in 使用地 "
      << record.using_jurisdiction() << ", scenario 场景 ";
  PrintOrUnknown(record.scenario(), out);
  out << "\n";
}

ShownJson RecordJson(uint64_t index, const audit::v1::DecisionRecord& record) {
  ShownJson json = {{"index", index},
                    {"log", record.log_origin()},
                    {"decidedAt", JsonTime(DecidedAt(record))},
                    {"outcome", OutcomeToken(record.outcome())},
                    {"reason", FirstReason(record)},
                    {"typeCode", record.type_code()},
                    {"issuingJurisdiction", record.issuing_jurisdiction()},
                    {"usingJurisdiction", record.using_jurisdiction()},
                    {"scenario", record.scenario()},
                    {"form", record.form()},
                    {"algorithm", record.algorithm()},
                    {"rulesVersion", record.rules_version()}};
  json["checks"] = ShownJson::array();
  for (const audit::v1::Check& check : record.checks()) {
    const std::string& name = audit::v1::Verdict_Name(check.verdict());
    json["checks"].push_back({{"check", check.check()},
                              {"verdict", std::string(absl::StripPrefix(name, "VERDICT_"))},
                              {"reason", check.reason()}});
  }
  json["conditions"] = ShownJson::array();
  for (const std::string& id : record.agreement_conditions()) json["conditions"].push_back(id);
  json["restsOn"] = ShownJson::array();
  for (const audit::v1::RestsOn& role : record.rests_on()) {
    json["restsOn"].push_back({{"publisher", role.publisher()},
                               {"role", role.role()},
                               {"version", role.version()},
                               {"signedSha256", absl::BytesToHexString(role.signed_sha256())}});
  }
  return json;
}

}  // namespace mrg
