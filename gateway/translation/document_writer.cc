#include "gateway/translation/document_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/translation/chinese_amount.h"
#include "gateway/translation/date_layout.h"
#include "gateway/translation/strict_json.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using gateway::v1::PackField;
using gateway::v1::Value;

// Room for the largest sample, so that most documents are written without growing the buffer.
constexpr size_t kUsualDocumentBytes = 2048;

// What became of an element on the way.
struct Fate {
  gateway::v1::ElementOutcome outcome = gateway::v1::ELEMENT_OUTCOME_LOST;
  std::optional<Reason> reason = Reason::kElementNotInStandard;
};

constexpr Fate kGiven = {gateway::v1::ELEMENT_OUTCOME_GIVEN, std::nullopt};
constexpr Fate kNarrowed = {gateway::v1::ELEMENT_OUTCOME_NARROWED, Reason::kValueNarrowed};
constexpr Fate kNotInStandard = {gateway::v1::ELEMENT_OUTCOME_LOST, Reason::kElementNotInStandard};
constexpr Fate kCodeUnknown = {gateway::v1::ELEMENT_OUTCOME_LOST, Reason::kCodeUnknown};

bool IsLost(const Fate& fate) { return fate.outcome == gateway::v1::ELEMENT_OUTCOME_LOST; }

// Each of these appends one value as JSON; when the fate is LOST what they appended is to be taken
// back.
Fate AppendDate(const PackPlace& place, const Value& value, std::string* out) {
  if (!IsDateText(value.date())) return kNotInStandard;
  AppendJsonText(WriteDate(value.date(), place.date_layouts.front()), out);
  return kGiven;
}

Fate AppendInteger(const PackPlace& place, const Value& value, std::string* out) {
  if (value.kind_case() != Value::kInteger) return kNotInStandard;
  const absl::string_view quote = place.integer_as_text ? "\"" : "";
  absl::StrAppend(out, quote, value.integer(), quote);
  return kGiven;
}

Fate AppendDecimal(const PackPlace& place, const Value& value, std::string* out) {
  if (value.kind_case() != Value::kDecimal) return kNotInStandard;
  if (place.decimal_layout == gateway::v1::DECIMAL_LAYOUT_CHINESE_CAPITAL) {
    const std::optional<std::string> numeral = WriteChineseAmount(value.decimal());
    if (!numeral.has_value()) return kNotInStandard;
    AppendJsonText(*numeral, out);
    return kGiven;
  }
  out->append("{\"value\":");
  AppendJsonText(value.decimal().value(), out);
  out->append(",\"unit\":");
  AppendJsonText(value.decimal().unit(), out);
  out->append(",\"currency\":");
  AppendJsonText(value.decimal().currency(), out);
  out->push_back('}');
  return kGiven;
}

// Result: the text for a code; null when the standard has none.
const PackCodeTable::Written* TextOf(const PackPlace& place, const Value& value) {
  const auto found = place.table->text_by_code.find(value.code().value());
  return found == place.table->text_by_code.end() ? nullptr : &found->second;
}

Fate AppendCode(const PackPlace& place, const Value& value, std::string* out) {
  const PackCodeTable::Written* written = TextOf(place, value);
  if (written == nullptr) return kCodeUnknown;
  AppendJsonText(written->text, out);
  return written->exact ? kGiven : kNarrowed;
}

Fate AppendOne(const PackPlace& place, const Value& value, std::string* out) {
  switch (place.form) {
    case PackField::kText:
      if (value.kind_case() != Value::kText) return kNotInStandard;
      AppendJsonText(value.text(), out);
      return kGiven;
    case PackField::kDate:
      return AppendDate(place, value, out);
    case PackField::kCode:
      return AppendCode(place, value, out);
    case PackField::kInteger:
      return AppendInteger(place, value, out);
    case PackField::kDecimal:
      return AppendDecimal(place, value, out);
    default:
      return kNotInStandard;
  }
}

// Several codes in one place.
Fate AppendCodes(const PackPlace& place, const Element& element, std::string* out) {
  const bool array = place.code_layout == gateway::v1::CODE_LAYOUT_ARRAY;
  Fate fate = kGiven;
  std::string joined;
  for (const Value& value : element.values()) {
    const PackCodeTable::Written* written = TextOf(place, value);
    if (written == nullptr) return kCodeUnknown;
    if (!written->exact) fate = kNarrowed;
    if (array) {
      if (!joined.empty()) joined.push_back(',');
      AppendJsonText(written->text, &joined);
    } else {
      joined.append(written->text);
    }
  }
  if (array) {
    absl::StrAppend(out, "[", joined, "]");
  } else {
    AppendJsonText(joined, out);
  }
  return fate;
}

// The whole element in one place.
Fate AppendElement(const PackPlace& place, const Element& element, std::string* out) {
  if (element.long_term()) {
    if (place.long_term_text.empty()) return kNotInStandard;
    AppendJsonText(place.long_term_text, out);
    return kGiven;
  }
  if (place.form == PackField::kCode && place.code_layout != gateway::v1::CODE_LAYOUT_UNSPECIFIED) {
    return AppendCodes(place, element, out);
  }
  // The first of several values would be a guess at which one matters.
  if (element.values_size() != 1) return kNotInStandard;
  return AppendOne(place, element.values(0), out);
}

class Writer {
 public:
  Writer(const PackProgram& program, const std::vector<Element>& elements,
         const std::set<std::string>& released)
      : program_(program),
        released_(released),
        elements_(program.element_ids.size(), nullptr),
        fates_(program.element_ids.size(), kNotInStandard) {
    for (const Element& element : elements) {
      if (element.values().empty() && !element.long_term()) continue;
      if (released.count(element.id()) == 0) continue;
      const auto slot = program.slot_by_id.find(element.id());
      if (slot == program.slot_by_id.end()) {
        without_place_.insert(element.id());
      } else {
        elements_[slot->second] = &element;
      }
    }
  }

  WriteResult Write() {
    WriteResult result;
    result.document.reserve(kUsualDocumentBytes);
    WriteMembers(program_.places, &result.document);
    result.reports.reserve(released_.size());
    for (const std::string& id : released_) result.reports.push_back(ReportOn(id));
    return result;
  }

 private:
  // Result: true when at least one member was written.
  bool WriteMembers(const std::vector<PackPlace>& places, std::string* out) {
    out->push_back('{');
    bool any = false;
    for (const PackPlace& place : places) {
      const size_t mark = out->size();
      if (any) out->push_back(',');
      out->append(place.key);
      if (WriteMember(place, out)) {
        any = true;
      } else {
        out->resize(mark);
      }
    }
    out->push_back('}');
    return any;
  }

  // Result: false when there is nothing to write; what was appended is then to be taken back.
  bool WriteMember(const PackPlace& place, std::string* out) {
    switch (place.form) {
      case PackField::kIgnored:
        return false;
      case PackField::kConstant:
        AppendJsonText(place.constant, out);
        return true;
      case PackField::kObject:
      case PackField::kRows:
      case PackField::kNameValue: {
        if (!place.json_text) return WriteContainer(place, out);
        std::string inner;
        if (!WriteContainer(place, &inner)) return false;
        AppendJsonText(inner, out);
        return true;
      }
      default:
        return WriteValue(place, out);
    }
  }

  bool WriteValue(const PackPlace& place, std::string* out) {
    const size_t mark = out->size();
    const Element* element = elements_[place.slot];
    if (element != nullptr) {
      fates_[place.slot] = AppendElement(place, *element, out);
      if (!IsLost(fates_[place.slot])) return true;
      out->resize(mark);
    }
    if (!place.empty_when_absent) return false;
    out->append("\"\"");
    return true;
  }

  bool WriteContainer(const PackPlace& place, std::string* out) {
    if (place.form == PackField::kObject) return WriteMembers(place.places, out);
    return place.form == PackField::kRows ? WriteRows(place, out) : WriteNameValues(place, out);
  }

  // Row n holds the n-th value of each column; a column with a value that the standard cannot hold
  // is left out of every row.
  bool WriteRows(const PackPlace& rows, std::string* out) {
    std::vector<std::vector<std::string>> columns;
    size_t count = 0;
    for (const PackPlace& place : rows.places) {
      columns.push_back(place.slot < 0 ? std::vector<std::string>() : Column(place));
      count = std::max(count, columns.back().size());
    }
    if (count == 0) return false;
    for (size_t row = 0; row < count; ++row) {
      out->push_back(row == 0 ? '[' : ',');
      char before = '{';
      for (size_t i = 0; i < columns.size(); ++i) {
        const PackPlace& place = rows.places[i];
        if (place.form == PackField::kIgnored) continue;
        if (place.slot >= 0 && row >= columns[i].size()) continue;
        out->push_back(before);
        before = ',';
        out->append(place.key);
        if (place.slot < 0) {
          AppendJsonText(place.constant, out);
        } else {
          out->append(columns[i][row]);
        }
      }
      out->push_back('}');
    }
    out->push_back(']');
    return true;
  }

  // Result: the values of a column as JSON; empty when there are none or one cannot be held.
  std::vector<std::string> Column(const PackPlace& place) {
    std::vector<std::string> texts;
    const Element* element = elements_[place.slot];
    if (element == nullptr || element->long_term()) return texts;
    Fate fate = kGiven;
    for (const Value& value : element->values()) {
      texts.emplace_back();
      const Fate of_value = AppendOne(place, value, &texts.back());
      if (of_value.outcome != gateway::v1::ELEMENT_OUTCOME_GIVEN) fate = of_value;
      if (IsLost(of_value)) {
        texts.clear();
        break;
      }
    }
    fates_[place.slot] = fate;
    return texts;
  }

  bool WriteNameValues(const PackPlace& list, std::string* out) {
    out->push_back('[');
    bool any = false;
    for (const PackPlace& place : list.places) {
      if (place.form == PackField::kIgnored) continue;
      const size_t mark = out->size();
      if (any) out->push_back(',');
      out->append(place.key);
      if (WriteValue(place, out)) {
        out->push_back('}');
        any = true;
      } else {
        out->resize(mark);
      }
    }
    out->push_back(']');
    return any;
  }

  gateway::v1::ElementReport ReportOn(const std::string& id) const {
    gateway::v1::ElementReport report;
    report.set_element_id(id);
    const auto slot = program_.slot_by_id.find(id);
    Fate fate = {gateway::v1::ELEMENT_OUTCOME_ABSENT, Reason::kElementNotInDocument};
    if (slot == program_.slot_by_id.end()) {
      if (without_place_.count(id) != 0) fate = kNotInStandard;
    } else if (elements_[slot->second] != nullptr) {
      fate = fates_[slot->second];
      if (!IsLost(fate)) report.set_path(program_.paths[slot->second]);
    }
    report.set_outcome(fate.outcome);
    if (fate.reason.has_value()) report.set_reason(std::string(TokenOf(*fate.reason)));
    return report;
  }

  const PackProgram& program_;
  const std::set<std::string>& released_;
  std::vector<const Element*> elements_;  // by slot; null when absent or not released
  std::vector<Fate> fates_;               // by slot
  std::set<std::string> without_place_;
};

}  // namespace

WriteResult WriteByProgram(const PackProgram& program, const std::vector<Element>& elements,
                           const std::set<std::string>& released) {
  return Writer(program, elements, released).Write();
}

}  // namespace mrg
