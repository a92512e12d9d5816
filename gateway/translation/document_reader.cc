#include "gateway/translation/document_reader.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/translation/chinese_amount.h"
#include "gateway/translation/date_layout.h"
#include "gateway/translation/strict_json.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using gateway::v1::PackField;

constexpr int64_t kIntegerMax = int64_t{1} << 53;  // RFC 7493 2.2

// Finds members in the order of the pack, which most documents follow: the next one is tried first.
class MemberFinder {
 public:
  explicit MemberFinder(const JsonValue& object) : object_(object) {}

  const JsonValue* Find(absl::string_view name) {
    const auto& members = object_.members;
    if (next_ < members.size() && members[next_].name == name) return &members[next_++].value;
    for (size_t i = 0; i < members.size(); ++i) {
      if (members[i].name != name) continue;
      next_ = i + 1;
      return &members[i].value;
    }
    return nullptr;
  }

 private:
  const JsonValue& object_;
  size_t next_ = 0;
};

bool IsText(const JsonValue& value) { return value.kind == JsonValue::Kind::kText; }

// [-]digits within 2^53, no leading zeros, no "-0".
std::optional<int64_t> ReadInteger(absl::string_view text) {
  const absl::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      (digits[0] == '0' && text.size() > 1)) {
    return std::nullopt;
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number > kIntegerMax || number < -kIntegerMax) {
    return std::nullopt;
  }
  return number;
}

// An element in the making.
struct Reading {
  Element element;
  gateway::v1::PairAccuracy accuracy = gateway::v1::PAIR_ACCURACY_EXACT;
};

// Appends one code. Result: why not.
std::optional<Reason> AddCode(const PackPlace& place, absl::string_view text, Reading* reading) {
  const auto found = place.table->code_by_text.find(text);
  if (found == place.table->code_by_text.end()) return Reason::kCodeUnknown;
  gateway::v1::Code* code = reading->element.add_values()->mutable_code();
  code->set_list(place.code_list->id());
  code->set_value(found->second.code);
  if (reading->accuracy == gateway::v1::PAIR_ACCURACY_EXACT) {
    reading->accuracy = found->second.accuracy;
  }
  return std::nullopt;
}

// The texts begin differently (pack_checks), so that at most one fits at each point.
std::optional<Reason> AddJoinedCodes(const PackPlace& place, absl::string_view text,
                                     Reading* reading) {
  while (!text.empty()) {
    size_t size = std::min(text.size(), place.table->text_bytes_max);
    while (size > 0 && !place.table->code_by_text.contains(text.substr(0, size))) --size;
    if (size == 0) return Reason::kCodeUnknown;
    if (auto refusal = AddCode(place, text.substr(0, size), reading)) return refusal;
    text.remove_prefix(size);
  }
  return std::nullopt;
}

std::optional<Reason> AddCodes(const PackPlace& place, const JsonValue& value, Reading* reading) {
  if (place.code_layout != gateway::v1::CODE_LAYOUT_ARRAY) {
    if (!IsText(value)) return Reason::kElementMalformed;
    return place.code_layout == gateway::v1::CODE_LAYOUT_JOINED
               ? AddJoinedCodes(place, value.text, reading)
               : AddCode(place, value.text, reading);
  }
  if (value.kind != JsonValue::Kind::kArray) return Reason::kElementMalformed;
  for (const JsonValue& item : value.items) {
    if (!IsText(item)) return Reason::kElementMalformed;
    if (auto refusal = AddCode(place, item.text, reading)) return refusal;
  }
  return std::nullopt;
}

std::optional<Reason> AddDate(const PackPlace& place, const JsonValue& value, Element* element) {
  if (!IsText(value)) return Reason::kElementMalformed;
  if (!place.long_term_text.empty() && value.text == place.long_term_text) {
    element->set_long_term(true);
    return std::nullopt;
  }
  for (const gateway::v1::DateLayout layout : place.date_layouts) {
    if (std::optional<std::string> date = ReadDate(value.text, layout)) {
      element->add_values()->set_date(*std::move(date));
      return std::nullopt;
    }
  }
  return Reason::kElementMalformed;
}

std::optional<Reason> AddDecimal(const PackPlace& place, const JsonValue& value, Element* element) {
  if (place.decimal_layout == gateway::v1::DECIMAL_LAYOUT_CHINESE_CAPITAL) {
    if (!IsText(value)) return Reason::kElementMalformed;
    std::optional<gateway::v1::Decimal> amount = ReadChineseAmount(value.text);
    if (!amount.has_value()) return Reason::kElementMalformed;
    *element->add_values()->mutable_decimal() = *std::move(amount);
    return std::nullopt;
  }
  const JsonValue* number = value.Find("value");
  const JsonValue* unit = value.Find("unit");
  const JsonValue* currency = value.Find("currency");
  if (number == nullptr || unit == nullptr || currency == nullptr || value.members.size() != 3 ||
      !IsText(*number) || !IsText(*unit) || !IsText(*currency) || !IsDecimalText(number->text)) {
    return Reason::kElementMalformed;
  }
  gateway::v1::Decimal* amount = element->add_values()->mutable_decimal();
  amount->set_value(number->text);
  amount->set_unit(unit->text);
  amount->set_currency(currency->text);
  return std::nullopt;
}

// Appends what `value` says. Result: why it does not parse as declared.
std::optional<Reason> AddValue(const PackPlace& place, const JsonValue& value, Reading* reading) {
  Element* const element = &reading->element;
  switch (place.form) {
    case PackField::kText:
      if (!IsText(value) || value.text.empty()) return Reason::kElementMalformed;
      element->add_values()->set_text(value.text);
      return std::nullopt;
    case PackField::kDate:
      return AddDate(place, value, element);
    case PackField::kCode:
      return AddCodes(place, value, reading);
    case PackField::kInteger: {
      const JsonValue::Kind kind =
          place.integer_as_text ? JsonValue::Kind::kText : JsonValue::Kind::kNumber;
      if (value.kind != kind) return Reason::kElementMalformed;
      const std::optional<int64_t> number = ReadInteger(value.text);
      if (!number.has_value()) return Reason::kElementMalformed;
      element->add_values()->set_integer(*number);
      return std::nullopt;
    }
    case PackField::kDecimal:
      return AddDecimal(place, value, element);
    default:
      return Reason::kElementMalformed;
  }
}

bool IsEmptyText(const JsonValue& value) { return IsText(value) && value.text.empty(); }

// Result: the path, cut between characters when it is too long.
std::string BoundedPath(std::string path) {
  constexpr absl::string_view kCut = "…";
  if (path.size() <= kUndeclaredPathBytesMax) return path;
  size_t end = kUndeclaredPathBytesMax - kCut.size();
  while ((static_cast<unsigned char>(path[end]) & 0xC0) == 0x80) --end;
  path.resize(end);
  return absl::StrCat(path, kCut);
}

class Reader {
 public:
  explicit Reader(const PackProgram& program) : program_(program) {
    result_.elements.reserve(program.element_ids.size());
    result_.paths.reserve(program.element_ids.size());
    result_.accuracies.reserve(program.element_ids.size());
  }

  absl::StatusOr<ReadResult> Read(absl::string_view document) {
    MRG_ASSIGN_OR_RETURN(const JsonValue root, ParseStrictJson(document));
    if (root.kind != JsonValue::Kind::kObject) {
      return MakeError(Reason::kDocumentMalformed, "expected one JSON object");
    }
    MRG_RETURN_IF_ERROR(ReadMembers(program_.places, root, ""));
    return std::move(result_);
  }

 private:
  // `path` of the object, empty at the top.
  absl::Status ReadMembers(const std::vector<PackPlace>& places, const JsonValue& object,
                           const std::string& path) {
    MemberFinder finder(object);
    size_t known = 0;
    for (const PackPlace& place : places) {
      const JsonValue* value = finder.Find(place.name);
      if (value != nullptr) ++known;
      MRG_RETURN_IF_ERROR(ReadPlace(place, value));
    }
    if (known != object.members.size()) NoteUndeclared(places, {}, object, path);
    return absl::OkStatus();
  }

  // `value` is null when the document has nothing there.
  absl::Status ReadPlace(const PackPlace& place, const JsonValue* value) {
    switch (place.form) {
      case PackField::kIgnored:
        return absl::OkStatus();
      case PackField::kConstant:
        if (auto refusal = ConstantRefusal(place, value)) Note("", place.path, *refusal);
        return absl::OkStatus();
      case PackField::kObject:
      case PackField::kRows:
      case PackField::kNameValue:
        return value == nullptr ? absl::OkStatus() : ReadContainer(place, *value);
      default:
        if (value == nullptr || (place.empty_when_absent && IsEmptyText(*value))) {
          return absl::OkStatus();
        }
        Read(place, *value);
        return absl::OkStatus();
    }
  }

  void Read(const PackPlace& place, const JsonValue& value) {
    Reading reading;
    if (auto refusal = AddValue(place, value, &reading)) {
      Note(place.element_id, place.path, *refusal);
    } else {
      Give(place, std::move(reading));
    }
  }

  absl::Status ReadContainer(const PackPlace& place, const JsonValue& value) {
    if (!place.json_text) return ReadDecoded(place, value);
    if (!IsText(value)) {
      Note("", place.path, Reason::kElementMalformed);
      return absl::OkStatus();
    }
    absl::StatusOr<JsonValue> inner = ParseStrictJson(value.text);
    if (!inner.ok()) {
      return MakeError(Reason::kDocumentMalformed,
                       absl::StrCat("JSON inside ", place.path, ": ", inner.status().message()));
    }
    return ReadDecoded(place, *inner);
  }

  absl::Status ReadDecoded(const PackPlace& place, const JsonValue& value) {
    const JsonValue::Kind kind =
        place.form == PackField::kObject ? JsonValue::Kind::kObject : JsonValue::Kind::kArray;
    if (value.kind != kind) {
      Note("", place.path, Reason::kElementMalformed);
      return absl::OkStatus();
    }
    if (place.form == PackField::kObject) return ReadMembers(place.places, value, place.path);
    for (size_t i = 0; i < value.items.size(); ++i) {
      if (value.items[i].kind == JsonValue::Kind::kObject) continue;
      Note("", absl::StrCat(place.path, ".", i), Reason::kElementMalformed);
      return absl::OkStatus();
    }
    if (place.form == PackField::kRows) {
      ReadRows(place, value.items);
    } else {
      ReadNameValues(place, value.items);
    }
    return absl::OkStatus();
  }

  void ReadRows(const PackPlace& rows, const std::vector<JsonValue>& items) {
    for (const PackPlace& column : rows.places) {
      if (column.form == PackField::kIgnored) continue;
      if (column.form == PackField::kConstant) {
        for (size_t i = 0; i < items.size(); ++i) {
          CheckRowConstant(rows, i, column, items[i]);
        }
      } else {
        ReadColumn(rows, column, items);
      }
    }
    for (size_t i = 0; i < items.size(); ++i) {
      NoteUndeclared(rows.places, {}, items[i], absl::StrCat(rows.path, ".", i));
    }
  }

  // The n-th value belongs to the n-th row, so that a column is there in every row or in none.
  void ReadColumn(const PackPlace& rows, const PackPlace& column,
                  const std::vector<JsonValue>& items) {
    Reading reading;
    std::optional<size_t> first_without;
    bool any = false;
    for (size_t i = 0; i < items.size(); ++i) {
      const JsonValue* value = items[i].Find(column.name);
      if (value == nullptr) {
        if (!first_without.has_value()) first_without = i;
        continue;
      }
      any = true;
      if (auto refusal = AddValue(column, *value, &reading)) {
        return Note(column.element_id, RowPath(rows, i, column.name), *refusal);
      }
    }
    if (!any) return;
    if (first_without.has_value()) {
      return Note(column.element_id, RowPath(rows, *first_without, column.name),
                  Reason::kElementMissing);
    }
    // 长期 has no place among values that are counted by row.
    if (reading.element.long_term() && reading.element.values_size() != 0) {
      return Note(column.element_id, column.path, Reason::kElementMalformed);
    }
    Give(column, std::move(reading));
  }

  void ReadNameValues(const PackPlace& list, const std::vector<JsonValue>& items) {
    std::vector<const JsonValue*> rows(list.places.size(), nullptr);
    std::vector<bool> twice(list.places.size(), false);
    size_t next = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      const JsonValue* name = items[i].Find(list.name_member);
      if (name == nullptr || !IsText(*name)) {
        Note("", RowPath(list, i, list.name_member), Reason::kElementMalformed);
        continue;
      }
      const std::optional<size_t> index = IndexOf(list.places, name->text, next);
      if (!index.has_value()) {
        NoteUndeclared(absl::StrCat(list.path, ".", name->text));
        continue;
      }
      next = *index + 1;
      if (rows[*index] != nullptr) twice[*index] = true;
      rows[*index] = &items[i];
      for (const PackPlace& constant : list.constants) {
        CheckRowConstant(list, i, constant, items[i]);
      }
      NoteUndeclared(list.constants, {list.name_member, list.value_member}, items[i],
                     absl::StrCat(list.path, ".", i));
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      const PackPlace& place = list.places[i];
      if (rows[i] == nullptr || place.form == PackField::kIgnored) continue;
      const JsonValue* value = rows[i]->Find(list.value_member);
      if (twice[i]) {
        Note(place.element_id, place.path, Reason::kElementMalformed);
      } else if (value == nullptr) {
        Note(place.element_id, place.path, Reason::kElementMissing);
      } else if (!(place.empty_when_absent && IsEmptyText(*value))) {
        Read(place, *value);
      }
    }
  }

  // Result: the place with this name, `next` tried first.
  static std::optional<size_t> IndexOf(const std::vector<PackPlace>& places, absl::string_view name,
                                       size_t next) {
    if (next < places.size() && places[next].name == name) return next;
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i].name == name) return i;
    }
    return std::nullopt;
  }

  // Result: why the member does not hold the constant; nullopt when it does.
  static std::optional<Reason> ConstantRefusal(const PackPlace& place, const JsonValue* value) {
    if (value == nullptr) return Reason::kElementMissing;
    if (!IsText(*value) || value->text != place.constant) return Reason::kElementMalformed;
    return std::nullopt;
  }

  void CheckRowConstant(const PackPlace& rows, size_t index, const PackPlace& place,
                        const JsonValue& row) {
    if (place.form == PackField::kIgnored) return;
    if (auto refusal = ConstantRefusal(place, row.Find(place.name))) {
      Note("", RowPath(rows, index, place.name), *refusal);
    }
  }

  void NoteUndeclared(const std::vector<PackPlace>& places,
                      std::initializer_list<absl::string_view> others, const JsonValue& object,
                      const std::string& path) {
    for (const auto& [name, value] : object.members) {
      if (IsDeclared(places, others, name)) continue;
      NoteUndeclared(path.empty() ? name : absl::StrCat(path, ".", name));
    }
  }

  void NoteUndeclared(std::string path) {
    ++result_.undeclared_count;
    if (result_.undeclared.size() == kUndeclaredPathsMax) return;
    result_.undeclared.push_back(BoundedPath(std::move(path)));
  }

  static bool IsDeclared(const std::vector<PackPlace>& places,
                         std::initializer_list<absl::string_view> others, absl::string_view name) {
    return std::find(others.begin(), others.end(), name) != others.end() ||
           std::any_of(places.begin(), places.end(),
                       [&](const PackPlace& place) { return place.name == name; });
  }

  static std::string RowPath(const PackPlace& rows, size_t index, absl::string_view name) {
    return absl::StrCat(rows.path, ".", index, ".", name);
  }

  void Note(const std::string& element_id, const std::string& path, Reason reason) {
    result_.issues.push_back({element_id, path, reason});
  }

  // An element without values says nothing, as an empty array does.
  void Give(const PackPlace& place, Reading reading) {
    if (reading.element.values().empty() && !reading.element.long_term()) return;
    reading.element.set_id(place.element_id);
    result_.elements.push_back(std::move(reading.element));
    result_.paths.push_back(place.path);
    result_.accuracies.push_back(reading.accuracy);
  }

  const PackProgram& program_;
  ReadResult result_;
};

}  // namespace

absl::StatusOr<ReadResult> ReadByProgram(const PackProgram& program, absl::string_view document) {
  return Reader(program).Read(document);
}

}  // namespace mrg
