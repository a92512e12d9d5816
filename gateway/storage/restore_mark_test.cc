#include "gateway/storage/restore_mark.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

class RestoreMarkTest : public testing::Test {
 protected:
  RestoreMarkTest() : folder_(testing::TempDir() + "/restore-mark") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~RestoreMarkTest() override { fs::remove_all(folder_); }

  const std::string folder_;
  const RestoreMark mark_{absl::FromUnixSeconds(1795996800),
                          {std::string(32, 'a'), std::string(32, '\xff')}};
};

TEST_F(RestoreMarkTest, WhatIsWrittenIsReadUntilItIsRemoved) {
  EXPECT_EQ(ReadRestoreMark(folder_)->has_value(), false);
  ASSERT_TRUE(WriteRestoreMark(folder_, mark_).ok());

  const auto read = ReadRestoreMark(folder_);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_EQ((*read)->backup_made, mark_.backup_made);
  EXPECT_EQ((*read)->spent_keys, mark_.spent_keys);
  EXPECT_FALSE((*read)->is_settled);

  EXPECT_TRUE(RemoveRestoreMark(folder_).ok());
  EXPECT_EQ(ReadRestoreMark(folder_)->has_value(), false);
}

TEST_F(RestoreMarkTest, AMarkTakesThePlaceOfTheOneBefore) {
  ASSERT_TRUE(WriteRestoreMark(folder_, mark_).ok());
  RestoreMark settled = mark_;
  settled.is_settled = true;
  settled.spent_keys.resize(kSpentKeysMax, std::string(32, 'z'));
  ASSERT_TRUE(WriteRestoreMark(folder_, settled).ok());

  const auto read = ReadRestoreMark(folder_);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_TRUE((*read)->is_settled);
  EXPECT_EQ((*read)->spent_keys, settled.spent_keys);
}

TEST_F(RestoreMarkTest, AFileThatIsNoMarkIsNotTakenForNone) {
  const std::string key(64, 'a');
  for (const std::string& text :
       {std::string(), std::string("mrg restored 1\n"), std::string("mrg restored 1\n1\nwaiting\n"),
        absl::StrCat("mrg restored 2\n1\nwaiting\n", key, "\n"),
        absl::StrCat("mrg restored 1\nx\nwaiting\n", key, "\n"),
        absl::StrCat("mrg restored 1\n1\nwaiting\n", key),
        absl::StrCat("mrg restored 1\n1\nperhaps\n", key, "\n"),
        absl::StrCat("mrg restored 1\n1\nwaiting\nA", key, "\n"),
        absl::StrCat("mrg restored 1\n01\nwaiting\n", key, "\n"), std::string(9000, '\n')}) {
    std::ofstream(folder_ + "/RESTORED") << text;
    EXPECT_EQ(ReasonOf(ReadRestoreMark(folder_).status()), Reason::kStoreCorrupt) << text;
  }
}

}  // namespace
}  // namespace mrg
