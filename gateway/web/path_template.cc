#include "gateway/web/path_template.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

// Result: what a segment stands for; nullopt when no id could be meant.
std::optional<std::string> DecodedSegment(absl::string_view raw) {
  std::optional<std::string> text = PercentDecoded(raw, false);
  if (!text.has_value() || text->empty() || text->size() > kPathSegmentBytesMax)
    return std::nullopt;
  const bool is_plain = std::none_of(text->begin(), text->end(), [](char c) {
    return c == '/' || absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  if (!is_plain || !IsUtf8(*text)) return std::nullopt;
  return text;
}

absl::Status Unreadable(absl::string_view text) {
  return MakeError(Reason::kInvariantBroken, absl::StrCat("no path template: ", text));
}

}  // namespace

std::optional<std::string> PercentDecoded(absl::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      if (i + 2 >= text.size() || !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) ||
          !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
        return std::nullopt;
      }
      decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    }
  }
  return decoded;
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(absl::string_view text) {
  PathTemplate parsed;
  absl::string_view rest = text;
  const size_t colon = rest.rfind(':');
  if (colon != absl::string_view::npos && !absl::StrContains(rest.substr(colon), '}')) {
    parsed.verb_ = std::string(rest.substr(colon));
    rest = rest.substr(0, colon);
  }
  while (absl::ConsumePrefix(&rest, "/")) {
    if (!absl::ConsumePrefix(&rest, "{")) {
      const absl::string_view literal = rest.substr(0, rest.find('/'));
      if (literal.empty()) return Unreadable(text);
      parsed.segments_.push_back({std::string(literal), kLiteral});
      rest.remove_prefix(literal.size());
      continue;
    }
    const size_t end = rest.find('}');
    if (end == absl::string_view::npos) return Unreadable(text);
    const std::vector<std::string> parts = absl::StrSplit(rest.substr(0, end), '=');
    rest.remove_prefix(end + 1);
    if (parts.size() > 2 || parts[0].empty()) return Unreadable(text);
    const int variable = static_cast<int>(parsed.variables_.size());
    parsed.variables_.push_back(parts[0]);
    const std::string pattern = parts.size() == 2 ? parts[1] : "*";
    for (absl::string_view step : absl::StrSplit(pattern, '/')) {
      if (step != "*") return Unreadable(text);
      parsed.segments_.push_back({"", variable});
    }
  }
  if (!rest.empty() || parsed.segments_.empty()) return Unreadable(text);
  return parsed;
}

std::optional<TextFields> PathTemplate::Match(absl::string_view path) const {
  if (!absl::ConsumeSuffix(&path, verb_) || !absl::ConsumePrefix(&path, "/")) return std::nullopt;
  const std::vector<absl::string_view> given = absl::StrSplit(path, '/');
  if (given.size() != segments_.size()) return std::nullopt;
  TextFields fields;
  for (const std::string& name : variables_) fields.emplace_back(name, "");
  for (size_t i = 0; i < given.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.variable == kLiteral) {
      if (given[i] != segment.literal) return std::nullopt;
      continue;
    }
    const std::optional<std::string> text = DecodedSegment(given[i]);
    if (!text.has_value()) return std::nullopt;
    std::string* const value = &fields[static_cast<size_t>(segment.variable)].second;
    absl::StrAppend(value, value->empty() ? "" : "/", *text);
  }
  return fields;
}

size_t PathTemplate::SegmentsOf(size_t variable) const {
  return static_cast<size_t>(std::count_if(
      segments_.begin(), segments_.end(),
      [variable](const Segment& each) { return each.variable == static_cast<int>(variable); }));
}

std::string PathTemplate::shape() const {
  std::string text;
  int before = kLiteral;
  for (const Segment& segment : segments_) {
    if (segment.variable == kLiteral) {
      absl::StrAppend(&text, "/", segment.literal);
    } else if (segment.variable != before) {
      absl::StrAppend(&text, "/{", variables_[static_cast<size_t>(segment.variable)], "}");
    }
    before = segment.variable;
  }
  return text + verb_;
}

std::string PathTemplate::one_name_a_segment() const {
  std::string text;
  size_t number = 0;
  int before = kLiteral;
  for (const Segment& segment : segments_) {
    number = segment.variable == before ? number + 1 : 1;
    before = segment.variable;
    if (segment.variable == kLiteral) {
      absl::StrAppend(&text, "/", segment.literal);
      continue;
    }
    const size_t variable = static_cast<size_t>(segment.variable);
    absl::StrAppend(&text, "/{", variables_[variable]);
    if (SegmentsOf(variable) > 1) absl::StrAppend(&text, "_", number);
    text += '}';
  }
  return text + verb_;
}

}  // namespace mrg
