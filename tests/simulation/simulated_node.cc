#include "tests/simulation/simulated_node.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/audit/log_check.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/storage/ordered_key.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/repository/repin.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

constexpr size_t kCopyPageRows = 256;

PublisherOptions OptionsOf(const MemberDesk& desk) {
  PublisherOptions options{desk.member()};
  options.online_trees = desk.StatusTrees();
  return options;
}

LicenceTags TagsOf(const std::string& sample) {
  const SampleLicence& licence = Sample(sample);
  return {*JurisdictionId::Parse(licence.jurisdiction),
          kFixtureEpoch,
          {{kFixtureEpoch, TagOf(licence.jurisdiction, licence.type_code, licence.number)}}};
}

}  // namespace

// What rests on the store and has no name of its own outside.
struct SimulatedNode::Parts {
  Parts(const SnapshotOwner& owner, OrderedStore* store)
      : blobs(store),
        archive(owner, store, &blobs, &view),
        intake(owner, {store, &blobs, &archive, &view, {}}),
        metadata(store),
        in_force(store),
        forks(store),
        heads(store, OnFork()) {}

  OnForkFn OnFork() {
    return [this](const trustlist::v1::ForkEvidence& evidence) {
      const auto publisher = MemberId::Parse(evidence.publisher());
      if (publisher.ok()) intake.SetForked(*publisher, true).IgnoreError();
    };
  }

  // Takes a set that is stored as in force into the view. Errors: as TrustIntake::Take.
  absl::Status TakeStored(const InForceSet& set, absl::Time now) {
    MRG_ASSIGN_OR_RETURN(const auto row, in_force.LoadRow(set.publisher));
    VerifiedSet verified{set, {}, std::nullopt, /*under_new_root=*/false};
    if (row.has_value()) verified.row_version = row->version;
    return intake.Take(verified, WriteSet(), now);
  }

  const BlobStore blobs;
  TrustViewHolder view;
  TrustViewArchive archive;
  TrustIntake intake;
  MetadataStore metadata;
  const InForceStore in_force;
  ForkStore forks;
  HeadExchange heads;
  std::unique_ptr<RepositoryPublisher> publisher;
  std::unique_ptr<LicenceStatusWriter> statuses;
};

SimulatedNode::SimulatedNode(SnapshotOwner owner, const MemberDesk* desk)
    : owner_(std::move(owner)),
      desk_(desk),
      origin_(absl::StrCat(owner_.member.value(), "/log-1")) {}

SimulatedNode::~SimulatedNode() = default;

absl::Status SimulatedNode::Start(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(opened_, disk_.Open());
  store_ = std::make_unique<FaultyStore>(opened_.get());
  MRG_ASSIGN_OR_RETURN(log_, DecisionLog::Open(store_.get(), &desk_->LogKey(), origin_));
  parts_ = std::make_unique<Parts>(owner_, store_.get());
  TakeNodeKeys();
  up_ = true;
  MRG_RETURN_IF_ERROR(parts_->intake.Restore(now));
  MRG_ASSIGN_OR_RETURN(const std::vector<KeptFork> forks, parts_->forks.List(std::nullopt));
  for (const KeptFork& kept : forks) {
    const auto publisher = MemberId::Parse(kept.fork.evidence().publisher());
    if (kept.IsOpen() && publisher.ok()) {
      MRG_RETURN_IF_ERROR(parts_->intake.SetForked(*publisher, true));
    }
  }
  // A set whose commit was the last thing before the crash may not have reached the snapshot.
  MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> own, InForce(owner_.member));
  if (own.has_value()) MRG_RETURN_IF_ERROR(parts_->TakeStored(*own, now));
  return absl::OkStatus();
}

void SimulatedNode::Crash() {
  disk_.LosePower();
  parts_.reset();
  log_.reset();
  store_.reset();
  opened_.reset();
  up_ = false;
}

bool SimulatedNode::HasFailed() const {
  return up_ && (store_->fault_fired() || !store_->Get(Keyspace::kNodeState, "probe").ok());
}

absl::Status SimulatedNode::Pin(const MemberId& member, const std::string& root) {
  return InitTrust(member, root, std::nullopt, &parts_->metadata);
}

void SimulatedNode::TakeNodeKeys() {
  Parts* const parts = parts_.get();
  parts->statuses.reset();
  parts->publisher = std::make_unique<RepositoryPublisher>(OptionsOf(*desk_), desk_->NodeKeys(),
                                                           store_.get(), &parts->intake);
  parts->statuses = std::make_unique<LicenceStatusWriter>(parts->publisher.get(), &parts->blobs);
}

absl::Status SimulatedNode::Publish(const Publication& publication, absl::Time now) {
  return parts_->publisher->Publish(publication, now).status();
}

absl::StatusOr<absl::Time> SimulatedNode::Renew(absl::Time now) {
  return parts_->publisher->RenewIfDue(now);
}

absl::Status SimulatedNode::SetStatus(const std::string& sample, bool revoke, absl::Time now) {
  return parts_->statuses
      ->SetStatus(TagsOf(sample),
                  revoke ? gateway::v1::LICENCE_STATUS_ACTION_REVOKE
                         : gateway::v1::LICENCE_STATUS_ACTION_RESTORE,
                  now)
      .status();
}

absl::StatusOr<bool> SimulatedNode::Refresh(const MemberId& publisher, Door door, absl::Time now) {
  StoreFetcher fetcher(publisher, std::move(door));
  Updater updater(publisher, store_.get(), &fetcher, {}, parts_->OnFork());
  MRG_ASSIGN_OR_RETURN(const Updater::Verified verified, updater.Verify(now));
  MRG_RETURN_IF_ERROR(parts_->intake.Take(verified.set, WriteSet(), now));
  return verified.changed;
}

absl::Status SimulatedNode::CompareHeads(const std::vector<MemberId>& publishers, const Door& door,
                                         absl::Time now) {
  for (const MemberId& publisher : publishers) {
    OrderedStore* const theirs = door();
    if (theirs == nullptr) return MakeError(Reason::kFetchFailed, "the peer is not reached");
    MRG_ASSIGN_OR_RETURN(const std::vector<Head> heads, HeadExchange(theirs).HeadsOf(publisher));
    MRG_RETURN_IF_ERROR(parts_->heads
                            .Compare(
                                heads,
                                [&](const Head& head) {
                                  return StoreFetcher(head.publisher, door)
                                      .FetchSigned(head.role, head.version, head.signed_sha256,
                                                   size_t{5} << 20);
                                },
                                now)
                            .status());
  }
  return absl::OkStatus();
}

absl::Status SimulatedNode::Repin(const MemberId& publisher, const std::string& root,
                                  absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(root));
  const mrg::Repin repin = {publisher, root, digest, "the root key is lost"};
  if (publisher != owner_.member) return RepinPublisher(repin, now, store_.get()).status();
  return parts_->publisher->RepinOwn(repin, now).status();
}

absl::Status SimulatedNode::AnswerForks(const MemberId& publisher, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::vector<KeptFork> forks, parts_->forks.List(publisher));
  for (const KeptFork& kept : forks) {
    if (!kept.IsOpen()) continue;
    MRG_RETURN_IF_ERROR(parts_->forks.Resume(publisher, kept.id, "asked by telephone", now));
  }
  return parts_->intake.SetForked(publisher, false);
}

absl::StatusOr<bool> SimulatedNode::IsFrozen(const MemberId& publisher) const {
  return parts_->forks.IsFrozen(publisher);
}

absl::StatusOr<std::optional<InForceSet>> SimulatedNode::InForce(const MemberId& publisher) const {
  return parts_->in_force.Load(publisher);
}

absl::StatusOr<std::vector<std::string>> SimulatedNode::RevokedIn(const std::string& tree_sha256,
                                                                  const std::string& province,
                                                                  absl::Time now) const {
  const BlobNodes nodes(&parts_->blobs);
  MRG_ASSIGN_OR_RETURN(const LicenceStatusList list, LicenceStatusList::Load(tree_sha256, nodes));
  std::vector<std::string> revoked;
  for (const std::string& sample : SimulatedLicences()) {
    const LicenceTags tags = TagsOf(sample);
    if (tags.jurisdiction.value() != province) continue;
    if (list.At(tags.epoch, tags.tags.at(tags.epoch), now).refusal.has_value()) {
      revoked.push_back(sample);
    }
  }
  return revoked;
}

std::optional<Decision> SimulatedNode::Decide(LicenceQuestion question, absl::Time now) const {
  const auto snapshot = parts_->view.Current();
  if (snapshot == nullptr) return std::nullopt;
  question.now = now;
  return Answer(*snapshot, question);
}

absl::StatusOr<uint64_t> SimulatedNode::Log(const std::string& record) {
  DecisionLog::Submission submission;
  submission.leaf = std::make_shared<const std::string>(record);
  submission.absent_key = OrderedKey().Text("simulated").U64(++requests_).Take();
  submission.companions = [&](const DecisionLog::Placement&, WriteSet* writes) {
    writes->Put(submission.absent_keyspace, submission.absent_key, "");
  };
  const std::vector<DecisionLog::Appended> answers = log_->AppendGroup(std::span(&submission, 1));
  if (answers.front().result != DecisionLog::Appended::kAppended) return answers.front().status;
  return answers.front().placement.index;
}

absl::StatusOr<std::vector<std::string>> SimulatedNode::CheckWholeLog() const {
  const PublicKey key = desk_->LogKey().public_key();
  MRG_ASSIGN_OR_RETURN(const LogCheckReport report,
                       CheckLog(*store_, origin_, std::span(&key, 1), {}));
  return report.findings;
}

const std::vector<std::string>& SimulatedLicences() {
  static const auto* const licences =
      new std::vector<std::string>{"31-identity-card", "32-driving-licence", "32-business-licence",
                                   "50-identity-card", "50-driving-licence", "51-business-licence"};
  return *licences;
}

absl::StatusOr<InForceSet> ForkRepository(const OrderedStore& store, const MemberDesk& desk,
                                          const std::string& revoked, absl::Time now,
                                          OrderedStore* shadow) {
  for (const Keyspace keyspace :
       {Keyspace::kTrustMetadata, Keyspace::kTrustInForce, Keyspace::kBlob}) {
    std::string begin;
    while (true) {
      MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                           store.Scan(keyspace, begin, "", kCopyPageRows));
      WriteSet writes;
      for (const Row& row : rows) writes.Put(keyspace, row.key, row.value);
      MRG_RETURN_IF_ERROR(shadow->Commit(writes).status);
      if (rows.size() < kCopyPageRows) break;
      begin = KeyAfter(rows.back().key);
    }
  }
  StoringIntake intake(shadow);
  RepositoryPublisher publisher(OptionsOf(desk), desk.NodeKeys(), shadow, &intake);
  const BlobStore blobs(shadow);
  LicenceStatusWriter writer(&publisher, &blobs);
  MRG_RETURN_IF_ERROR(
      writer.SetStatus(TagsOf(revoked), gateway::v1::LICENCE_STATUS_ACTION_SUSPEND, now).status());
  MRG_ASSIGN_OR_RETURN(std::optional<InForceSet> set, publisher.InForce());
  if (!set.has_value()) return MakeError(Reason::kMetadataNotFound, "nothing to fork");
  return *std::move(set);
}

}  // namespace mrg
