#include "gateway/web/path_template.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;
using testing::Pair;

PathTemplate Parsed(absl::string_view text) {
  auto parsed = PathTemplate::Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return *std::move(parsed);
}

TEST(PathTemplate, LiteralsMatchThemselvesAlone) {
  const PathTemplate path = Parsed("/v1/licences:recognize");

  EXPECT_THAT(path.Match("/v1/licences:recognize"), Optional(testing::IsEmpty()));
  for (const char* other :
       {"", "/", "/v1", "/v1/licences", "/v1/licences:recognise", "/v1/licences:recognize/",
        "//v1/licences:recognize", "/v1/licences/x:recognize", "/v1/%6Cicences:recognize",
        "v1/licences:recognize", "/V1/licences:recognize"}) {
    EXPECT_THAT(path.Match(other), Eq(std::nullopt)) << other;
  }
}

TEST(PathTemplate, AVariableHoldsItsSegmentsDecoded) {
  EXPECT_THAT(Parsed("/v1/types/{type_code}").Match("/v1/types/a%2Bb%20c"),
              Optional(ElementsAre(Pair("type_code", "a+b c"))));
  EXPECT_THAT(Parsed("/v1/disputes/{dispute=*/*}:accept").Match("/v1/disputes/hub/d-1:accept"),
              Optional(ElementsAre(Pair("dispute", "hub/d-1"))));
  EXPECT_THAT(Parsed("/v1/{a}/of/{b=*}").Match("/v1/x/of/%E7%85%A7"),
              Optional(ElementsAre(Pair("a", "x"), Pair("b", "照"))));
}

TEST(PathTemplate, ASegmentThatCouldBeReadTwoWaysIsNoPath) {
  const PathTemplate path = Parsed("/v1/{a}");

  for (const std::string& segment :
       {std::string(), std::string("%2F"), std::string("a%2fb"), std::string("%00"),
        std::string("%0A"), std::string("%"), std::string("%4"), std::string("%4g"),
        std::string("%FF"), std::string("%C0%AF"), std::string(kPathSegmentBytesMax + 1, 'a')}) {
    EXPECT_THAT(path.Match(absl::StrCat("/v1/", segment)), Eq(std::nullopt)) << segment;
  }
  EXPECT_TRUE(path.Match(absl::StrCat("/v1/", std::string(kPathSegmentBytesMax, 'a'))).has_value());
}

TEST(PathTemplate, IsShownByTheNamesOfItsVariables) {
  const PathTemplate path = Parsed("/v1/disputes/{dispute=*/*}:accept");

  EXPECT_EQ(path.shape(), "/v1/disputes/{dispute}:accept");
  EXPECT_EQ(path.one_name_a_segment(), "/v1/disputes/{dispute_1}/{dispute_2}:accept");
  EXPECT_THAT(path.variables(), ElementsAre("dispute"));
}

TEST(PathTemplate, WhatIsNoneIsRefused) {
  for (const char* text : {"", "v1", "/", "/v1/", "/v1//x", "/v1/{a", "/v1/{}", "/v1/{a=**}",
                           "/v1/{a=b/*}", "/v1/{a=*=*}", "/v1/{a}b"}) {
    EXPECT_EQ(ReasonOf(PathTemplate::Parse(text).status()), Reason::kInvariantBroken) << text;
  }
}

}  // namespace
}  // namespace mrg
