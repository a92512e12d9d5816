#include "gateway/daemon/restored_folder.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/restore_mark.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RestoredFolderTest : public ::testing::Test {
 protected:
  RestoredFolderTest() : folder_(::testing::TempDir() + "/restored-folder") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~RestoredFolderTest() override { fs::remove_all(folder_); }

  void Restore() {
    ASSERT_TRUE(WriteRestoreMark(folder_, {absl::FromUnixSeconds(1795996800),
                                           {before_->public_key().spki_sha256()}})
                    .ok());
  }
  absl::Status Start(const Signer& timestamp, bool accept = false) {
    const FieldKey keys[] = {{"keys.timestamp_path", &timestamp.public_key()},
                             {"keys.snapshot_path", &other_->public_key()},
                             {"keys.log_path", &other_->public_key()}};
    return SettleRestore(folder_, *MemberId::Parse("yangtze-delta"), keys, accept, &events_);
  }

  const std::string folder_;
  const std::unique_ptr<Signer> before_ = NewLogSigner();
  const std::unique_ptr<Signer> next_ = NewLogSigner();
  const std::unique_ptr<Signer> other_ = NewLogSigner();
  KeptEvents events_;
};

TEST_F(RestoredFolderTest, AFolderThatWasNotRestoredIsNotSpokenOf) {
  EXPECT_TRUE(Start(*before_).ok());

  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(RestoredFolderTest, AKeyThatSignedWhatWasLostDoesNotSignAgain) {
  Restore();
  for (int start = 0; start < 2; ++start) {
    const absl::Status refused = Start(*before_);

    EXPECT_EQ(ReasonOf(refused), Reason::kConfigInvalid);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("2026-11-30T"));
    EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("node_restored")));
  }
}

TEST_F(RestoredFolderTest, NewKeysSettleIt) {
  Restore();

  EXPECT_TRUE(Start(*next_).ok());

  EXPECT_THAT(events_.Take(),
              ElementsAre(HasSubstr("node_restored"), HasSubstr("restore_settled")));
  EXPECT_TRUE(Start(*next_).ok());
  EXPECT_THAT(events_.Take(), IsEmpty()) << "told once";
}

// Put back by hand, from a copy that somebody kept.
TEST_F(RestoredFolderTest, ASpentKeyIsRefusedAfterAnotherHasSettledIt) {
  Restore();
  ASSERT_TRUE(Start(*next_).ok());
  events_.Take();

  EXPECT_EQ(ReasonOf(Start(*before_)), Reason::kConfigInvalid);
  EXPECT_TRUE(Start(*next_).ok());
}

TEST_F(RestoredFolderTest, AnOperatorsWordIsTold) {
  Restore();

  EXPECT_TRUE(Start(*before_, /*accept=*/true).ok());

  EXPECT_THAT(events_.Take(),
              ElementsAre(HasSubstr("node_restored"),
                          AllOf(HasSubstr("restore_unsettled_accepted"), HasSubstr("\"keys\":1"))));
}

TEST_F(RestoredFolderTest, AMarkThatCannotBeReadIsNotTakenForNone) {
  std::ofstream(folder_ + "/RESTORED") << "x";

  EXPECT_EQ(ReasonOf(Start(*next_)), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(Start(*next_, /*accept=*/true)), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
