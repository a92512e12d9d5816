// What two nodes tell each other of the histories they hold, and what each makes of it.

#include "gateway/federation/head_desk.h"

#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/checkpoint.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/digest.h"
#include "gateway/federation/testing/desk_of_tests.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// A node whose decision log is kLogOfTests and that follows one publisher, the hub.
class HeadDeskTest : public ::testing::Test {
 protected:
  HeadDeskTest() {
    ListLogKey(*signer_, &log_keys_);
    MetadataStore metadata(&store_);
    EXPECT_TRUE(InitTrust(hub_, repository_.root(1), std::nullopt, &metadata).ok());
    Refresh();
  }

  void Refresh() { EXPECT_TRUE(Updater(hub_, &store_, &repository_).Refresh(kNow).ok()); }

  // The next timestamp is in force here. Result: another one of its version, signed with the same
  // keys.
  NamedFile Fork() {
    RepositorySimulator twin = repository_;
    twin.SetNow(kNow + absl::Seconds(1));
    twin.PublishTimestamp();
    repository_.PublishTimestamp();
    Refresh();
    return twin.timestamp();
  }

  // What a peer says that holds `timestamp` of the hub.
  ExchangeHeadsResponse AnswerWith(const NamedFile& timestamp) {
    ExchangeHeadsResponse answer;
    trustlist::v1::Head* const head = answer.add_heads();
    head->set_publisher("hub");
    head->set_root_version(1);
    head->set_role("timestamp");
    head->set_version(timestamp.version);
    head->set_signed_sha256(SignedEnvelope::Parse(timestamp.bytes)->signed_sha256());
    head->set_keys_sha256(**MetadataStore(&store_).TimestampKeys(hub_));
    return answer;
  }
  static void AddFile(const std::string& bytes, ExchangeHeadsResponse* answer) {
    trustlist::v1::SignedFile* const file = answer->add_files();
    file->set_publisher("hub");
    file->set_role("timestamp");
    file->set_content(bytes);
  }
  // What a peer says that keeps `checkpoint` of the own log.
  static ExchangeHeadsResponse KeepsOfOwnLog(const std::string& checkpoint) {
    ExchangeHeadsResponse answer;
    answer.add_log_heads()->set_origin(kLogOfTests);
    answer.mutable_log_heads(0)->set_checkpoint(checkpoint);
    return answer;
  }
  // `answer`: of the hub, while the peer is away.
  void ExpectWaitsForPeerAtNextStart(const ExchangeHeadsResponse& answer) {
    LogStanding next(log_.get(), own_, &signer_->public_key(), &log_keys_, &store_);
    ASSERT_TRUE(next.TakeUp().ok());
    next.RequireWitness({peer_, hub_});
    HeadDesk desk({{own_, hub_}, &exchange_, &witness_, &next, log_.get(), &metrics_, &events_});
    desk.Unanswered(peer_);

    ASSERT_TRUE(desk.Take(hub_, answer, kNow).ok());

    EXPECT_EQ(ReasonOf(next.Check()), Reason::kLogUnwitnessed);
  }
  void ExpectField(const ExchangeHeadsRequest& request, Reason reason, const std::string& field) {
    const auto answer = desk_.Answer(request);
    EXPECT_EQ(ReasonOf(answer.status()), reason) << field;
    EXPECT_EQ(FieldOf(answer.status()), field);
  }

  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId peer_ = *MemberId::Parse("sichuan-chongqing");
  RepositorySimulator repository_{kNow};
  MemoryStore store_;
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  int forks_ = 0;
  HeadExchange exchange_{&store_, [this](const trustlist::v1::ForkEvidence&) { ++forks_; }};
  ListedLogKeys log_keys_;
  LogWitness witness_{&store_, &log_keys_};
  const std::unique_ptr<Signer> signer_ = NewLogSigner();
  std::unique_ptr<DecisionLog> log_ = OpenLogOfTests(&store_, signer_.get());
  LogStanding standing_{log_.get(), own_, &signer_->public_key(), &log_keys_, &store_};
  HeadDesk desk_{
      {{own_, hub_}, &exchange_, &witness_, &standing_, log_.get(), &metrics_, &events_}};
};

TEST_F(HeadDeskTest, AnAnswerHasEveryRootAndTimestampAndTheOwnLog) {
  repository_.PublishTimestamp();
  Refresh();
  const std::string checkpoint = AppendRecords(log_.get(), 2);

  const auto answer = desk_.Answer(ExchangeHeadsRequest());

  ASSERT_TRUE(answer.ok()) << answer.status();
  std::vector<std::string> heads;
  for (const auto& head : answer->heads()) {
    EXPECT_EQ(head.publisher(), "hub") << "nothing of the own lists is in force";
    heads.push_back(head.role() + " " + std::to_string(head.version()));
  }
  EXPECT_THAT(heads, ElementsAre("root 1", "timestamp 1", "timestamp 2"));
  ASSERT_EQ(answer->log_heads_size(), 1);
  EXPECT_EQ(answer->log_heads(0).checkpoint(), checkpoint);
  EXPECT_EQ(desk_.Ask(peer_)->log_heads(0).checkpoint(), checkpoint);

  ExchangeHeadsRequest of_own;
  of_own.add_publishers("yangtze-delta");
  EXPECT_THAT(desk_.Answer(of_own)->heads(), IsEmpty());
}

TEST_F(HeadDeskTest, EachFieldOfARequestIsChecked) {
  ExchangeHeadsRequest request;
  request.add_publishers("Hub");
  ExpectField(request, Reason::kFieldMalformed, "publishers[0]");
  for (int i = 0; i < 64; ++i) request.add_publishers("hub");
  ExpectField(request, Reason::kFieldTooLong, "publishers");
  request.Clear();
  for (int i = 0; i < 4097; ++i) request.add_heads();
  ExpectField(request, Reason::kFieldTooLong, "heads");
}

TEST_F(HeadDeskTest, S2_R18_HeadsOfLogsThatAreOddOrTooManyArePassedOver) {
  ListLogs(hub_, {"log-1"}, *signer_, &log_keys_);
  const std::string note = *SignCheckpoint({"hub/log-1", 1, std::string(32, 'r')}, *signer_);
  ExchangeHeadsRequest request;
  for (const char* what : {"origin", "no origin", "checkpoint", "no checkpoint", "hash", "proof"}) {
    auto* const odd = request.add_log_heads();
    odd->set_origin("hub/log-1");
    odd->set_checkpoint(note);
    if (what == std::string("origin")) odd->set_origin(std::string(128, 'x'));
    if (what == std::string("no origin")) odd->set_origin("");
    if (what == std::string("checkpoint")) odd->set_checkpoint(std::string(2049, 'x'));
    if (what == std::string("no checkpoint")) odd->set_checkpoint("");
    if (what == std::string("hash")) odd->add_consistency_proof("short");
    for (int i = 0; i < 66 && what == std::string("proof"); ++i) {
      odd->add_consistency_proof(std::string(32, 'h'));
    }
  }
  ASSERT_TRUE(desk_.Answer(request).ok());
  EXPECT_THAT(*witness_.List(), IsEmpty());

  auto* const good = request.add_log_heads();
  good->set_origin("hub/log-1");
  good->set_checkpoint(note);
  for (int i = 0; i < 2000; ++i) request.add_log_heads();
  ASSERT_TRUE(desk_.Answer(request).ok());

  EXPECT_EQ(witness_.List()->size(), 1u);
}

// T08 as well: without an exchange no split view is found.
TEST_F(HeadDeskTest, T08_S2_R18_TheLogsThatOneMemberListsEndNoExchangeBetweenTheOthers) {
  std::vector<std::string> ids;
  for (int i = 0; i < kLogKeysMax; ++i) ids.push_back("x" + std::to_string(i));
  ListLogs(hub_, ids, *signer_, &log_keys_);
  ListLogs(peer_, {"log-1"}, *signer_, &log_keys_);
  AppendRecords(log_.get(), 1);
  ExchangeHeadsRequest hostile;
  const auto show = [&](const std::string& origin) {
    trustlist::v1::LogHead head;
    head.set_origin(origin);
    head.set_checkpoint(*SignCheckpoint({origin, 1, std::string(32, 'r')}, *signer_));
    return head;
  };
  for (const std::string& id : ids) *hostile.add_log_heads() = show("hub/" + id);
  ASSERT_TRUE(desk_.Answer(hostile).ok());
  ExchangeHeadsRequest honest;
  *honest.add_log_heads() = show("sichuan-chongqing/log-1");
  ASSERT_TRUE(desk_.Answer(honest).ok());

  const auto asked = desk_.Ask(peer_);

  ASSERT_TRUE(asked.ok()) << asked.status();
  ASSERT_EQ(asked->log_heads_size(), 2 + static_cast<int>(kLogsOfAMemberMax));
  EXPECT_EQ(asked->log_heads(0).origin(), kLogOfTests);
  EXPECT_EQ(asked->log_heads(1).origin(), "sichuan-chongqing/log-1") << "what the peer asks for";
  EXPECT_EQ(desk_.Answer(honest)->log_heads(1).origin(), "sichuan-chongqing/log-1");
  DeskOfTests other(peer_, {peer_, hub_}, "sichuan-chongqing/log-1");
  other.log_keys = log_keys_;
  EXPECT_TRUE(other.desk.Answer(*asked).ok());
  EXPECT_EQ(other.witness.List()->size(), 1 + kLogsOfAMemberMax);
}

TEST_F(HeadDeskTest, APeerThatKeepsMoreOfTheOwnLogThanThereIsContradictsItAndIsToldOnce) {
  MemoryStore longer_store;
  const auto longer = OpenLogOfTests(&longer_store, signer_.get());
  ExchangeHeadsRequest request;
  request.add_log_heads()->set_origin(kLogOfTests);
  request.mutable_log_heads(0)->set_checkpoint(AppendRecords(longer.get(), 3));
  AppendRecords(log_.get(), 1);

  ASSERT_TRUE(desk_.Answer(request).ok());
  ASSERT_TRUE(desk_.Answer(request).ok());

  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogContradicted);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("log_contradicted")));
}

TEST_F(HeadDeskTest, M1_L3_R18_AnAnswerThatCannotBeReadDoesNotWitnessTheLog) {
  const std::string checkpoint = AppendRecords(log_.get(), 1);
  standing_.RequireWitness({peer_});
  const auto stranger = NewLogSigner();
  for (const char* what : {"signature", "note", "size", "hidden"}) {
    ExchangeHeadsResponse answer = KeepsOfOwnLog(checkpoint);
    auto* const head = answer.mutable_log_heads(0);
    if (what == std::string("signature")) {
      head->set_checkpoint(*SignCheckpoint(*ParseCheckpointBody(checkpoint), *stranger));
    }
    if (what == std::string("note")) head->set_checkpoint("no note");
    if (what == std::string("size")) head->set_checkpoint(std::string(2049, 'x'));
    if (what == std::string("hidden")) {
      for (int i = 0; i < 1024; ++i) *answer.add_log_heads() = *head;
      for (int i = 0; i < 1024; ++i) answer.mutable_log_heads(i)->set_origin("hub/log-1");
    }

    EXPECT_EQ(ReasonOf(desk_.Take(peer_, answer, kNow).status()), Reason::kReceiptCheckpointInvalid)
        << what;
    EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed) << what;
  }

  EXPECT_TRUE(desk_.Take(peer_, ExchangeHeadsResponse(), kNow).ok());
  EXPECT_TRUE(standing_.Check().ok()) << "nobody is known to have kept the log";
}

TEST_F(HeadDeskTest, M1_L3_R18_WhoKeptTheLogIsRememberedOverARestart) {
  ASSERT_TRUE(desk_.Take(peer_, KeepsOfOwnLog(AppendRecords(log_.get(), 1)), kNow).ok());

  ExpectWaitsForPeerAtNextStart(ExchangeHeadsResponse());
}

TEST_F(HeadDeskTest, M1_L3_R18_WhoKeptWhatTheLogLostIsRememberedAlthoughAnOperatorAcceptedIt) {
  MemoryStore longer_store;
  const auto longer = OpenLogOfTests(&longer_store, signer_.get());
  AppendRecords(log_.get(), 1);
  ASSERT_TRUE(desk_.Take(peer_, KeepsOfOwnLog(AppendRecords(longer.get(), 3)), kNow).ok());
  ASSERT_TRUE(standing_.Accept().ok());

  ExpectWaitsForPeerAtNextStart(ExchangeHeadsResponse());
}

TEST_F(HeadDeskTest, M1_L3_R18_WhoKeepsACheckpointOfNoRecordsKeepsNothing) {
  ASSERT_TRUE(desk_.Take(peer_, KeepsOfOwnLog(AppendRecords(log_.get(), 1)), kNow).ok());

  ExpectWaitsForPeerAtNextStart(
      KeepsOfOwnLog(*SignCheckpoint({kLogOfTests, 0, Sha256("")}, *signer_)));
}

TEST_F(HeadDeskTest, AForkBehindAPeersHeadIsProvedAndCounted) {
  const NamedFile twin = Fork();
  ExchangeHeadsResponse answer = AnswerWith(twin);
  AddFile(twin.bytes, &answer);

  ASSERT_TRUE(desk_.Take(peer_, answer, kNow).ok());

  EXPECT_EQ(forks_, 1);
  EXPECT_EQ(metrics_.contradictions.Value({{"peer", LabelValue::OfMember(peer_)}}), 1);
}

TEST_F(HeadDeskTest, L3_AForkIsProvedAlthoughWhatThePeerSaysOfTheOwnLogCannotBeRead) {
  const NamedFile twin = Fork();
  ExchangeHeadsResponse answer = KeepsOfOwnLog("no note");
  AddFile(twin.bytes, &answer);

  EXPECT_FALSE(desk_.Take(peer_, answer, kNow).ok());

  EXPECT_EQ(forks_, 1);
}

TEST_F(HeadDeskTest, AHeadWithoutAFileProvesNothingAndWhatIsMalformedIsPassedOver) {
  ExchangeHeadsResponse answer = AnswerWith(repository_.timestamp());
  answer.mutable_heads(0)->set_signed_sha256(std::string(32, 'x'));
  ASSERT_TRUE(desk_.Take(peer_, answer, kNow).ok());
  EXPECT_EQ(metrics_.contradictions.Value({{"peer", LabelValue::OfMember(peer_)}}), 1);

  for (const char* what : {"publisher", "version", "digest", "keys", "other keys", "log"}) {
    ExchangeHeadsResponse bad = answer;
    bad.mutable_heads(0)->set_signed_sha256(std::string(32, 'y'));
    if (what == std::string("publisher")) bad.mutable_heads(0)->set_publisher("Hub");
    if (what == std::string("version")) bad.mutable_heads(0)->set_version(0);
    if (what == std::string("digest")) bad.mutable_heads(0)->set_signed_sha256("short");
    if (what == std::string("keys")) bad.mutable_heads(0)->set_keys_sha256("short");
    if (what == std::string("other keys")) {
      bad.mutable_heads(0)->set_keys_sha256(std::string(32, 'k'));
    }
    if (what == std::string("log")) {
      bad.clear_heads();
      bad.add_log_heads()->set_origin(std::string(200, 'x'));
    }
    EXPECT_TRUE(desk_.Take(peer_, bad, kNow).ok()) << what;
  }
  EXPECT_EQ(metrics_.contradictions.Value({{"peer", LabelValue::OfMember(peer_)}}), 1);
  EXPECT_EQ(forks_, 0);
}

TEST_F(HeadDeskTest, H5_HeadsBeyondTheBoundAndOfPublishersThatAreNotFollowedCostNothing) {
  const trustlist::v1::Head true_head = AnswerWith(repository_.timestamp()).heads(0);
  ExchangeHeadsResponse answer;
  for (int i = 0; i < 40000; ++i) {
    *answer.add_heads() = true_head;
    std::string digest = std::to_string(i);
    digest.resize(32, 'x');
    answer.mutable_heads(i)->set_signed_sha256(digest);
    if (i % 2 == 1) answer.mutable_heads(i)->set_publisher("sichuan-chongqing");
  }

  ASSERT_TRUE(desk_.Take(peer_, answer, kNow).ok());

  EXPECT_EQ(metrics_.contradictions.Value({{"peer", LabelValue::OfMember(peer_)}}), 2048);
}

TEST_F(HeadDeskTest, H5_OnlyTheFirstFilesOfAnAnswerAreLookedAt) {
  const NamedFile twin = Fork();
  ExchangeHeadsResponse answer;
  for (int i = 0; i < 64; ++i) AddFile("{\"signed\": " + std::to_string(i), &answer);
  AddFile(twin.bytes, &answer);

  ASSERT_TRUE(desk_.Take(peer_, answer, kNow).ok());
  EXPECT_EQ(forks_, 0);
  answer.mutable_files()->DeleteSubrange(0, 1);
  ASSERT_TRUE(desk_.Take(peer_, answer, kNow).ok());

  EXPECT_EQ(forks_, 1);
}

TEST_F(HeadDeskTest, WhoIsAskedShowsTheFilesThatContradictAndItsNewestWhereTheAskerIsAhead) {
  RepositorySimulator twin = repository_;
  twin.SetNow(kNow + absl::Seconds(1));
  for (int i = 0; i < 3; ++i) {
    twin.PublishTimestamp();
    repository_.PublishTimestamp();
  }
  Refresh();
  const std::string keys = **MetadataStore(&store_).TimestampKeys(hub_);
  const auto asked = [&](int64_t version, const std::string& digest) {
    ExchangeHeadsRequest request;
    trustlist::v1::Head* const head = request.add_heads();
    head->set_publisher("hub");
    head->set_root_version(1);
    head->set_role("timestamp");
    head->set_version(version);
    head->set_signed_sha256(digest);
    head->set_keys_sha256(keys);
    const auto answer = desk_.Answer(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> files;
    for (const auto& file : answer->files()) files.push_back(file.content());
    return files;
  };
  const std::string ours = SignedEnvelope::Parse(repository_.timestamp().bytes)->signed_sha256();
  const std::string theirs = SignedEnvelope::Parse(twin.timestamp().bytes)->signed_sha256();

  EXPECT_THAT(asked(4, ours), IsEmpty());
  EXPECT_THAT(asked(4, theirs), ElementsAre(repository_.timestamp().bytes));
  EXPECT_THAT(asked(40, theirs), ElementsAre(repository_.timestamp().bytes));
  EXPECT_THAT(asked(2, theirs), ElementsAre(repository_.served("2.timestamp.json")));
}

}  // namespace
}  // namespace mrg
