#include "gateway/base/reason.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Reason, EveryRowIsFoundByItsConstantAndItsToken) {
  std::set<std::string> tokens;
  for (size_t i = 0; i < AllReasons().size(); ++i) {
    const ReasonInfo& info = AllReasons()[i];
    EXPECT_EQ(static_cast<size_t>(info.reason), i) << info.token;
    EXPECT_EQ(&InfoOf(info.reason), &info);
    EXPECT_EQ(ReasonFromToken(info.token), info.reason);
    EXPECT_TRUE(tokens.insert(std::string(info.token)).second) << info.token;
  }
}

TEST(Reason, EveryRowIsFitForTheWire) {
  for (const ReasonInfo& info : AllReasons()) {
    EXPECT_GE(info.token.size(), 1u);
    EXPECT_LE(info.token.size(), 63u);
    for (const char c : info.token) {
      EXPECT_TRUE(absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_') << info.token;
    }
    EXPECT_FALSE(info.english.empty()) << info.token;
    EXPECT_NE(info.english.back(), '.') << info.token;
    EXPECT_FALSE(info.chinese.empty()) << info.token;
    EXPECT_FALSE(info.next_step.empty()) << info.token;
    EXPECT_NE(info.next_step.back(), '.') << info.token;
    EXPECT_FALSE(info.next_step_zh.empty()) << info.token;
    // A verdict is an answer, an error is none.
    EXPECT_EQ(info.use == ReasonUse::kVerdict, info.code == absl::StatusCode::kOk) << info.token;
  }
}

TEST(Reason, AStatusCarriesItsReasonAndField) {
  const absl::Status error = MakeError(Reason::kOverloaded, "the queue is full");
  EXPECT_EQ(ReasonOf(error), Reason::kOverloaded);
  EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(error.message(), "OVERLOADED: the queue is full");
  EXPECT_EQ(FieldOf(error), "");

  const absl::Status field = MakeFieldError(Reason::kFieldTooLong, "a.b", "expected at most 3");
  EXPECT_EQ(ReasonOf(field), Reason::kFieldTooLong);
  EXPECT_EQ(FieldOf(field), "a.b");
  EXPECT_EQ(field.message(), "FIELD_TOO_LONG: a.b: expected at most 3");
}

TEST(Reason, AVerdictThatTravelsAsAStatusIsNeverOk) {
  const absl::Status verdict = MakeError(Reason::kSignatureInvalid, "detail");
  EXPECT_FALSE(verdict.ok());
  EXPECT_EQ(ReasonOf(verdict), Reason::kSignatureInvalid);
}

TEST(Reason, OkForeignStatusesAndUnknownTokensHaveNone) {
  EXPECT_FALSE(ReasonOf(absl::OkStatus()).has_value());
  EXPECT_FALSE(ReasonOf(absl::InternalError("OVERLOADED: looks like one")).has_value());
  EXPECT_FALSE(ReasonFromToken("").has_value());
  EXPECT_FALSE(ReasonFromToken("overloaded").has_value());
  EXPECT_FALSE(ReasonFromToken("OVERLOADED ").has_value());
}

}  // namespace
}  // namespace mrg
