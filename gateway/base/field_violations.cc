#include "gateway/base/field_violations.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr char kFurtherPayload[] = "mrg/further-fields";
// Neither stands in a token, in a field's path or in what was expected.
constexpr char kBetweenViolations = '\n';
constexpr char kBetweenParts = '\t';

// MakeFieldError put token and field before it.
std::string ExpectedIn(const absl::Status& status) {
  absl::string_view text = status.message();
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(*ReasonOf(status)), ": "));
  absl::ConsumePrefix(&text, absl::StrCat(FieldOf(status), ": "));
  return std::string(text);
}

bool NamesAField(const absl::Status& status) {
  return ReasonOf(status).has_value() && !FieldOf(status).empty();
}

}  // namespace

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  if (!NamesAField(status)) return {};
  const auto further = status.GetPayload(kFurtherPayload);
  if (!further.has_value()) return {{*ReasonOf(status), FieldOf(status), ExpectedIn(status)}};
  std::vector<FieldViolation> violations;
  for (const absl::string_view line : absl::StrSplit(std::string(*further), kBetweenViolations)) {
    const std::vector<std::string> parts = absl::StrSplit(line, kBetweenParts);
    const auto reason = ReasonFromToken(parts[0]);
    if (parts.size() == 3 && reason.has_value())
      violations.push_back({*reason, parts[1], parts[2]});
  }
  return violations;
}

void FieldViolations::Note(const absl::Status& status) {
  if (!status.ok() && noted_.size() < kFieldViolationsMax) noted_.push_back(status);
}

absl::Status FieldViolations::status() const {
  if (noted_.empty()) return absl::OkStatus();
  const absl::Status& first = noted_[0];
  if (noted_.size() == 1 || !NamesAField(first)) return first;
  std::string expected = ExpectedIn(first);
  std::string all;
  for (const absl::Status& one : noted_) {
    for (const FieldViolation& violation : ViolationsOf(one)) {
      if (!all.empty()) {
        absl::StrAppend(&expected, "; ", violation.field, ": ", violation.expected);
        all += kBetweenViolations;
      }
      absl::StrAppend(&all, TokenOf(violation.reason));
      all += kBetweenParts;
      all += violation.field;
      all += kBetweenParts;
      all += violation.expected;
    }
  }
  absl::Status status = MakeFieldError(*ReasonOf(first), FieldOf(first), expected);
  status.SetPayload(kFurtherPayload, absl::Cord(all));
  return status;
}

}  // namespace mrg
