#include "gateway/answer/packs_by_digest.h"

#include <map>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class MapBlobs : public BlobReader {
 public:
  absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const override {
    ++reads;
    const auto found = blobs.find(std::string(sha256));
    if (found == blobs.end()) return MakeError(Reason::kTreeNodeNotFound, "no such blob");
    return found->second;
  }
  std::map<std::string, std::string> blobs;
  mutable int reads = 0;
};

class PacksByDigestTest : public ::testing::Test {
 protected:
  // Takes the fixture's first pack out of force. Result: its digest.
  std::string Retire() {
    const std::string text = fixture_.packs.front();
    fixture_.packs.erase(fixture_.packs.begin());
    blobs_.blobs[Sha256(text)] = text;
    return Sha256(text);
  }

  SnapshotFixture fixture_;
  MapBlobs blobs_;
  PacksByDigest packs_{&blobs_};
};

TEST_F(PacksByDigestTest, PackInForceIsNotReadAgain) {
  const RecognitionSnapshot snapshot = fixture_.Build();
  const std::string sha256 = Sha256(fixture_.packs.front());
  ASSERT_NE(snapshot.FindPack(sha256), nullptr);

  const auto pack = packs_.Find(snapshot, sha256);

  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ(*pack, snapshot.FindPack(sha256)->pack);
  EXPECT_EQ(blobs_.reads, 0);
}

TEST_F(PacksByDigestTest, PackThatIsNoLongerInForceIsCompiledOnce) {
  const std::string sha256 = Retire();
  const RecognitionSnapshot snapshot = fixture_.Build();
  ASSERT_EQ(snapshot.FindPack(sha256), nullptr);

  const auto first = packs_.Find(snapshot, sha256);
  const auto second = packs_.Find(snapshot, sha256);

  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(blobs_.reads, 1);
}

TEST_F(PacksByDigestTest, DigestThatNobodyHasIsNotFound) {
  EXPECT_EQ(ReasonOf(packs_.Find(fixture_.Build(), std::string(32, 'x')).status()),
            Reason::kTreeNodeNotFound);
}

}  // namespace
}  // namespace mrg
