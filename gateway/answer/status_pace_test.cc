#include "gateway/answer/status_pace.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);

SpiffeId Authority(size_t number) {
  return *SpiffeId::Parse(
      absl::StrCat("spiffe://delta.example/jurisdiction/31/authority/", number));
}

int Admitted(const SpiffeId& caller, int count, absl::Time now, StatusPace* pace) {
  int admitted = 0;
  for (int i = 0; i < count; ++i) admitted += pace->Admit(caller, now).ok() ? 1 : 0;
  return admitted;
}

TEST(StatusPace, H4_AnIdentityMakesSoManyChangesAtOnceAndThenOneASecond) {
  StatusPace pace;

  EXPECT_EQ(Admitted(Authority(1), 1000, kNow, &pace), 256) << "as OPERATING.md says";
  EXPECT_EQ(ReasonOf(pace.Admit(Authority(1), kNow)), Reason::kOverloaded);
  EXPECT_EQ(Admitted(Authority(1), 1000, kNow + absl::Seconds(3), &pace), 3);
}

TEST(StatusPace, H4_IdentitiesAreBoundedEachForItself) {
  StatusPace pace;
  Admitted(Authority(1), 1000, kNow, &pace);

  EXPECT_EQ(Admitted(Authority(2), 1000, kNow, &pace), kStatusChangesAtOnceMax);
}

TEST(StatusPace, H4_WhoHasAllOfItAgainIsForgotten) {
  StatusPace pace;
  for (size_t i = 0; i < kPacedIdentitiesMax; ++i) {
    ASSERT_TRUE(pace.Admit(Authority(i), kNow).ok());
  }

  EXPECT_EQ(ReasonOf(pace.Admit(Authority(kPacedIdentitiesMax), kNow)), Reason::kOverloaded);
  EXPECT_TRUE(pace.Admit(Authority(0), kNow).ok());
  EXPECT_TRUE(pace.Admit(Authority(kPacedIdentitiesMax), kNow + absl::Seconds(2)).ok());
}

}  // namespace
}  // namespace mrg
