#include "gateway/cli/backup/backup_command.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/cli/command.h"
#include "gateway/cli/setup/init_command.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/storage/open_store.h"
#include "gateway/storage/restore_mark.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A hub as `mrgctl init` makes it, whose store is in use.
class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    std::string folder = (fs::temp_directory_path() / "backup-XXXXXX").string();
    folder_ = mkdtemp(folder.data());
    EXPECT_EQ(RunCommand(RunInitCommand, {"hub", "--dir", Path("hub"), "--trust-domain",
                                          "hub.example", "--federation", "127.0.0.1:7002",
                                          "--dictionary", "deploy/packs/canonical/1.textproto"})
                  .code,
              kExitOk);
    store_ = *OpenStore("rocksdb:" + Path("hub/data"));
    WriteSet set;
    set.Put(Keyspace::kNodeState, "row", "value");
    EXPECT_TRUE(store_->Commit(set).committed());
    WriteSecret("words", "correct horse battery staple\n");
  }
  ~BackupTest() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  std::string Read(const std::string& name) const {
    std::ostringstream bytes;
    bytes << std::ifstream(Path(name), std::ios::binary).rdbuf();
    return bytes.str();
  }
  void WriteSecret(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    chmod(Path(name).c_str(), 0600);
  }
  RanCommand Create(const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"create", "--config", Path("hub/node.textproto"), "--out",
                                      Path("backup")};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(RunBackupCommand, words);
  }
  RanCommand CreateWithAll() const {
    return Create({"--repository", Path("hub/repository"), "--with-keys", "--passphrase-file",
                   Path("words")});
  }
  RanCommand Verify(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"verify", "--backup", Path("backup")};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(RunBackupCommand, words);
  }
  RanCommand Restore(const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"restore", "--backup", Path("backup"), "--dir",
                                      Path("again")};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(RunBackupCommand, words);
  }
  void ExpectRefused(const RanCommand& ran, const std::string& why) const {
    EXPECT_EQ(ran.code, kExitFailed);
    EXPECT_TRUE(IsOneRefusal(ran.err)) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(why));
  }

  // The path of a unix socket has at most 107 bytes, so the folder is the system's.
  std::string folder_;
  std::unique_ptr<OrderedStore> store_;
};

TEST_F(BackupTest, ANodeThatRunsIsBackedUpWithItsKeysSealed) {
  const RanCommand made = CreateWithAll();
  ASSERT_EQ(made.code, kExitOk) << made.err;

  const RanCommand whole = Verify({"--passphrase-file", Path("words"), "--output", "json"});
  ASSERT_EQ(whole.code, kExitOk) << whole.err;
  const auto json = nlohmann::json::parse(whole.out);
  EXPECT_EQ(json["member"], "hub");
  EXPECT_EQ(json["log"], "hub/log-1");
  EXPECT_EQ(json["records"], 0);
  EXPECT_EQ(json["keys"], true);
  EXPECT_GT(json["files"], 20);

  const std::string key = Read("hub/keys/online/timestamp.pem");
  for (const auto& file : fs::recursive_directory_iterator(Path("backup"))) {
    if (!file.is_regular_file()) continue;
    const std::string bytes = Read(file.path().lexically_relative(folder_).string());
    EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos) << file.path();
    EXPECT_EQ(bytes.find(key), std::string::npos) << file.path();
  }
  struct stat status = {};
  ASSERT_EQ(stat(Path("backup").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(BackupTest, WithoutKeysNoneAreThereAndNoneArePutBack) {
  ASSERT_EQ(Create({}).code, kExitOk);

  EXPECT_EQ(Verify().code, kExitOk);
  ExpectRefused(Verify({"--passphrase-file", Path("words")}), "holds no keys");
  ASSERT_EQ(Restore({}).code, kExitOk);
  EXPECT_FALSE(fs::exists(Path("again/keys")));
  EXPECT_FALSE(fs::exists(Path("again/repository")));
}

TEST_F(BackupTest, EachFileThatIsNotAsItWasIsNamed) {
  ASSERT_EQ(CreateWithAll().code, kExitOk);
  const std::string config = Path("backup/folder/node.textproto");
  const std::string before = Read("backup/folder/node.textproto");

  std::string changed = before;
  changed[changed.size() / 2] ^= 1;
  std::ofstream(config) << changed;
  ExpectRefused(Verify(), "folder/node.textproto: its bytes");
  std::ofstream(config) << before << "\n";
  ExpectRefused(Verify(), "folder/node.textproto: expected");
  fs::remove(config);
  ExpectRefused(Verify(), "folder/node.textproto: missing");
  fs::create_symlink(Path("hub/node.textproto"), config);
  ExpectRefused(Verify(), "folder/node.textproto: expected files");
  fs::remove(config);
  std::ofstream(config) << before;
  ASSERT_EQ(Verify().code, kExitOk);
  std::ofstream(Path("backup/store/more")) << "x";
  ExpectRefused(Verify(), "store/more: not in the manifest");
  ExpectRefused(Restore({}), "store/more");
  fs::remove(Path("backup/store/more"));
  fs::remove(Path("backup/manifest.json"));
  ExpectRefused(Verify(), "no manifest");
  EXPECT_FALSE(fs::exists(Path("again")));
  EXPECT_FALSE(fs::exists(Path("again.restoring")));
}

TEST_F(BackupTest, OtherWordsOpenNothing) {
  ASSERT_EQ(CreateWithAll().code, kExitOk);
  WriteSecret("other", "correct horse battery stable\n");
  WriteSecret("short", "eleven byte\n");

  ExpectRefused(Verify({"--passphrase-file", Path("other")}), "not sealed under this passphrase");
  ExpectRefused(Restore({"--passphrase-file", Path("other")}), "not sealed under this passphrase");
  ExpectRefused(Verify({"--passphrase-file", Path("short")}), "at least 12 bytes");
  EXPECT_FALSE(fs::exists(Path("again")));
}

// Whoever carries the folder can change a file and the manifest with it.
TEST_F(BackupTest, AManifestThatWasWrittenAnewIsFoundByThePassphrase) {
  ASSERT_EQ(CreateWithAll().code, kExitOk);
  const std::string before = Read("backup/manifest.json");
  const std::string changed = absl::StrReplaceAll(before, {{"\"made\": 1", "\"made\": 2"}});
  ASSERT_NE(changed, before);
  std::ofstream(Path("backup/manifest.json")) << changed;

  EXPECT_EQ(Verify().code, kExitOk) << "nothing is damaged";
  ExpectRefused(Verify({"--passphrase-file", Path("words")}), "manifest.seal");
  ExpectRefused(Restore({"--passphrase-file", Path("words")}), "manifest.seal");
  std::ofstream(Path("backup/manifest.json")) << before;
  EXPECT_EQ(Verify({"--passphrase-file", Path("words")}).code, kExitOk);
  fs::remove(Path("backup/manifest.seal"));
  ExpectRefused(Verify({"--passphrase-file", Path("words")}), "manifest.seal");
  EXPECT_FALSE(fs::exists(Path("again")));
}

TEST_F(BackupTest, AFolderIsLaidOutAgainWithTheMarkOfARestore) {
  ASSERT_EQ(CreateWithAll().code, kExitOk);

  const RanCommand ran = Restore({"--passphrase-file", Path("words"), "--log-id", "log-2"});

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  for (const char* same : {"tls/node.pem", "tls/node.key", "keys/online/timestamp.pem",
                           "keys/online/log.pem", "repository/staged/root.json"}) {
    if (!fs::exists(Path(absl::StrCat("hub/", same)))) continue;
    EXPECT_EQ(Read(absl::StrCat("again/", same)), Read(absl::StrCat("hub/", same))) << same;
  }
  EXPECT_FALSE(fs::exists(Path("again/keys/offline"))) << "they never were on the node";
  EXPECT_THAT(Read("again/node.textproto"), HasSubstr("log_id: \"log-2\"\n"));
  const auto mark = ReadRestoreMark(Path("again/data"));
  ASSERT_TRUE(mark.ok() && mark->has_value()) << mark.status();
  EXPECT_THAT((*mark)->spent_keys, SizeIs(3));
  EXPECT_THAT(
      (*mark)->spent_keys,
      Contains(
          (*SignerFromFile(Path("hub/keys/online/timestamp.pem")))->public_key().spki_sha256()));
  const auto store = OpenExistingStore("rocksdb:" + Path("again/data"));
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->Get(Keyspace::kNodeState, "row")->value().value, "value");
  ExpectRefused(Restore({}), "missing or empty");
}

TEST_F(BackupTest, NothingIsMadeOfALogThatIsNotSound) {
  const auto key = *SignerFromFile(Path("hub/keys/online/log.pem"));
  AppendRecords(DecisionLog::Open(store_.get(), key.get(), "hub/log-1")->get(), 3);

  ExpectRefused(Create({}), "hub/log-1");
  EXPECT_FALSE(fs::exists(Path("backup")));
}

TEST_F(BackupTest, ABackupDoesNotHoldItself) {
  for (const char* inside : {"hub/data/backup", "hub/repository/backup", "hub/data/../data/b"}) {
    const RanCommand ran = RunCommand(
        RunBackupCommand, {"create", "--config", Path("hub/node.textproto"), "--repository",
                           Path("hub/repository"), "--out", Path(inside)});
    ExpectRefused(ran, "expected a folder outside");
    EXPECT_FALSE(fs::exists(Path(inside)));
  }
}

TEST_F(BackupTest, KeysThatAnEarlierRestoreSpentStaySpent) {
  const std::string earlier(32, 'k');
  ASSERT_TRUE(
      WriteRestoreMark(Path("hub/data"), {absl::FromUnixSeconds(1795996800), {earlier}, true})
          .ok());
  ASSERT_EQ(Create({}).code, kExitOk);

  ASSERT_EQ(Restore({}).code, kExitOk);

  const auto mark = ReadRestoreMark(Path("again/data"));
  ASSERT_TRUE(mark.ok() && mark->has_value()) << mark.status();
  EXPECT_THAT((*mark)->spent_keys, SizeIs(4));
  EXPECT_THAT((*mark)->spent_keys, Contains(earlier));
  EXPECT_FALSE((*mark)->is_settled);
}

TEST_F(BackupTest, AnotherLogIsPutInALineOfItsOwnAlone) {
  const std::string config = Read("hub/node.textproto");
  const std::string path = Path("hub/node.textproto");
  for (const auto& [line, after] :
       {std::pair("log_id: \"log-1\"  # ours", "log_id: \"log-2\"  # ours\n"),
        std::pair("log_id: \"log-1\" poll_period { seconds: 9 }", "")}) {
    std::ofstream(path) << absl::StrReplaceAll(config, {{"log_id: \"log-1\"", line}});
    fs::remove_all(Path("backup"));
    fs::remove_all(Path("again"));
    ASSERT_EQ(Create({}).code, kExitOk);
    const RanCommand ran = Restore({"--log-id", "log-2"});
    if (std::string(after).empty()) {
      ExpectRefused(ran, "expected a line of its own");
      EXPECT_FALSE(fs::exists(Path("again")));
    } else {
      EXPECT_THAT(Read("again/node.textproto"), HasSubstr(after));
    }
  }
}

TEST_F(BackupTest, AFolderThatIsThereIsLeftAlone) {
  fs::create_directories(Path("backup"));
  std::ofstream(Path("backup/mine")) << "x";

  ExpectRefused(Create({}), "it is there");
  EXPECT_EQ(Read("backup/mine"), "x");
}

TEST_F(BackupTest, KeysAndWordsGoTogether) {
  EXPECT_EQ(Create({"--with-keys"}).code, kExitUsage);
  EXPECT_EQ(Create({"--passphrase-file", Path("words")}).code, kExitUsage);
}

}  // namespace
}  // namespace mrg
