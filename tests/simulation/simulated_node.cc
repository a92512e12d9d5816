#include "tests/simulation/simulated_node.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <span>
#include <utility>

#include "gateway/audit/log_check.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/storage/ordered_key.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

constexpr size_t kCopyPageRows = 256;

absl::StatusOr<LicenceTags> TagsOf(const std::string& sample, const EpochKeys& keys,
                                   absl::Time now) {
  const SampleLicence& licence = Sample(sample);
  return TagsUnder(keys,
                   {AsJurisdiction(licence.jurisdiction),
                    *LicenceTypeCode::Parse(licence.type_code), licence.number},
                   now);
}

IssuerCode AuthorityOf(const std::string& sample) {
  return *IssuerCode::Parse(IssuerCodeOf(Sample(sample).jurisdiction));
}

}  // namespace

SimulatedNode::SimulatedNode(NodePlace place, NodeEars ears)
    : place_(std::move(place)), ears_(std::move(ears)) {}

SimulatedNode::~SimulatedNode() {
  if (up()) place_.network->Remove(member());
}

absl::Status SimulatedNode::Start() {
  MRG_ASSIGN_OR_RETURN(opened_, disk_.Open());
  store_ = std::make_unique<FaultyStore>(opened_.get());
  MRG_ASSIGN_OR_RETURN(
      log_, DecisionLog::Open(store_.get(), &place_.desk->LogKey(), place_.desk->LogOrigin()));
  parts_ = std::make_unique<NodeParts>(&place_, &ears_, store_.get(), log_.get());
  MRG_RETURN_IF_ERROR(parts_->Restore(place_.clock->Now()));
  place_.network->Add(member(), parts_->Answering());
  return absl::OkStatus();
}

void SimulatedNode::Crash() {
  disk_.LosePower();
  place_.network->Remove(member());
  lists_.clear();
  parts_.reset();
  log_.reset();
  store_.reset();
  opened_.reset();
}

absl::Status SimulatedNode::Publish(const Publication& publication) {
  return parts_->publisher->Publish(publication, place_.clock->Now()).status();
}

absl::StatusOr<absl::Time> SimulatedNode::Renew() {
  return parts_->publisher->RenewIfDue(place_.clock->Now());
}

absl::Status SimulatedNode::SetStatus(const std::string& sample, bool revoke) {
  const absl::Time now = place_.clock->Now();
  MRG_ASSIGN_OR_RETURN(const LicenceTags tags,
                       TagsOf(sample, LicenceKeysOf(Sample(sample).jurisdiction), now));
  return parts_->statuses
      ->SetStatus({tags,
                   revoke ? gateway::v1::LICENCE_STATUS_ACTION_REVOKE
                          : gateway::v1::LICENCE_STATUS_ACTION_RESTORE,
                   AuthorityOf(sample)},
                  now)
      .status();
}

absl::Status SimulatedNode::TakeLicenceKey(const std::string& province, const EpochKey& key) {
  return parts_->epoch_keys.SetOwn(AsJurisdiction(province), key);
}

PeerFollower& SimulatedNode::FollowerOf(const MemberId& peer) {
  for (const auto& follower : parts_->followers.all()) {
    if (follower->member() == peer) return *follower;
  }
  std::cerr << name() << " does not follow " << peer.value() << std::endl;
  std::abort();
}

void SimulatedNode::BringLists(const MemberId& peer) {
  FollowerOf(peer).RunLists(place_.clock->Now());
}

void SimulatedNode::ServeLink(const MemberId& peer) {
  FollowerOf(peer).RunLink(place_.clock->Now());
}

void SimulatedNode::Hint(const MemberId& peer, int64_t version) {
  FollowerOf(peer).Hint(peer, version);
}

absl::Status SimulatedNode::Repin(const MemberId& publisher, const std::string& root) {
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(root));
  return parts_->Repins()
      .Decide({publisher, root, digest, "the root key is lost"}, place_.clock->Now())
      .status();
}

absl::Status SimulatedNode::AnswerForks(const MemberId& publisher) {
  MRG_ASSIGN_OR_RETURN(const std::vector<KeptFork> forks, parts_->forks.List(publisher));
  for (const KeptFork& kept : forks) {
    if (!kept.IsOpen()) continue;
    MRG_RETURN_IF_ERROR(
        parts_->fork_gate.Resume(publisher, kept.id, "asked by telephone", place_.clock->Now()));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> SimulatedNode::IsFrozen(const MemberId& publisher) const {
  return parts_->forks.IsFrozen(publisher);
}

absl::StatusOr<std::optional<InForceSet>> SimulatedNode::InForce(const MemberId& publisher) const {
  return parts_->in_force.Load(publisher);
}

absl::StatusOr<std::optional<Head>> SimulatedNode::FindHead(
    const MemberId& publisher, const std::string& timestamp_sha256) const {
  MRG_ASSIGN_OR_RETURN(const std::vector<Head> heads, parts_->head_exchange.HeadsOf(publisher));
  const auto found = std::find_if(heads.begin(), heads.end(), [&](const Head& head) {
    return head.signed_sha256 == timestamp_sha256;
  });
  return found == heads.end() ? std::optional<Head>() : *found;
}

bool SimulatedNode::Contradicts(const Head& head) const {
  const auto heads = parts_->head_exchange.HeadsOf(head.publisher);
  return heads.ok() && std::any_of(heads->begin(), heads->end(), [&](const Head& own) {
           return own.role == head.role && own.keys_sha256 == head.keys_sha256 &&
                  own.version == head.version && own.signed_sha256 != head.signed_sha256;
         });
}

absl::StatusOr<std::vector<std::string>> SimulatedNode::OutBy(const std::string& tree_sha256,
                                                              const std::string& province) {
  const absl::Time now = place_.clock->Now();
  const auto before = lists_.find(province);
  const BlobNodes nodes(&parts_->blobs);
  MRG_ASSIGN_OR_RETURN(LicenceStatusList list,
                       LicenceStatusList::Load(tree_sha256, nodes,
                                               before == lists_.end() ? nullptr : &before->second));
  std::vector<std::string> out;
  for (const std::string& sample : SimulatedLicences()) {
    if (Sample(sample).jurisdiction != province) continue;
    MRG_ASSIGN_OR_RETURN(const LicenceTags tags,
                         TagsOf(sample, place_.desk->licence_keys().at(province), now));
    if (list.AtAny(tags.tags, now).refusal.has_value()) out.push_back(sample);
  }
  lists_.insert_or_assign(province, std::move(list));
  return out;
}

std::optional<Decision> SimulatedNode::Decide(LicenceQuestion question) const {
  const auto snapshot = parts_->view.Current();
  if (snapshot == nullptr) return std::nullopt;
  question.now = place_.clock->Now();
  const EpochKeys held = LicenceKeysOf(question.request.issuing_jurisdiction.value());
  question.epoch_keys.clear();
  for (const auto& [epoch, key] : held) question.epoch_keys[epoch] = key.key;
  const std::optional<EpochKey> in_use = InUseAt(held, question.now);
  question.epoch = in_use.has_value() ? in_use->epoch : 0;
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
  const PublicKey key = place_.desk->LogKey().public_key();
  MRG_ASSIGN_OR_RETURN(const LogCheckReport report,
                       CheckLog(*store_, place_.desk->LogOrigin(), std::span(&key, 1), {}));
  std::vector<std::string> findings = report.findings;
  const absl::Status standing = parts_->standing.Check();
  if (!standing.ok()) findings.emplace_back(standing.message());
  return findings;
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
  LicenceStatusWriter writer(&publisher, &blobs, shadow);
  MRG_ASSIGN_OR_RETURN(const LicenceTags tags,
                       TagsOf(revoked, desk.licence_keys().at(Sample(revoked).jurisdiction), now));
  MRG_RETURN_IF_ERROR(
      writer
          .SetStatus({tags, gateway::v1::LICENCE_STATUS_ACTION_SUSPEND, AuthorityOf(revoked)}, now)
          .status());
  MRG_ASSIGN_OR_RETURN(std::optional<InForceSet> set, publisher.InForce());
  if (!set.has_value()) return MakeError(Reason::kMetadataNotFound, "nothing to fork");
  return *std::move(set);
}

}  // namespace mrg
