#include "gateway/cli/outcome_words.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using Json = nlohmann::ordered_json;

const char* OutcomeInChinese(audit::v1::Outcome outcome) {
  switch (outcome) {
    case audit::v1::OUTCOME_RECOGNIZED:
      return "予以互认";
    case audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS:
      return "附条件互认";
    case audit::v1::OUTCOME_NOT_RECOGNIZED:
      return "不予互认";
    case audit::v1::OUTCOME_NO_RULE:
      return "无适用规则";
    case audit::v1::OUTCOME_STALE_TRUST:
      return "信任清单失效，暂不能判定";
    default:
      return "未知";
  }
}

// A text that is JSON itself is shown as what it holds ("string in string").
void PrintValue(const std::string& path, const Json& value, Display& out) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      PrintValue(path.empty() ? name : absl::StrCat(path, ".", name), member, out);
    }
    return;
  }
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    if (!text.empty() && (text.front() == '[' || text.front() == '{')) {
      const Json inner = Json::parse(text, nullptr, /*allow_exceptions=*/false);
      if (inner.is_structured()) return PrintValue(path, inner, out);
    }
    out << "    " << path << " = " << text << "\n";
    return;
  }
  if (value.is_array() && !value.empty() && value.front().is_object()) {
    int row = 0;
    for (const Json& item : value) {
      if (item.contains("name") && item.contains("value") && item["value"].is_string() &&
          item["name"].is_string()) {
        out << "    " << path << "." << item["name"].get<std::string>() << " = "
            << item["value"].get<std::string>() << "\n";
      } else {
        PrintValue(absl::StrCat(path, ".", row), item, out);
      }
      ++row;
    }
    return;
  }
  out << "    " << path << " = " << value.dump() << "\n";
}

}  // namespace

std::string OutcomeToken(audit::v1::Outcome outcome) {
  return std::string(absl::StripPrefix(audit::v1::Outcome_Name(outcome), "OUTCOME_"));
}

std::string OutcomeInWords(audit::v1::Outcome outcome) {
  return absl::StrCat(OutcomeToken(outcome), " ", OutcomeInChinese(outcome));
}

const char* VerdictInWords(audit::v1::Verdict verdict) {
  switch (verdict) {
    case audit::v1::VERDICT_PASSED:
      return "passed";
    case audit::v1::VERDICT_FAILED:
      return "FAILED";
    case audit::v1::VERDICT_CONDITION:
      return "condition";
    default:
      return "not evaluated";
  }
}

const char* ElementOutcomeInWords(gateway::v1::ElementOutcome outcome) {
  switch (outcome) {
    case gateway::v1::ELEMENT_OUTCOME_NARROWED:
      return "given with another meaning 含义有变";
    case gateway::v1::ELEMENT_OUTCOME_WITHHELD:
      return "withheld 不予提供";
    case gateway::v1::ELEMENT_OUTCOME_LOST:
      return "no place for it 目标标准无此项";
    case gateway::v1::ELEMENT_OUTCOME_ABSENT:
      return "not had from the document 原件未能提供";
    case gateway::v1::ELEMENT_OUTCOME_UNDECLARED:
      return "not declared, not read 未声明，未读取";
    default:
      return "given 已提供";
  }
}

void PrintTranslation(const std::string& standard, const std::string& document,
                      const google::protobuf::RepeatedPtrField<gateway::v1::ElementReport>& reports,
                      Display& out) {
  out << "  translated to 译为 " << standard << ":\n";
  const Json json = Json::parse(document, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    out << "    " << document << "\n";
  } else {
    PrintValue("", json, out);
  }
  for (const gateway::v1::ElementReport& report : reports) {
    if (report.outcome() == gateway::v1::ELEMENT_OUTCOME_GIVEN) continue;
    out << "    - " << report.element_id() << ": "
        << OwnWords(ElementOutcomeInWords(report.outcome())) << " " << report.reason() << "\n";
  }
}

void PrintUndeclared(const gateway::v1::UndeclaredMembers& members, Display& out) {
  for (const gateway::v1::ElementReport& report : members.reports()) {
    out << "    - " << report.path() << ": " << OwnWords(ElementOutcomeInWords(report.outcome()))
        << " " << report.reason() << "\n";
  }
  const int64_t others = int64_t{members.count()} - members.reports_size();
  if (others > 0) out << "    - and " << others << " more 另有 " << others << " 项\n";
}

}  // namespace mrg
