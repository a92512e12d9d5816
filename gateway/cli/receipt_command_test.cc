#include "gateway/cli/receipt_command.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/log/testing/log_node.h"
#include "gateway/cli/testing/ran_command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "yangtze-delta/log-1";

class ReceiptCommand : public ::testing::Test {
 protected:
  ReceiptCommand() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    trustlist::v1::LogKeys keys;
    trustlist::v1::LogKey* key = keys.add_keys();
    key->set_origin(kOrigin);
    key->set_public_key(log_.key()->public_key().spki_der());
    *key->mutable_from() = ToTimestamp(now_ - absl::Hours(48));
    Write("log-keys", CanonicalBytes(keys));
    log_.AppendMany(3, now_ - absl::Hours(2));
    receipt_ = log_.Append(now_ - absl::Hours(1));
    Write("receipt", receipt_);
  }

  void Write(const std::string& name, absl::string_view bytes) const {
    EXPECT_TRUE(WriteWholeFile(Path(name), bytes).ok());
  }
  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  RanCommand Verify(const std::string& receipt) const {
    return RunCommand(RunReceiptCommand, {"verify", "--receipt", Path(receipt), "--log-keys",
                                          Path("log-keys"), "--output", "json"});
  }

  const std::string folder_ = absl::StrCat(
      ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const absl::Time now_ = RealClock().Now();
  MemoryLog log_{kOrigin};
  std::string receipt_;
};

TEST_F(ReceiptCommand, WhatAReceiptProvesIsJsonForAProgram) {
  const RanCommand ran = Verify("receipt");

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["salted"], true);
  EXPECT_EQ(json["record"]["index"], 3);
  EXPECT_EQ(json["record"]["log"], kOrigin);
}

TEST_F(ReceiptCommand, AChangedReceiptIsRefusedInJsonAndProvesNothing) {
  receipt_.back() = static_cast<char>(receipt_.back() ^ 1);
  Write("changed", receipt_);

  const RanCommand ran = Verify("changed");

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(nlohmann::json::parse(ran.err)["error"]["reason"].get<std::string>(),
              HasSubstr("RECEIPT_"));
}

}  // namespace
}  // namespace mrg
