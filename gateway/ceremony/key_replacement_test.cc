#include "gateway/ceremony/key_replacement.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/ceremony/testing/ceremony_folder.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/signer_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

class KeyReplacementTest : public CeremonyTest {
 protected:
  void SetUp() override {
    CeremonyTest::SetUp();
    for (const char* role : {"targets", "j-31"}) ASSERT_TRUE(Sign(role).ok());
    ASSERT_TRUE(folder_->MarkPublished().ok());
  }

  std::unique_ptr<Signer> KeyAt(const std::string& path) const {
    return *SignerFromFile(base_ + "/keys/" + path + ".pem");
  }
  // Makes a key beside the present one. Result: its public part.
  PublicKey NewKey() const {
    MakeKey("offline/next");
    return KeyAt("offline/next")->public_key();
  }
  absl::StatusOr<ReplacedKey> Replace(const std::string& role, const std::string& before) const {
    return ReplaceRoleKey(role, NewKey(), KeyAt(before)->public_key().spki_sha256(), kNow,
                          folder_.get());
  }
  // Whether the key of the file is listed for the role.
  bool Lists(const std::string& role, const std::string& path) const {
    const ListedSigners signers = *folder_->SignersOf(role);
    return std::any_of(
        signers.role.keyids.begin(), signers.role.keyids.end(), [&](const std::string& keyid) {
          return signers.keys.at(keyid).identity() == KeyAt(path)->public_key().spki_sha256();
        });
  }
  std::string File(const std::string& role) const { return *folder_->ReadBytes(role); }
};

TEST_F(KeyReplacementTest, AnOnlineRolesKeyIsReplacedInTheNextRootAndNothingElseIs) {
  for (const char* role : {"timestamp", "snapshot"}) {
    SCOPED_TRACE(role);
    const auto replaced = Replace(role, absl::StrCat("online/", role));

    ASSERT_TRUE(replaced.ok()) << replaced.status();
    EXPECT_THAT(replaced->to_sign, ElementsAre("root"));
    EXPECT_EQ(replaced->ended, KeyAt(absl::StrCat("online/", role))->public_key().spki_sha256());
    EXPECT_TRUE(Lists(role, "offline/next"));
    EXPECT_FALSE(Lists(role, absl::StrCat("online/", role)));
  }
  EXPECT_EQ(DiffOf("root").version, 2) << "both in one root";
  EXPECT_TRUE(Lists("root", "offline/root"));
  EXPECT_TRUE(Lists("targets", "offline/targets"));
  EXPECT_TRUE(DiffOf("root").signers[0].IsSame());
  EXPECT_EQ(DiffRepository(*folder_)->size(), 1u);
  ASSERT_TRUE(Sign("root").ok());
  EXPECT_TRUE(DiffOf("root").signatures.ok());
}

TEST_F(KeyReplacementTest, AProvincesKeyIsReplacedInTargetsAndItsListWaitsForTheNewOne) {
  const auto replaced = Replace("j-31", "offline/j-31");

  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_THAT(replaced->to_sign, ElementsAre("targets", "j-31"));
  EXPECT_TRUE(absl::IsFailedPrecondition(Sign("j-31").status())) << "by the stolen one";
  EXPECT_TRUE(SignRole("j-31", base_ + "/keys/offline/next.pem", folder_.get()).ok());
  ASSERT_TRUE(Sign("targets").ok());
  EXPECT_TRUE(DiffOf("j-31").signatures.ok());
  EXPECT_TRUE(DiffOf("targets").signatures.ok());
  ASSERT_EQ(DiffOf("targets").delegations.size(), 1u) << "status is as before";
  EXPECT_EQ(DiffOf("targets").delegations[0].after->paths,
            DiffOf("targets").delegations[0].before->paths);
}

TEST_F(KeyReplacementTest, AKeyThatIsLostIsReplacedWithoutIt) {
  const auto replaced = ReplaceRoleKey("status", NewKey(), "", kNow, folder_.get());

  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_THAT(replaced->to_sign, ElementsAre("targets")) << "the node signs its own";
  EXPECT_TRUE(Lists("status", "offline/next"));
}

TEST_F(KeyReplacementTest, WhatCannotBeReplacedIsRefusedAndNothingIsStaged) {
  const std::string root = File("root"), targets = File("targets");

  EXPECT_EQ(FieldOf(Replace("root", "offline/root").status()), "--role");
  EXPECT_EQ(FieldOf(Replace("x", "offline/root").status()), "--role");
  EXPECT_TRUE(absl::IsNotFound(Replace("j-44", "offline/j-31").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Replace("timestamp", "online/snapshot").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(
      ReplaceRoleKey("timestamp", KeyAt("online/timestamp")->public_key(), "", kNow, folder_.get())
          .status()));
  EXPECT_EQ(FieldOf(ReplaceLogKey("no/id", NewKey(), kNow, folder_.get()).status()), "--log-id");
  EXPECT_TRUE(
      absl::IsAlreadyExists(ReplaceLogKey("log-1", NewKey(), kNow, folder_.get()).status()));

  EXPECT_EQ(File("root"), root);
  EXPECT_EQ(File("targets"), targets);
}

TEST_F(KeyReplacementTest, ANewLogKeyEndsTheLogAndBeginsAnother) {
  const absl::Time later = kNow + absl::Hours(5) + absl::Milliseconds(3);

  const auto replaced = ReplaceLogKey("log-0", NewKey(), later, folder_.get());

  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_THAT(replaced->to_sign, ElementsAre("targets"));
  EXPECT_EQ(replaced->ended, KeyAt("online/log")->public_key().spki_sha256());
  trustlist::v1::LogKeys keys;
  ASSERT_TRUE(ParseCanonicalInto(*ReadWholeFile(base_ + "/repository/targets/log-keys"), &keys));
  ASSERT_EQ(keys.keys_size(), 2);
  EXPECT_EQ(keys.keys(0).origin(), "yangtze-delta/log-0") << "in the order of the list";
  EXPECT_EQ(keys.keys(0).public_key(), KeyAt("offline/next")->public_key().spki_der());
  EXPECT_FALSE(keys.keys(0).has_until());
  EXPECT_EQ(keys.keys(1).origin(), "yangtze-delta/log-1");
  EXPECT_EQ(keys.keys(1).until().seconds(), absl::ToUnixSeconds(later));
  EXPECT_EQ(keys.keys(0).from().seconds(), keys.keys(1).until().seconds());
}

}  // namespace
}  // namespace mrg
