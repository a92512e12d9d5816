// A node loses its disk: the commands of gateway/docs/BACKUP.md, run as they stand there. It comes
// back from a backup that is older than what it signed, and no one sees two histories.

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/receipt/receipt_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/child_process.h"
#include "tests/scenario/page_drill.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr char kPage[] = "gateway/docs/BACKUP.md";

class LostDisk : public PageDrill {
 protected:
  static std::string Beside(const std::string& name) {
    return absl::StrCat(federation().folder(), "/", name);
  }
  static void SetUpTestSuite() {
    StolenKeySuite::SetUpTestSuite();
    WriteTestFile(Folder("passphrase"), "correct horse battery staple\n", 0600);
  }

  // The backup and its words leave the machine, which is lost then.
  static void LoseDisk() {
    for (const char* name : {"backup", "passphrase"}) {
      fs::remove_all(Beside(name));
      fs::rename(Folder(name), Beside(name));
    }
    fs::remove_all(Beside("lost"));
    fs::rename(Folder(""), Beside("lost"));
    fs::remove_all(Beside("authority"));
    fs::copy(Beside("lost/tls"), Beside("authority"));
  }
  // What was never the node's: the keys of the ceremony, and those of the authorities and platforms
  // of this test.
  static void BringOthersKeys() {
    for (const char* folder : {"keys", "tls"}) {
      fs::copy(Beside(absl::StrCat("lost/", folder)), Folder(folder),
               fs::copy_options::recursive | fs::copy_options::skip_existing);
    }
  }

  static std::string ForksAt(const std::string& member) {
    return federation()
        .Mrgctl({"trust", "evidence", "list", "--address",
                 absl::StrCat("unix:", federation().Path(member, "run/admin.sock"))})
        .out;
  }
};

TEST_F(LostDisk, R18_ANodeComesBackFromABackupMadeWhileItWorkedAndNobodySeesAFork) {
  const gateway::v1::Receipt before = NewReceipt();
  const std::vector<std::string> making = CommandsUnder(kPage, "Making one");
  ASSERT_THAT(making, SizeIs(2));
  std::atomic<bool> is_made = false;
  std::thread platform([&is_made] {
    while (!is_made) NewReceipt();
  });
  Run(making[0]);
  is_made = true;
  platform.join();
  EXPECT_THAT(Run(making[1]), HasSubstr("its log is sound, its keys open"));
  // What the backup lacks, and others have.
  for (int i = 0; i < 3; ++i) {
    const int64_t version = PublishAnew("50");
    EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", version));
  }
  NewReceipt();
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  LoseDisk();

  const std::vector<std::string> commands = CommandsUnder(kPage, "A lost disk");
  ASSERT_LT(commands.size(), 10u);
  RunIn(Beside(""), commands[0]);
  BringOthersKeys();
  for (size_t i = 1; i < commands.size(); ++i) Run(commands[i]);

  ExpectServedAndFollowed();
  for (const char* member : {kHub, kDelta}) {
    EXPECT_THAT(ForksAt(member), HasSubstr("no fork is known here")) << member;
  }
  EXPECT_THAT(federation().LogOf(kChuanyu), AllOf(HasSubstr("\"event\":\"node_restored\""),
                                                  HasSubstr("\"event\":\"restore_settled\"")));
  const std::vector<LogKey> keys = federation().LogKeys(kChuanyu);
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_LT(keys[0].until, absl::InfiniteFuture());
  const auto old = CheckReceipt(CanonicalBytes(before), keys);
  EXPECT_TRUE(old.ok()) << old.status();
  const auto record = CheckReceipt(CanonicalBytes(NewReceipt()), keys);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->log_origin(), "sichuan-chongqing/log-2");
}

// After the first, whose log and certificate it goes on with.
TEST_F(LostDisk, R18_ARestoredNodeDoesNotStartWithTheKeysThatSignedWhatWasLost) {
  WriteTestFile(Folder("passphrase"), "correct horse battery staple\n", 0600);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  for (const std::string& command : CommandsUnder(kPage, "Making one")) Run(command);
  LoseDisk();
  std::string restore = CommandsUnder(kPage, "A lost disk")[0];
  RunIn(Beside(""), absl::StrReplaceAll(restore, {{"--log-id log-2 ", ""}}));
  BringOthersKeys();

  EXPECT_THAT(
      federation().Mrgctl({"doctor", "--config", Folder("node.textproto"), "--timeout", "1"}).out,
      HasSubstr("these keys may have signed since: keys.timestamp_path, keys.snapshot_path, "
                "keys.log_path"));
  for (int start = 0; start < 2; ++start) {
    const absl::Status refused = federation().StartNode(kChuanyu);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("keys.timestamp_path"));
  }
  // It was stopped when the backup was made, and its operator says so.
  ASSERT_TRUE(federation().StartReady(kChuanyu, {"--accept-unwitnessed"}).ok());

  EXPECT_THAT(federation().LogOf(kChuanyu), HasSubstr("\"event\":\"restore_unsettled_accepted\""));
  EXPECT_THAT(ForksAt(kDelta), HasSubstr("no fork is known here"));
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok()) << "asked for once";
}

}  // namespace
}  // namespace mrg
