#ifndef MRG_TRUSTLIST_TESTING_OWN_REPOSITORY_H_
#define MRG_TRUSTLIST_TESTING_OWN_REPOSITORY_H_

// The own repository of a member with one province, its ceremony's keys and a publisher over a
// store in memory; and a follower that reads what a node serves of it.
//
// Threads: an object belongs to one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/reader_fetcher.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {

inline const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

inline std::unique_ptr<Signer> NewSigner(Scheme scheme = Scheme::kEd25519) {
  return *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
}

// What the publisher's trees are at first.
inline std::string EmptyTree() { return BuildTree({})->root_sha256; }

// Puts in force what `judgement` does not refuse, and keeps the timestamps of what it took.
class JudgingIntake : public StoringIntake {
 public:
  JudgingIntake(OrderedStore* store, const absl::Status* judgement, std::vector<int64_t>* told)
      : StoringIntake(store), judgement_(judgement), told_(told) {}

  absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) override {
    MRG_RETURN_IF_ERROR(*judgement_);
    MRG_RETURN_IF_ERROR(StoringIntake::Take(verified, std::move(writes), now));
    told_->push_back(verified.set.FindRole("timestamp")->version);
    return absl::OkStatus();
  }

 private:
  const absl::Status* const judgement_;
  std::vector<int64_t>* const told_;
};

class OwnRepositoryTest : public ::testing::Test {
 protected:
  OwnRepositoryTest() {
    targets_draft_ = MakeTargets({{"j-31", {{j31_->public_key()}, 1}, {"31/*"}},
                                  {"status", {{status_->public_key()}, 1}, {"31/status/*"}}},
                                 0, kStart);
    j31_draft_ = MakeTargets({}, 0, kStart);
  }

  std::string Root(int64_t version, const Signer& timestamp) {
    MetadataDraft draft = MakeRoot({{{root_->public_key()}, 1},
                                    {{timestamp.public_key()}, 1},
                                    {{snapshot_->public_key()}, 1},
                                    {{targets_->public_key()}, 1}},
                                   version, kStart + absl::Hours(24 * 365));
    EXPECT_TRUE(draft.Sign(*root_).ok());
    return draft.Bytes();
  }

  static std::string Next(MetadataDraft* draft, const Signer& signer) {
    draft->SetVersion(draft->version() + 1);
    draft->SetExpires(kStart + absl::Hours(24 * 90));
    EXPECT_TRUE(draft->Sign(signer).ok());
    return draft->Bytes();
  }

  Publication First() {
    const std::string content = "the list";
    j31_draft_->SetTarget("31/issuers", {content.size(), Sha256(content), false});
    return {{{"1.root.json", Root(1, *timestamp_)},
             {"targets.json", Next(&*targets_draft_, *targets_)},
             {"j-31", Next(&*j31_draft_, *j31_)}},
            {{"31/issuers", content}},
            {}};
  }

  std::unique_ptr<RepositoryPublisher> NewPublisher(OrderedStore* store) {
    PublisherOptions options{member_};
    options.online_trees = {"31/status/licences"};
    return std::make_unique<RepositoryPublisher>(
        std::move(options), OnlineSigners{timestamp_.get(), snapshot_.get(), status_.get()}, store,
        intakes_.emplace_back(std::make_unique<JudgingIntake>(store, &check_, &told_)).get());
  }

  // Expects the refusal, and that nothing was written or told.
  void ExpectRefused(const Publication& publication, Reason reason, absl::Time now = kStart) {
    const std::string before = store_.Dump();
    const size_t told = told_.size();
    const absl::Status status = publisher_->Publish(publication, now).status();
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(store_.Dump(), before);
    EXPECT_EQ(told_.size(), told);
  }

  // A follower that trusts `root`, at whatever it holds already.
  absl::StatusOr<InForceSet> Follow(const std::string& root, OrderedStore* store) {
    MetadataStore metadata(store);
    MRG_RETURN_IF_ERROR(InitTrust(member_, root, std::nullopt, &metadata));
    ReaderFetcher fetcher(member_, &store_);
    MRG_ASSIGN_OR_RETURN(Updater::Outcome outcome,
                         Updater(member_, store, &fetcher).Refresh(kStart));
    return std::move(outcome.in_force);
  }
  void ExpectFollowed(const InForceSet& set) {
    MemoryStore fresh;
    const auto followed =
        Follow(*RepositoryReader(&store_).ReadMetadata(member_, "root", 1), &fresh);
    ASSERT_TRUE(followed.ok()) << followed.status();
    EXPECT_TRUE(SameInForce(*followed, set));
  }

  int64_t InForce(absl::string_view role) {
    return (*publisher_->InForce())->FindRole(role)->version;
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  const std::unique_ptr<Signer> root_ = NewSigner();
  const std::unique_ptr<Signer> targets_ = NewSigner();
  const std::unique_ptr<Signer> j31_ = NewSigner(Scheme::kSm2Sm3);
  const std::unique_ptr<Signer> timestamp_ = NewSigner();
  std::unique_ptr<Signer> snapshot_ = NewSigner();
  std::unique_ptr<Signer> status_ = NewSigner();
  std::optional<MetadataDraft> targets_draft_;
  std::optional<MetadataDraft> j31_draft_;
  absl::Status check_;
  std::vector<int64_t> told_;
  std::vector<std::unique_ptr<JudgingIntake>> intakes_;
  MemoryStore store_;
  std::unique_ptr<RepositoryPublisher> publisher_ = NewPublisher(&store_);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TESTING_OWN_REPOSITORY_H_
