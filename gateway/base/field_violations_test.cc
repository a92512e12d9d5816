#include "gateway/base/field_violations.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(FieldViolations, NothingNotedIsOk) {
  FieldViolations violations;
  violations.Note(absl::OkStatus());
  EXPECT_EQ(violations.Note(absl::StatusOr<int>(7)), 7);
  EXPECT_TRUE(violations.status().ok());
  EXPECT_TRUE(ViolationsOf(violations.status()).empty());
}

TEST(FieldViolations, AreToldTogetherAndTheFirstGivesReasonAndField) {
  FieldViolations violations;
  violations.Note(MakeFieldError(Reason::kFieldRequired, "type_code", "expected a value"));
  EXPECT_EQ(violations.Note(absl::StatusOr<int>(
                MakeFieldError(Reason::kFieldTooLong, "a.b", "expected at most 3 bytes"))),
            std::nullopt);

  const absl::Status status = violations.status();

  EXPECT_EQ(ReasonOf(status), Reason::kFieldRequired);
  EXPECT_EQ(FieldOf(status), "type_code");
  EXPECT_EQ(status.message(),
            "FIELD_REQUIRED: type_code: expected a value; a.b: expected at most 3 bytes");
  const auto told = ViolationsOf(status);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].reason, Reason::kFieldRequired);
  EXPECT_EQ(told[0].field, "type_code");
  EXPECT_EQ(told[0].expected, "expected a value");
  EXPECT_EQ(told[1].reason, Reason::kFieldTooLong);
  EXPECT_EQ(told[1].field, "a.b");
  EXPECT_EQ(told[1].expected, "expected at most 3 bytes");
}

TEST(FieldViolations, OneAloneStaysAsItIs) {
  FieldViolations violations;
  const absl::Status one = MakeFieldError(Reason::kFieldMalformed, "x", "expected two digits");
  violations.Note(one);
  EXPECT_EQ(violations.status(), one);
  ASSERT_EQ(ViolationsOf(one).size(), 1u);
  EXPECT_EQ(ViolationsOf(one)[0].expected, "expected two digits");
}

TEST(FieldViolations, WhatWasGatheredBeforeIsGatheredAgain) {
  FieldViolations inner;
  inner.Note(MakeFieldError(Reason::kFieldRequired, "b", "expected a value"));
  inner.Note(MakeFieldError(Reason::kFieldRequired, "c", "expected a value"));
  FieldViolations outer;
  outer.Note(MakeFieldError(Reason::kFieldRequired, "a", "expected a value"));
  outer.Note(inner.status());
  EXPECT_EQ(ViolationsOf(outer.status()).size(), 3u);
}

TEST(FieldViolations, AnErrorWithoutAFieldThatCameFirstIsToldAlone) {
  FieldViolations violations;
  const absl::Status refused = MakeError(Reason::kIdentityNotListed, "not here");
  violations.Note(refused);
  violations.Note(MakeFieldError(Reason::kFieldRequired, "a", "expected a value"));
  EXPECT_EQ(violations.status(), refused);
  EXPECT_TRUE(ViolationsOf(refused).empty());
}

TEST(FieldViolations, AreBounded) {
  FieldViolations violations;
  for (int i = 0; i < 100; ++i) {
    violations.Note(MakeFieldError(Reason::kFieldRequired, absl::StrCat("f", i), "expected"));
  }
  EXPECT_EQ(ViolationsOf(violations.status()).size(), kFieldViolationsMax);
}

}  // namespace
}  // namespace mrg
