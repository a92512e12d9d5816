#include "gateway/base/request_fields.h"

#include <string>

#include "gateway/base/identifiers.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

void ExpectRefused(const absl::Status& status, Reason reason) {
  EXPECT_EQ(ReasonOf(status), reason) << status;
  EXPECT_EQ(FieldOf(status), "a.b");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST(RequestFields, B04_TextIsRequiredBoundedUtf8AndShownAsItself) {
  EXPECT_TRUE(RequireText("a.b", "沪", 3).ok());
  ExpectRefused(RequireText("a.b", "", 3), Reason::kFieldRequired);
  ExpectRefused(RequireText("a.b", "abcd", 3), Reason::kFieldTooLong);
  ExpectRefused(RequireText("a.b", "\xE6\xB2", 3), Reason::kFieldNotUtf8);
  ExpectRefused(RequireText("a.b", absl::string_view("a\0b", 3), 3), Reason::kFieldMalformed);
  ExpectRefused(RequireText("a.b", "a\nb", 3), Reason::kFieldMalformed);
  for (const char* hidden : {"\u0085", "\u202e", "\u200b", "\u2028", "\u00ad", "\U000E0041"}) {
    ExpectRefused(RequireText("a.b", hidden, 4), Reason::kFieldMalformed);
  }
}

TEST(RequestFields, AnOptionalTextMayBeEmptyButNothingElse) {
  EXPECT_TRUE(OptionalText("a.b", "", 3).ok());
  ExpectRefused(OptionalText("a.b", "abcd", 3), Reason::kFieldTooLong);
  ExpectRefused(OptionalText("a.b", "\xff", 3), Reason::kFieldNotUtf8);
}

TEST(RequestFields, BytesAreRequiredAndBounded) {
  EXPECT_TRUE(RequireBytes("a.b", absl::string_view("\0\xff", 2), 2).ok());
  ExpectRefused(RequireBytes("a.b", "", 2), Reason::kFieldRequired);
  ExpectRefused(RequireBytes("a.b", "abc", 2), Reason::kFieldTooLong);
}

TEST(RequestFields, ADigestHasExactlyItsSize) {
  EXPECT_TRUE(RequireBytesOfSize("a.b", std::string(32, 'x'), 32).ok());
  ExpectRefused(RequireBytesOfSize("a.b", "", 32), Reason::kFieldRequired);
  ExpectRefused(RequireBytesOfSize("a.b", std::string(31, 'x'), 32), Reason::kFieldMalformed);
}

TEST(RequestFields, AListIsBounded) {
  EXPECT_TRUE(RequireAtMost("a.b", 2, 2).ok());
  ExpectRefused(RequireAtMost("a.b", 3, 2), Reason::kFieldTooLong);
}

TEST(RequestFields, AnEnumIsNamedAndKnown) {
  EXPECT_TRUE(RequireEnum("a.b", 1, true).ok());
  ExpectRefused(RequireEnum("a.b", 0, true), Reason::kEnumUnspecified);
  ExpectRefused(RequireEnum("a.b", 99, false), Reason::kEnumUnspecified);
}

TEST(RequestFields, ATimestampIsSetAndInRange) {
  google::protobuf::Timestamp timestamp;
  EXPECT_TRUE(RequireTimestamp("a.b", true, timestamp).ok());
  ExpectRefused(RequireTimestamp("a.b", false, timestamp), Reason::kFieldRequired);
  timestamp.set_nanos(1000000000);
  ExpectRefused(RequireTimestamp("a.b", true, timestamp), Reason::kFieldMalformed);
  timestamp.set_nanos(0);
  timestamp.set_seconds(253402300800);
  ExpectRefused(RequireTimestamp("a.b", true, timestamp), Reason::kFieldMalformed);
}

TEST(RequestFields, AnIdentifierIsRequiredAndItsErrorDoesNotRepeatTheValue) {
  EXPECT_EQ(RequireId<JurisdictionId>("a.b", "31")->value(), "31");
  ExpectRefused(RequireId<JurisdictionId>("a.b", "").status(), Reason::kFieldRequired);
  const absl::Status refused = RequireId<JurisdictionId>("a.b", "secret").status();
  ExpectRefused(refused, Reason::kFieldMalformed);
  EXPECT_EQ(refused.message(),
            "FIELD_MALFORMED: a.b: expected a province code of GB/T 2260, two digits");
}

TEST(RequestFields, AnOptionalIdentifierMayBeEmptyButNotMalformed) {
  EXPECT_FALSE(OptionalId<StandardId>("a.b", "")->has_value());
  EXPECT_EQ((*OptionalId<StandardId>("a.b", "delta-reply"))->value(), "delta-reply");
  ExpectRefused(OptionalId<StandardId>("a.b", "Delta").status(), Reason::kFieldMalformed);
}

}  // namespace
}  // namespace mrg
