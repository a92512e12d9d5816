#include "trustlist/store/durable_file.h"

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class DurableFileTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Content(const std::string& name) const {
    return ReadFileIfThere(Path(name)).value().value_or("none");
  }

  const std::string folder_ = ::testing::TempDir() + "/durable_file_test";
};

TEST_F(DurableFileTest, WhatWasWrittenIsReadBackAndReplaced) {
  const std::string large(100'000, '\0');

  ASSERT_TRUE(WriteDurably(Path("a"), "first").ok());
  EXPECT_EQ(Content("a"), "first");
  ASSERT_TRUE(WriteDurably(Path("a"), large).ok());
  EXPECT_EQ(Content("a"), large);
  ASSERT_TRUE(WriteDurably(Path("a"), "").ok());
  EXPECT_EQ(Content("a"), "");
}

TEST_F(DurableFileTest, NothingStaysBesideTheFile) {
  ASSERT_TRUE(WriteDurably(Path("a"), "bytes").ok());

  const auto files = std::filesystem::directory_iterator(folder_);
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(DurableFileTest, AFileWhoseNameExtendsAnotherIsLeftAlone) {
  ASSERT_TRUE(WriteDurably(Path("a.new"), "other").ok());

  ASSERT_TRUE(WriteDurably(Path("a"), "bytes").ok());

  EXPECT_EQ(Content("a.new"), "other");
}

TEST_F(DurableFileTest, AFailedWriteLeavesTheFileAsItWas) {
  ASSERT_TRUE(WriteDurably(Path("a"), "before").ok());
  std::filesystem::create_directory(Path("a+new"));  // stands where the new bytes would go

  EXPECT_EQ(ReasonOf(WriteDurably(Path("a"), "after")), Reason::kStoreUnavailable);

  EXPECT_EQ(Content("a"), "before");
}

TEST_F(DurableFileTest, B10_WritersOfOneFileFollowOneAnother) {
  // Each opens the file anew, as another process does.
  std::vector<std::thread> writers;
  for (char letter = 'a'; letter < 'i'; ++letter) {
    writers.emplace_back([this, letter] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(WriteDurably(Path("shared"), std::string(50'000, letter)).ok());
        const std::string read = Content("shared");
        EXPECT_EQ(read, std::string(50'000, read.empty() ? letter : read[0]));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  const std::string content = Content("shared");
  EXPECT_EQ(content, std::string(50'000, content[0]));
}

TEST_F(DurableFileTest, AnAbsentFileIsNoErrorButAFolderIs) {
  std::filesystem::create_directory(Path("folder"));

  EXPECT_EQ(*ReadFileIfThere(Path("absent")), std::nullopt);
  EXPECT_EQ(ReasonOf(ReadFileIfThere(Path("folder")).status()), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(WriteDurably(Path("absent/a"), "bytes")), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(WriteDurably(Path("folder"), "bytes")), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
