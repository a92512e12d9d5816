// What judging a set costs, and who waits for it.

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"

namespace mrg {
namespace {

constexpr char kPack[] = "50/packs/11100000XX0000019L003/cq-sample/1";
constexpr char kNewPack[] = "50/packs/11100000XX0000019L003/cq-sample/2";

// Counts the reads of one blob, and holds the first one when it is told to.
class WatchedBlobs : public BlobReader {
 public:
  explicit WatchedBlobs(const BlobReader* inner) : inner_(inner) {}

  void Watch(const std::string& sha256) { watched_ = sha256; }
  void Hold() { holds_ = true; }
  void AwaitHeld() { held_.get_future().wait(); }
  void Release() { released_.set_value(); }
  int reads() const { return reads_; }

  absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const override {
    if (sha256 == watched_ && ++reads_ == 1 && holds_) {
      held_.set_value();
      released_.get_future().wait();
    }
    return inner_->ReadBlob(sha256);
  }

 private:
  const BlobReader* const inner_;
  std::string watched_;
  bool holds_ = false;
  mutable std::atomic<int> reads_ = 0;
  mutable std::promise<void> held_;
  mutable std::promise<void> released_;
};

class H5 : public TrustIntakeTest {
 protected:
  // Sichuan's lists with the file in addition; the blobs are stored, and reads of it are watched.
  TrustLists With(const char* path, const std::string& content) {
    TrustLists lists = lists_;
    lists.PutFile(kSichuanMember, path, content);
    Store(lists);
    reader_.Watch(lists.Set(kSichuanMember).FindTarget(path)->sha256);
    return lists;
  }

  const BlobStore stored_{&store_};
  WatchedBlobs reader_{&stored_};
  IntakeNode node_{&store_, TrustLists::Owner(), &reader_};
};

// Own renewals and revocations, and the sets of the other members.
TEST_F(H5, WhileOneSetIsCompiledTheOthersGoInForce) {
  OfferAll(&node_);
  TrustLists lists = With(
      kNewPack,
      absl::StrReplaceAll(lists_.blobs().at(lists_.Set(kSichuanMember).FindTarget(kPack)->sha256),
                          {{"version: \"1\"", "version: \"2\""}}));
  reader_.Hold();
  absl::Status slow;
  std::thread other([&] { slow = node_.Take(Later(lists.Set(kSichuanMember))); });
  reader_.AwaitHeld();

  for (const char* publisher : {kDeltaMember, kHubMember}) {
    const InForceSet renewed = Later(lists_.Set(publisher));
    const absl::Status status = node_.Take(renewed);

    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(SameInForce(*node_.holder.View()->Find(renewed.publisher)->set, renewed));
  }

  reader_.Release();
  other.join();
  EXPECT_TRUE(slow.ok()) << slow;
  const auto view = node_.holder.View();
  EXPECT_NE(view->recognition()->FindPack(lists.Set(kSichuanMember).FindTarget(kNewPack)->sha256),
            nullptr);
  const InForceSet renewed = Later(lists_.Set(kDeltaMember));
  EXPECT_TRUE(SameInForce(*view->Find(renewed.publisher)->set, renewed));
  EXPECT_EQ(reader_.reads(), 1) << "what was compiled is shared with the view that came of it";
}

TEST_F(H5, ARefusedSetIsJudgedOnceUntilWhatJudgesItChanges) {
  OfferAll(&node_);
  TrustLists lists = With(kNewPack, "no pack");
  InForceSet set = Later(lists.Set(kSichuanMember));
  for (int i = 0; i < 3; ++i) {
    const absl::Status status = node_.Take(set);

    EXPECT_EQ(ReasonOf(status), Reason::kPackInvalid);
    EXPECT_EQ(FieldOf(status), std::string("sichuan-chongqing:") + kNewPack);
    set = Later(set);
  }
  EXPECT_EQ(reader_.reads(), 1);

  // The hub lists another jurisdiction, so that something else might count.
  TrustLists hub = lists_;
  trustlist::v1::Federation list;
  ASSERT_TRUE(
      list.ParseFromString(hub.blobs().at(hub.Set(kHubMember).FindTarget("federation")->sha256)));
  list.mutable_members(1)->add_jurisdictions("99");
  hub.PutFile(kHubMember, "federation", CanonicalBytes(list));
  Store(hub);
  ASSERT_TRUE(node_.Take(Later(hub.Set(kHubMember))).ok());
  EXPECT_EQ(ReasonOf(node_.Take(set)), Reason::kPackInvalid);
  EXPECT_EQ(reader_.reads(), 2);

  EXPECT_TRUE(node_.Take(Later(lists_.Set(kSichuanMember))).ok()) << "what is mended is taken";
  EXPECT_EQ(ReasonOf(node_.Take(Later(set))), Reason::kPackInvalid);
  EXPECT_EQ(reader_.reads(), 3);
}

}  // namespace
}  // namespace mrg
