#include "gateway/daemon/readiness.h"

#include <memory>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/evp_signer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
constexpr char kOrigin[] = "yangtze-delta/log-1";

std::unique_ptr<Signer> NewKey() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

class ReadinessTest : public ::testing::Test {
 protected:
  // A region that serves 31 and has everything.
  ReadinessFacts Facts() {
    RecognitionSnapshot::Parts parts;
    parts.dictionary = std::make_shared<const Dictionary>();
    parts.dictionary_target = {"canonical/1", std::string(32, 'd')};
    const JurisdictionId shanghai = AsJurisdiction("31");
    parts.jurisdictions.emplace(shanghai, JurisdictionFacts(shanghai, AsMember("yangtze-delta")));
    snapshot_ = std::make_unique<RecognitionSnapshot>(std::move(parts));
    ReadinessFacts facts;
    facts.snapshot = snapshot_.get();
    facts.jurisdictions = {*JurisdictionId::Parse("31")};
    facts.log_origin = kOrigin;
    facts.log_key = &key_->public_key();
    facts.listed_keys = {
        {kOrigin, key_->public_key(), kNow - absl::Hours(1), absl::InfiniteFuture()}};
    return facts;
  }

  const std::unique_ptr<Signer> key_ = NewKey();
  std::unique_ptr<RecognitionSnapshot> snapshot_;
};

TEST_F(ReadinessTest, NodeWithAllItsListsAndItsListedLogKeyIsReady) {
  EXPECT_THAT(NotReadyReasons(Facts(), kNow), IsEmpty());
}

TEST_F(ReadinessTest, N02_N03_AStoreThatTakesNoCommitsIsNotReady) {
  ReadinessFacts facts = Facts();
  facts.store = StoreStanding::kFailed;
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("begins anew")));
  facts.store = StoreStanding::kSyncFailed;
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("check the disk and restart")));
  facts.store = StoreStanding::kCorrupt;
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("STORE_CORRUPT: ")));
  facts.store = StoreStanding::kWorks;
  facts.commit_hangs = true;
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("waiting for the disk")));
}

TEST_F(ReadinessTest, LogKeyMustBeListedForTheOwnLogAtThisTime) {
  const ReadinessFacts good = Facts();
  ReadinessFacts other_key = good;
  const std::unique_ptr<Signer> other = NewKey();
  other_key.log_key = &other->public_key();
  ReadinessFacts other_log = good;
  other_log.log_origin = "yangtze-delta/log-2";
  ReadinessFacts ended = good;
  ended.listed_keys[0].until = kNow;
  ReadinessFacts not_begun = good;
  not_begun.listed_keys[0].from = kNow + absl::Microseconds(1);

  EXPECT_TRUE(CheckLogKeyListed(good, kNow).ok());
  for (const ReadinessFacts& facts : {other_key, other_log, ended, not_begun}) {
    EXPECT_EQ(ReasonOf(CheckLogKeyListed(facts, kNow)), Reason::kLogKeyNotTrusted);
    EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("LOG_KEY_NOT_TRUSTED: ")));
  }
}

TEST_F(ReadinessTest, WithoutSnapshotDictionaryOrOwnListsTheNodeSaysWhatItLacks) {
  ReadinessFacts nothing = Facts();
  nothing.snapshot = nullptr;
  EXPECT_THAT(NotReadyReasons(nothing, kNow), ElementsAre(HasSubstr("NODE_NOT_READY: no trust")));

  ReadinessFacts facts = Facts();
  facts.jurisdictions.push_back(*JurisdictionId::Parse("32"));
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("status list of 32")));

  RecognitionSnapshot::Parts parts;
  parts.dictionary = std::make_shared<const Dictionary>();
  const JurisdictionId shanghai = AsJurisdiction("31");
  parts.jurisdictions.emplace(shanghai, JurisdictionFacts(shanghai, AsMember("yangtze-delta")));
  const RecognitionSnapshot without_dictionary(std::move(parts));
  facts = Facts();
  facts.snapshot = &without_dictionary;
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("the hub's dictionary")));
}

TEST_F(ReadinessTest, LogThatPeersDoNotConfirmIsAReason) {
  ReadinessFacts facts = Facts();
  facts.log_standing = MakeError(Reason::kLogUnwitnessed, "expected a peer");
  EXPECT_THAT(NotReadyReasons(facts, kNow), ElementsAre(HasSubstr("LOG_UNWITNESSED: ")));
}

TEST_F(ReadinessTest, M13_AClockThatPeersDoubtIsAReason) {
  ReadinessFacts facts = Facts();
  facts.clock_doubt = "the clock is 12 s behind those of hub, sichuan-chongqing";

  EXPECT_THAT(NotReadyReasons(facts, kNow),
              ElementsAre("NODE_NOT_READY: the clock is 12 s behind those of hub, "
                          "sichuan-chongqing"));
}

TEST_F(ReadinessTest, HubNeedsItsOwnRepositoryOnly) {
  ReadinessFacts facts = Facts();
  facts.jurisdictions.clear();
  RecognitionSnapshot::Parts parts;
  parts.dictionary = std::make_shared<const Dictionary>();
  const RecognitionSnapshot empty(std::move(parts));
  facts.snapshot = &empty;

  EXPECT_THAT(NotReadyReasons(facts, kNow), IsEmpty());
}

}  // namespace
}  // namespace mrg
