#include "gateway/translation/strict_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr int64_t kIntegerMax = int64_t{1} << 53;  // RFC 7493 2.2

// Objects up to this size are compared pair by pair, which is faster than sorting.
constexpr size_t kPairwiseMax = 16;

bool HasNameTwice(const JsonValue& object) {
  const auto& members = object.members;
  if (members.size() <= kPairwiseMax) {
    for (size_t i = 1; i < members.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (members[i].name == members[j].name) return true;
      }
    }
    return false;
  }
  std::vector<absl::string_view> names;
  names.reserve(members.size());
  for (const auto& member : members) names.push_back(member.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// Builds the tree from the parser's events. Returning false stops the parser, so no limit is ever
// passed by more than one event.
class TreeBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  // The events of nlohmann's SAX interface, by its names.
  bool null() { return Add(JsonValue::Kind::kNull) != nullptr; }
  bool boolean(bool value) {
    JsonValue* added = Add(JsonValue::Kind::kBoolean);
    if (added != nullptr) added->boolean = value;
    return added != nullptr;
  }
  bool number_integer(number_integer_t value) {
    return value >= -kIntegerMax ? AddNumber(absl::StrCat(value)) : Fault("number beyond 2^53");
  }
  bool number_unsigned(number_unsigned_t value) {
    return value <= static_cast<uint64_t>(kIntegerMax) ? AddNumber(absl::StrCat(value))
                                                       : Fault("number beyond 2^53");
  }
  bool number_float(number_float_t value, const string_t& text) {
    if (!std::isfinite(value) || std::fabs(value) > static_cast<double>(kIntegerMax)) {
      return Fault("number beyond 2^53");
    }
    return AddNumber(text);
  }
  bool string(string_t& value) {
    JsonValue* added = Add(JsonValue::Kind::kText);
    if (added != nullptr) added->text = std::move(value);
    return added != nullptr;
  }
  bool binary(binary_t&) { return Fault("binary value"); }
  bool start_object(size_t) { return Open(JsonValue::Kind::kObject); }
  bool start_array(size_t) { return Open(JsonValue::Kind::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(string_t& name) {
    open_.back().next_name = std::move(name);
    return true;
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) {
    return Fault(absl::StrCat("not JSON at byte ", position));
  }

  const std::string& fault() const { return fault_; }
  JsonValue Take() { return std::move(root_); }

 private:
  struct Level {
    JsonValue value;
    std::string next_name;
  };

  bool Fault(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
    return false;
  }

  // Result: the place of the new value; null when there are too many.
  JsonValue* Add(JsonValue::Kind kind) {
    if (++count_ > kJsonValuesMax) {
      Fault(absl::StrCat("more than ", kJsonValuesMax, " values"));
      return nullptr;
    }
    JsonValue value;
    value.kind = kind;
    return Place(std::move(value));
  }

  JsonValue* Place(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = open_.back();
    if (level.value.kind == JsonValue::Kind::kArray) {
      level.value.items.push_back(std::move(value));
      return &level.value.items.back();
    }
    level.value.members.push_back({std::move(level.next_name), std::move(value)});
    return &level.value.members.back().value;
  }

  bool AddNumber(std::string text) {
    JsonValue* added = Add(JsonValue::Kind::kNumber);
    if (added != nullptr) added->text = std::move(text);
    return added != nullptr;
  }

  bool Open(JsonValue::Kind kind) {
    if (++count_ > kJsonValuesMax)
      return Fault(absl::StrCat("more than ", kJsonValuesMax, " values"));
    if (open_.size() >= static_cast<size_t>(kJsonDepthMax)) {
      return Fault(absl::StrCat("more than ", kJsonDepthMax, " levels"));
    }
    open_.emplace_back();
    open_.back().value.kind = kind;
    // Documents have about a dozen members at the top and a few below.
    if (kind == JsonValue::Kind::kObject) {
      open_.back().value.members.reserve(open_.size() == 1 ? 16 : 4);
    }
    return true;
  }

  bool Close() {
    JsonValue closed = std::move(open_.back().value);
    open_.pop_back();
    if (HasNameTwice(closed)) return Fault("a member name stands twice");
    Place(std::move(closed));
    return true;
  }

  JsonValue root_;
  std::vector<Level> open_;
  size_t count_ = 0;
  std::string fault_;
};

absl::Status Refuse(absl::string_view detail) {
  return MakeError(Reason::kDocumentMalformed, detail);
}

}  // namespace

const JsonValue* JsonValue::Find(absl::string_view name) const {
  for (const auto& [member, value] : members) {
    if (member == name) return &value;
  }
  return nullptr;
}

absl::StatusOr<JsonValue> ParseStrictJson(absl::string_view text) {
  if (text.size() > kDocumentBytesMax) {
    return Refuse(absl::StrCat("expected at most ", kDocumentBytesMax, " bytes"));
  }
  // The parser would skip a byte order mark in silence; another reader would not.
  if (absl::StartsWith(text, kByteOrderMark)) return Refuse("expected no byte order mark");
  if (!IsUtf8(text)) return Refuse("expected UTF-8");
  // The parser takes a NUL for the end, whatever follows; RFC 8259 2 allows none anywhere.
  if (text.find('\0') != absl::string_view::npos) return Refuse("expected no NUL");
  TreeBuilder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                 nlohmann::json::input_format_t::json, /*strict=*/true)) {
    return Refuse(builder.fault());
  }
  return builder.Take();
}

void AppendJsonText(absl::string_view text, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (char c : text) {
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out->append("\\u00");
          out->push_back(kHex[c >> 4]);
          out->push_back(kHex[c & 15]);
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

}  // namespace mrg
