// Two publishers of one store, as two replicas of a node are: whatever one does, the other does it
// in between any two touches of the store, and what both were told holds afterwards.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/repository/repin.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/stored_keys.h"
#include "trustlist/store/timestamp_history.h"
#include "trustlist/testing/reader_fetcher.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);
const absl::Time kNow = kStart + absl::Minutes(30);  // a renewal is due
const JurisdictionId kShanghai = *JurisdictionId::Parse("31");
constexpr char kTree[] = "31/status/licences";

std::unique_ptr<Signer> NewKey() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

// Keeps what was ever committed as trusted metadata.
class RecordingStore : public OrderedStore {
 public:
  explicit RecordingStore(OrderedStore* inner) : inner_(inner) {}

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    return inner_->Get(keyspace, key);
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    return inner_->GetMany(keyspace, keys);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    return inner_->Scan(keyspace, begin, end, limit);
  }
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override {
    std::vector<CommitResult> results = inner_->CommitGroup(sets);
    for (size_t i = 0; i < sets.size(); ++i) {
      if (!results[i].committed()) continue;
      for (const WriteSet::Write& write : sets[i].writes()) {
        if (write.keyspace == Keyspace::kTrustMetadata && write.value.has_value()) {
          contents_[write.key].insert(*write.value);
        }
      }
    }
    return results;
  }
  absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                            absl::string_view end) override {
    return inner_->EraseDeleted(keyspace, begin, end);
  }
  StoreStanding Standing() const override { return inner_->Standing(); }
  uint64_t CommitUnderWay() const override { return inner_->CommitUnderWay(); }
  std::unique_ptr<StoreSnapshot> Snapshot() const override { return inner_->Snapshot(); }

  // Result: all contents that the version of the role ever had.
  std::set<std::string> ContentsOf(const MemberId& publisher, absl::string_view role,
                                   int64_t version) {
    if (role != "timestamp") return contents_[MetadataKey(publisher, role, version)];
    std::set<std::string> contents;
    const auto chains = *TimestampHistory(inner_).Chains(publisher);
    for (const TimestampChain& chain : chains) {
      contents.merge(std::set(contents_[TimestampKey(publisher, chain.serial, version)]));
    }
    return contents;
  }

 private:
  OrderedStore* const inner_;
  std::map<std::string, std::set<std::string>> contents_;
};

enum class Kind { kPublish, kPublishTheSameVersion, kRenew, kStatus, kRepin };
constexpr Kind kKinds[] = {Kind::kPublish, Kind::kPublishTheSameVersion, Kind::kRenew,
                           Kind::kStatus, Kind::kRepin};

class OwnRepositoryInterleavingTest : public ::testing::Test {
 protected:
  // One replica: what it publishes, and what came of it.
  struct Replica {
    Replica(OwnRepositoryInterleavingTest* test, OrderedStore* store, char name)
        : name(name),
          blobs(store),
          intake(store),
          publisher(test->NewPublisher(store, &intake)),
          writer(publisher.get(), &blobs, store) {}

    const char name;
    const BlobStore blobs;
    StoringIntake intake;
    const std::unique_ptr<RepositoryPublisher> publisher;
    LicenceStatusWriter writer;
    Kind kind = Kind::kRenew;
    absl::Status status = absl::UnknownError("did not run");
  };

  void SetUp() override {
    MetadataDraft targets = MakeTargets({{"j-31", {{province_->public_key()}, 1}, {"31/*"}},
                                         {"j-32", {{province_->public_key()}, 1}, {"32/*"}},
                                         {"status", {{status_->public_key()}, 1}, {"31/status/*"}}},
                                        1, kStart + absl::Hours(1000));
    ASSERT_TRUE(targets.Sign(*targets_).ok());
    StoringIntake intake(&prepared_);
    const auto published = NewPublisher(&prepared_, &intake)
                               ->Publish({{{"1.root", Root(1, *root_)},
                                           {"targets", targets.Bytes()},
                                           {"j-31", Province(1, "first")},
                                           {"j-32", Province(1, "first")}},
                                          {},
                                          {}},
                                         kStart);
    ASSERT_TRUE(published.ok()) << published.status();
  }

  std::unique_ptr<RepositoryPublisher> NewPublisher(OrderedStore* store, SetIntake* intake) {
    PublisherOptions options{member_};
    options.online_trees = {kTree};
    return std::make_unique<RepositoryPublisher>(
        std::move(options), OnlineSigners{timestamp_.get(), snapshot_.get(), status_.get()}, store,
        intake);
  }

  std::string Root(int64_t version, const Signer& signer) const {
    MetadataDraft draft = MakeRoot({{{signer.public_key()}, 1},
                                    {{timestamp_->public_key()}, 1},
                                    {{snapshot_->public_key()}, 1},
                                    {{targets_->public_key()}, 1}},
                                   version, kStart + absl::Hours(1000));
    EXPECT_TRUE(draft.Sign(signer).ok());
    return draft.Bytes();
  }

  std::string Province(int64_t version, const std::string& word) const {
    MetadataDraft draft = MakeTargets({}, version, kStart + absl::Hours(1000));
    draft.SetMember("x-word", word);
    EXPECT_TRUE(draft.Sign(*province_).ok());
    return draft.Bytes();
  }

  std::string RoleOf(const Replica& replica) const {
    if (replica.kind == Kind::kPublishTheSameVersion) return "j-31";
    return replica.name == 'a' ? "j-31" : "j-32";
  }
  std::string FileOf(const Replica& replica) const {
    return Province(2, std::string(1, replica.name));
  }
  std::string TagOf(const Replica& replica) const { return std::string(32, replica.name); }
  // Two decisions, each for a root of its own.
  std::string NewRootOf(const Replica& replica) const {
    return replica.name == 'a' ? Root(11, *after_a_) : Root(12, *after_b_);
  }

  void Run(Replica* replica) const {
    switch (replica->kind) {
      case Kind::kPublish:
      case Kind::kPublishTheSameVersion:
        replica->status =
            replica->publisher->Publish({{{RoleOf(*replica), FileOf(*replica)}}, {}, {}}, kNow)
                .status();
        return;
      case Kind::kRenew:
        replica->status = replica->publisher->RenewIfDue(kNow).status();
        return;
      case Kind::kStatus:
        replica->status = replica->writer
                              .SetStatus({{kShanghai, 1, {{1, TagOf(*replica)}}},
                                          gateway::v1::LICENCE_STATUS_ACTION_REVOKE,
                                          *IssuerCode::Parse("11310000YY000001XH")},
                                         kNow)
                              .status();
        return;
      case Kind::kRepin: {
        const std::string root = NewRootOf(*replica);
        replica->status =
            replica->publisher->RepinOwn({member_, root, *RootDigest(root), "lost"}, kNow).status();
        return;
      }
    }
  }

  // What `replica` was told holds. `others`: what the other was told holds as well.
  void ExpectHolds(const Replica& replica, const Replica& other, OrderedStore* store) const {
    const InForceSet set = **InForceStore(store).Load(member_);
    const auto in_force = [&](absl::string_view role) { return set.FindRole(role); };
    switch (replica.kind) {
      case Kind::kPublish:
      case Kind::kPublishTheSameVersion: {
        const std::string digest = SignedEnvelope::Parse(FileOf(replica))->signed_sha256();
        const bool holds = in_force(RoleOf(replica))->signed_sha256 == digest;
        EXPECT_EQ(holds, replica.status.ok()) << replica.status;
        if (!holds) {
          EXPECT_EQ(ReasonOf(replica.status), Reason::kMetadataMismatch);
          EXPECT_TRUE(other.status.ok() && RoleOf(other) == RoleOf(replica));
        }
        return;
      }
      case Kind::kRenew:
        EXPECT_TRUE(replica.status.ok()) << replica.status;
        EXPECT_EQ(in_force("timestamp")->expires, kNow + absl::Hours(1));
        return;
      case Kind::kStatus: {
        EXPECT_TRUE(replica.status.ok()) << replica.status;
        const BlobStore blobs(store);
        const BlobNodes nodes(&blobs);
        const auto list = LicenceStatusList::Load(set.FindTarget(kTree)->sha256, nodes);
        ASSERT_TRUE(list.ok()) << list.status();
        EXPECT_EQ(list->At(1, TagOf(replica), kNow).refusal, Reason::kLicenceRevoked);
        return;
      }
      case Kind::kRepin: {
        EXPECT_TRUE(replica.status.ok()) << replica.status;
        const bool holds = in_force("root")->signed_sha256 == *RootDigest(NewRootOf(replica));
        EXPECT_TRUE(holds || other.kind == Kind::kRepin);
        EXPECT_EQ(RepinsOf(member_, *store)->size(), other.kind == Kind::kRepin ? 2u : 1u);
        return;
      }
    }
  }

  void ExpectOneHistory(RecordingStore* store) const {
    const MetadataStore metadata(store);
    for (const char* role : {"timestamp", "snapshot", "targets", "status", "j-31", "j-32"}) {
      const int64_t newest = *metadata.NewestVersion(member_, role);
      for (int64_t version = 1; version <= newest; ++version) {
        EXPECT_EQ(store->ContentsOf(member_, role, version).size(), 1u) << role << " " << version;
      }
    }
    const int64_t newest = *metadata.NewestVersion(member_, "timestamp");
    for (int64_t version = 2; version <= newest; ++version) {
      const auto before = SignedEnvelope::Parse(**metadata.Read(member_, "timestamp", version - 1));
      const auto timestamp = TimestampMetadata::Parse(
          *SignedEnvelope::Parse(**metadata.Read(member_, "timestamp", version)));
      EXPECT_EQ(timestamp->previous->signed_sha256, before->signed_sha256());
    }
    EXPECT_EQ((*InForceStore(store).Load(member_))->FindRole("timestamp")->version, newest);
  }

  void ExpectAFollowerTakesIt(OrderedStore* store) const {
    MemoryStore other;
    MetadataStore metadata(&other);
    const std::string root = **MetadataStore(store).Newest(member_, "root");
    ASSERT_TRUE(InitTrust(member_, root, std::nullopt, &metadata).ok());
    ReaderFetcher fetcher(member_, store);
    const auto followed = Updater(member_, &other, &fetcher).Refresh(kNow);
    ASSERT_TRUE(followed.ok()) << followed.status();
    EXPECT_TRUE(SameInForce(followed->in_force, **InForceStore(store).Load(member_)));
  }

  void CopyPrepared(OrderedStore* store) const {
    WriteSet writes;
    for (const Keyspace keyspace :
         {Keyspace::kTrustMetadata, Keyspace::kTrustInForce, Keyspace::kBlob}) {
      const auto rows = prepared_.Scan(keyspace, "", "", 1000);
      ASSERT_TRUE(rows.ok());
      for (const Row& row : *rows) writes.Put(keyspace, row.key, row.value);
    }
    ASSERT_TRUE(store->Commit(writes).committed());
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  const std::unique_ptr<Signer> root_ = NewKey(), targets_ = NewKey(), province_ = NewKey(),
                                timestamp_ = NewKey(), snapshot_ = NewKey(), status_ = NewKey(),
                                after_a_ = NewKey(), after_b_ = NewKey();
  MemoryStore prepared_;
};

TEST_F(OwnRepositoryInterleavingTest, A06_T14_WhateverTwoWritersDoAtOnceHoldsInOneHistory) {
  int runs = 0;
  for (const Kind of_a : kKinds) {
    for (const Kind of_b : kKinds) {
      for (size_t touch = 1;; ++touch) {
        MemoryStore memory;
        RecordingStore recording(&memory);
        CopyPrepared(&recording);
        InterleavingStore interleaving(&recording);
        Replica a(this, &interleaving, 'a');
        Replica b(this, &recording, 'b');
        a.kind = of_a;
        b.kind = of_b;
        interleaving.BeforeTouch(touch, [&] { Run(&b); });

        Run(&a);

        if (!interleaving.touched()) break;
        ++runs;
        SCOPED_TRACE(testing::Message() << "kinds " << static_cast<int>(of_a) << " and "
                                        << static_cast<int>(of_b) << ", touch " << touch);
        ExpectHolds(a, b, &recording);
        ExpectHolds(b, a, &recording);
        ExpectOneHistory(&recording);
        ExpectAFollowerTakesIt(&recording);
        if (HasFailure()) return;
      }
    }
  }
  RecordProperty("interleavings", runs);
  EXPECT_GT(runs, 300);
}

}  // namespace
}  // namespace mrg
