#include "gateway/storage/data_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DataFolderTest : public ::testing::Test {
 protected:
  DataFolderTest() { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/" + name) << content;
    std::filesystem::permissions(folder_ + "/" + name, std::filesystem::perms::owner_read |
                                                           std::filesystem::perms::owner_write);
  }
  std::string Read(const std::string& name) {
    std::ostringstream content;
    content << std::ifstream(folder_ + "/" + name).rdbuf();
    return content.str();
  }
  std::set<std::string> Names() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }
  // Expects that the folder is refused either way, and stays as it is.
  void ExpectRefused(const std::string& why) {
    const std::set<std::string> before = Names();
    for (const absl::Status& status : {ClaimDataFolder(folder_), CheckDataFolder(folder_)}) {
      EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid) << status;
      EXPECT_THAT(std::string(status.message()), HasSubstr(why));
      EXPECT_EQ(status.message().find('\n'), std::string::npos) << "one line";
    }
    EXPECT_EQ(Names(), before);
  }

  const std::string folder_ = absl::StrCat(
      ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(DataFolderTest, NewFolderIsMarkedAndClaimedAgain) {
  ASSERT_TRUE(ClaimDataFolder(folder_).ok());

  EXPECT_THAT(Names(), ElementsAre("FORMAT"));
  EXPECT_EQ(Read("FORMAT"), absl::StrCat("mrg data format ", kDataFormatVersion, "\n"));
  Write("CURRENT", "of the store");
  EXPECT_TRUE(ClaimDataFolder(folder_).ok());
  EXPECT_TRUE(CheckDataFolder(folder_).ok());
}

TEST_F(DataFolderTest, L1_TheFolderIsOfItsUserAloneAndOneThatOthersMayReadIsRefused) {
  using std::filesystem::perms;
  ASSERT_TRUE(ClaimDataFolder(folder_).ok());
  EXPECT_EQ(std::filesystem::status(folder_).permissions(), perms::owner_all);
  for (const perms more : {perms::group_read, perms::others_exec, perms::group_write}) {
    std::filesystem::permissions(folder_, perms::owner_all | more);

    const absl::Status status = ClaimDataFolder(folder_);

    EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid);
    EXPECT_THAT(std::string(status.message()), HasSubstr("expected mode 0700"));
  }
  std::filesystem::permissions(folder_, perms::owner_all);
  EXPECT_TRUE(ClaimDataFolder(folder_).ok());
}

TEST_F(DataFolderTest, L1_AFileThatOthersMayReadIsRefusedByName) {
  using std::filesystem::perms;
  ASSERT_TRUE(ClaimDataFolder(folder_).ok());
  Write("000012.sst", "of the store");
  std::filesystem::permissions(folder_ + "/000012.sst", perms::owner_read | perms::group_read);

  const absl::Status status = ClaimDataFolder(folder_);

  EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("expected mode 0600"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("000012.sst"));
  std::filesystem::permissions(folder_ + "/000012.sst", perms::owner_read | perms::owner_write);
  EXPECT_TRUE(ClaimDataFolder(folder_).ok());
}

TEST_F(DataFolderTest, L1_EachFileIsLookedAtWhateverItsName) {
  using std::filesystem::perms;
  ASSERT_TRUE(ClaimDataFolder(folder_).ok());
  const std::set<std::string> names = {"CURRENT", "LOG", "000012.sst", "000013.log", "line\n2"};
  for (const std::string& name : names) Write(name, "of the store");
  for (const std::string& name : names) {
    std::filesystem::permissions(folder_ + "/" + name, perms::owner_read | perms::others_read);

    const absl::Status status = ClaimDataFolder(folder_);

    EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::CHexEscape(name)));
    EXPECT_EQ(status.message().find('\n'), std::string::npos) << "one line";
    std::filesystem::permissions(folder_ + "/" + name, perms::owner_read | perms::owner_write);
  }
  EXPECT_TRUE(ClaimDataFolder(folder_).ok());
}

TEST_F(DataFolderTest, L1_WhatIsOfAnotherUserIsRefusedThoughNobodyElseMayReadIt) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give files to others";
  constexpr uid_t kOther = 65534;
  ASSERT_EQ(mkdir(folder_.c_str(), 0700), 0);
  ASSERT_EQ(chown(folder_.c_str(), kOther, kOther), 0);
  EXPECT_EQ(ReasonOf(ClaimDataFolder(folder_)), Reason::kConfigInvalid);
  EXPECT_THAT(Names(), IsEmpty()) << "nothing was made in it";

  ASSERT_EQ(chown(folder_.c_str(), 0, 0), 0);
  ASSERT_TRUE(ClaimDataFolder(folder_).ok());
  Write("000012.sst", "of the store");
  ASSERT_EQ(chown((folder_ + "/000012.sst").c_str(), kOther, kOther), 0);
  const absl::Status of_file = ClaimDataFolder(folder_);
  EXPECT_EQ(ReasonOf(of_file), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(of_file.message()), HasSubstr("the owner of 000012.sst"));

  ASSERT_EQ(chown((folder_ + "/000012.sst").c_str(), 0, 0), 0);
  ASSERT_EQ(chown(folder_.c_str(), kOther, kOther), 0);
  EXPECT_EQ(ReasonOf(ClaimDataFolder(folder_)), Reason::kConfigInvalid);
}

TEST_F(DataFolderTest, L1_AnEmptyFolderThatOthersMayReadIsClosedToThem) {
  std::filesystem::create_directories(folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::all);

  ASSERT_TRUE(ClaimDataFolder(folder_).ok());

  EXPECT_EQ(std::filesystem::status(folder_).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DataFolderTest, FolderOfAnotherVersionIsRefused) {
  const std::string other = absl::StrCat("mrg data format ", kDataFormatVersion + 1);
  Write("FORMAT", other + "\n");

  ExpectRefused(absl::StrCat("it states \"", other, "\", and this version reads only"));
}

TEST_F(DataFolderTest, MarkThatIsNotOneIsRefused) {
  for (const std::string& mark :
       {std::string(), absl::StrCat("mrg data format ", kDataFormatVersion),
        absl::StrCat("mrg data format ", kDataFormatVersion, "\n\n"),
        absl::StrCat("mrg data format ", kDataFormatVersion, "1\n"), std::string("\x1b[2J\n"),
        std::string(1000, 'x')}) {
    Write("FORMAT", mark);

    ExpectRefused("it states \"");
  }
}

TEST_F(DataFolderTest, FolderWithoutAMarkThatIsNotEmptyIsRefused) {
  Write("CURRENT", "of some store");

  ExpectRefused("(no file FORMAT)");
}

TEST_F(DataFolderTest, DeathWhileTheMarkIsWrittenAndLostAndFoundLeaveTheFolderEmpty) {
  Write("FORMAT.new", "mrg da");
  std::filesystem::create_directory(folder_ + "/lost+found");

  EXPECT_TRUE(ClaimDataFolder(folder_).ok());

  EXPECT_THAT(Names(), ElementsAre("FORMAT", "lost+found"));
  EXPECT_TRUE(CheckDataFolder(folder_).ok());
}

TEST_F(DataFolderTest, CheckMakesNothing) {
  EXPECT_EQ(ReasonOf(CheckDataFolder(folder_)), Reason::kConfigInvalid);
  EXPECT_FALSE(std::filesystem::exists(folder_));

  std::filesystem::create_directories(folder_);
  EXPECT_EQ(ReasonOf(CheckDataFolder(folder_)), Reason::kConfigInvalid);
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(DataFolderTest, FolderThatCannotBeMadeIsUnavailable) {
  Write("file", "");

  EXPECT_EQ(ReasonOf(ClaimDataFolder(folder_ + "/file/data")), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
