#include "gateway/answer/epoch_key_answer.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

trustlist::v1::GetEpochKeyRequest RequestFor(const std::string& jurisdiction) {
  trustlist::v1::GetEpochKeyRequest request;
  request.set_jurisdiction(jurisdiction);
  return request;
}

// The Delta's node, which follows Sichuan-Chongqing and the hub.
class EpochKeyAnswer : public ::testing::Test {
 protected:
  EpochKeyAnswer() {
    domains_.Replace({{"sichuan-chongqing.mrg.example", *MemberId::Parse("sichuan-chongqing")},
                      {"hub.mrg.example", *MemberId::Parse("hub")}});
    EXPECT_TRUE(keys_.SetOwn(AsJurisdiction("31"), {1, std::string(32, 'o')}).ok());
    EXPECT_TRUE(keys_
                    .SetForeign(AsJurisdiction("50"), AsMember("sichuan-chongqing"),
                                {1, std::string(32, 'f')})
                    .ok());
  }

  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> Ask(const std::string& domain,
                                                         const std::string& jurisdiction) {
    const Caller caller = {*SpiffeId::Parse("spiffe://" + domain + "/node/1"),
                           "mrg.trustlist.v1.FederationKeyService/GetEpochKey"};
    return GetEpochKey({&keys_, &domains_, *MemberId::Parse("hub")}, caller,
                       RequestFor(jurisdiction), kNow);
  }

  MemoryStore store_;
  EpochKeyring keys_{&store_, std::string(32, 'n')};
  MemberDomains domains_;
};

TEST_F(EpochKeyAnswer, OwnKeysAreGivenAndThoseOfOthersAreNotPassedOn) {
  const auto own = Ask("sichuan-chongqing.mrg.example", "31");

  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->key(), std::string(32, 'o'));
  EXPECT_EQ(ReasonOf(Ask("sichuan-chongqing.mrg.example", "50").status()),
            Reason::kEpochKeyUnavailable);
}

TEST_F(EpochKeyAnswer, M9_TheHubAndStrangersAreGivenNoKey) {
  EXPECT_EQ(ReasonOf(Ask("hub.mrg.example", "31").status()), Reason::kIdentityNotListed);
  EXPECT_EQ(ReasonOf(Ask("hub.mrg.example", "50").status()), Reason::kIdentityNotListed);
  EXPECT_EQ(ReasonOf(Ask("elsewhere.example", "31").status()), Reason::kIdentityNotListed);
}

TEST_F(EpochKeyAnswer, AJurisdictionThatIsNoneIsNamed) {
  EXPECT_EQ(FieldOf(Ask("sichuan-chongqing.mrg.example", "31a").status()), "jurisdiction");
}

}  // namespace
}  // namespace mrg
