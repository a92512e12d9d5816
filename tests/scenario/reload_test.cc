// What a running node takes up of its configuration at SIGHUP: all of what it can when the whole
// file is in order, and nothing otherwise.

#include <signal.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kRule[] =
    "authorization {\n  rules {\n    identity: \"spiffe://yangtze-delta.mrg.example/tool/new\"\n"
    "    methods: \"mrg.audit.v1.AuditService/*\"\n  }\n";

// The Delta's node, alone, and a caller whom no rule names.
class Reload : public testing::Test {
 protected:
  void SetUp() override {
    auto laid_out = Federation::LayOut();
    ASSERT_TRUE(laid_out.ok()) << laid_out.status();
    federation_ = *std::move(laid_out);
    ASSERT_TRUE(federation_->StartNode(kDelta).ok());
    written_ = ReadTestFile(federation_->Path(kDelta, "node.textproto"));
    const Federation::Certificate newcomer =
        federation_->MakeCertificate(kDelta, kDelta, "newcomer", "/tool/new");
    newcomer_ = federation_->ChannelAs(kDelta, "api", newcomer.pem, newcomer.key_pem);
  }
  void TearDown() override {
    if (federation_ == nullptr) return;
    EXPECT_EQ(federation_->StopNode(kDelta), 0);
  }

  void WriteAndReload(const std::string& text) const {
    WriteTestFile(federation_->Path(kDelta, "node.textproto"), text);
    ASSERT_EQ(kill(federation_->PidOf(kDelta), SIGHUP), 0);
  }
  std::string WithRule() const { return WithReplaced(written_, "authorization {\n", kRule); }

  // Result: the reason of what the newcomer is answered.
  std::string NewcomerIsTold() const {
    audit::v1::GetCheckpointResponse response;
    return ReasonIn(Call<AuditService>(newcomer_, &AuditService::Stub::GetCheckpoint,
                                       audit::v1::GetCheckpointRequest(), &response));
  }
  bool WaitForEvent(const std::string& event) const {
    return WaitUntil([&] {
      return absl::StrContains(federation_->LogOf(kDelta),
                               absl::StrCat("\"event\":\"", event, "\""));
    });
  }

  std::unique_ptr<Federation> federation_;
  std::string written_;
  std::shared_ptr<grpc::Channel> newcomer_;
};

TEST_F(Reload, ARuleThatIsAddedLetsItsCallerInAndOneThatIsGoneDoesNot) {
  ASSERT_EQ(NewcomerIsTold(), "IDENTITY_NOT_LISTED");

  WriteAndReload(WithRule());

  EXPECT_TRUE(WaitUntil([this] { return NewcomerIsTold() == "RECORD_NOT_FOUND"; }))
      << NewcomerIsTold();
  EXPECT_TRUE(WaitForEvent("config_reloaded"));
  EXPECT_THAT(
      federation_->LogOf(kDelta),
      AllOf(HasSubstr("\"taken_up\":\"authorization.rules\"}"),
            HasSubstr("\"event\":\"call\",\"method\":\"mrg.audit.v1.AuditService/GetCheckpoint\","
                      "\"caller\":\"spiffe://yangtze-delta.mrg.example/tool/new\","
                      "\"code\":\"NOT_FOUND\",\"reason\":\"RECORD_NOT_FOUND\"")));
  EXPECT_THAT(federation_->Metrics(kDelta), HasSubstr("mrg_config_reloads_total{result=\"OK\"} 1"));

  WriteAndReload(written_);

  EXPECT_TRUE(WaitUntil([this] { return NewcomerIsTold() == "IDENTITY_NOT_LISTED"; }));
}

TEST_F(Reload, AFileThatIsWrongIsRefusedAsAWholeByFieldAndTheOldOneGoesOn) {
  WriteAndReload(absl::StrCat(WithRule(), "executor_threads: 100000\n"));

  EXPECT_TRUE(WaitForEvent("config_reload_refused"));
  EXPECT_THAT(federation_->LogOf(kDelta),
              AllOf(HasSubstr("\"reason\":\"CONFIG_INVALID\",\"detail\":\"CONFIG_INVALID: "
                              "executor_threads: expected at most 256\""),
                    Not(HasSubstr("\"event\":\"config_reloaded\""))));
  EXPECT_EQ(NewcomerIsTold(), "IDENTITY_NOT_LISTED");
  EXPECT_THAT(federation_->Metrics(kDelta),
              HasSubstr("mrg_config_reloads_total{result=\"CONFIG_INVALID\"} 1"));
}

TEST_F(Reload, WhatNeedsARestartIsNamedAndTheRestIsTakenUp) {
  const std::string& federation_address = federation_->Address(kDelta, "federation");
  const std::string& hub = federation_->Address(kHub, "federation");
  std::string text = WithReplaced(WithRule(), federation_address, "127.0.0.1:1");
  text = WithReplaced(text, hub, "127.0.0.1:2");

  WriteAndReload(absl::StrCat(text, "log_level: LOG_LEVEL_WARNING\n"));

  EXPECT_TRUE(WaitForEvent("config_needs_restart"));
  EXPECT_THAT(federation_->LogOf(kDelta),
              HasSubstr("\"event\":\"config_needs_restart\",\"field\":\"listeners.federation\"}"));
  EXPECT_TRUE(WaitUntil([this] { return NewcomerIsTold() == "RECORD_NOT_FOUND"; }));
  EXPECT_TRUE(WaitUntil([this] {
    return absl::StrContains(federation_->LogOf(kDelta), "\"endpoint\":\"127.0.0.1:2\"");
  })) << "the peer's address";
  EXPECT_THAT(federation_->LogOf(kDelta), Not(HasSubstr("\"event\":\"config_reloaded\"")))
      << "information is below the level";
}

}  // namespace
}  // namespace mrg
