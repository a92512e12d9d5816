#include "gateway/cli/dispute_words.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

dispute::v1::Dispute Filed() {
  dispute::v1::Dispute dispute;
  dispute.set_name("yangtze-delta/01923f5e-7b2c-7def-8abc-0123456789ab");
  dispute.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  dispute.set_state(dispute::v1::DISPUTE_STATE_ROUTED);
  dispute.set_type_code("11100000XX0000019L003");
  dispute.set_issuing_jurisdiction("50");
  dispute.set_using_jurisdiction("31");
  dispute.set_filer("spiffe://delta.example/jurisdiction/31/platform/portal");
  dispute.mutable_filed_at()->set_seconds(1795478400);
  dispute.set_description("one line\nFAKE: \u202e another");
  return dispute;
}

std::string Shown(const dispute::v1::Dispute& dispute) {
  std::ostringstream text;
  Display out(&text);
  PrintDispute(dispute, out);
  return text.str();
}

TEST(PrintDispute, SaysWhatItIsAboutWhoFiledItWhenAndInWhichWords) {
  EXPECT_THAT(Shown(Filed()),
              AllOf(HasSubstr("kind 类型: FACE_INFORMATION_ERROR\n"),
                    HasSubstr("about 事项: 11100000XX0000019L003, issued in 50"),
                    HasSubstr("filed 提出: 2026-11-24T00:00:00Z (Asia/Shanghai 08:00) by "
                              "spiffe://delta.example/jurisdiction/31/platform/portal\n"),
                    HasSubstr("words 陈述: one line")));
}

TEST(PrintDispute, B04_TheFilersWordsStayWordsInOneLine) {
  EXPECT_THAT(Shown(Filed()), AllOf(Not(HasSubstr("\nFAKE")), Not(HasSubstr("\u202e"))));
}

TEST(PrintDispute, WhatTheCallerMayNotSeeLeavesNoEmptyLine) {
  dispute::v1::Dispute dispute = Filed();
  dispute.clear_description();
  dispute.clear_filer();
  EXPECT_THAT(Shown(dispute),
              AllOf(Not(HasSubstr("words 陈述")),
                    HasSubstr("filed 提出: 2026-11-24T00:00:00Z (Asia/Shanghai 08:00)\n")));
}

TEST(PrintDispute, SaysWhenItWasAcceptedAndWhenItEnded) {
  dispute::v1::Dispute dispute = Filed();
  dispute.mutable_accepted_at()->set_seconds(1795478460);
  dispute.mutable_closed_at()->set_seconds(1795478520);
  EXPECT_THAT(Shown(dispute),
              AllOf(HasSubstr("accepted 受理: 2026-11-24T00:01:00Z (Asia/Shanghai 08:01)\n"),
                    HasSubstr("ended 结束: 2026-11-24T00:02:00Z (Asia/Shanghai 08:02)\n")));
}

}  // namespace
}  // namespace mrg
