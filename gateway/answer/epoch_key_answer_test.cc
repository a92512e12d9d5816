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

TEST(EpochKeyAnswer, OwnKeysAreGivenAndThoseOfOthersAreNotPassedOn) {
  MemoryStore store;
  EpochKeyring keys(&store);
  ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), {1, std::string(32, 'o')}).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), {1, std::string(32, 'f')}).ok());

  const auto own = GetEpochKey(keys, RequestFor("31"), kNow);

  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->key(), std::string(32, 'o'));
  EXPECT_EQ(ReasonOf(GetEpochKey(keys, RequestFor("50"), kNow).status()),
            Reason::kEpochKeyUnavailable);
}

TEST(EpochKeyAnswer, AJurisdictionThatIsNoneIsNamed) {
  MemoryStore store;
  const EpochKeyring keys(&store);

  EXPECT_EQ(FieldOf(GetEpochKey(keys, RequestFor("31a"), kNow).status()), "jurisdiction");
}

}  // namespace
}  // namespace mrg
