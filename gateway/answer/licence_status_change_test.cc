#include "gateway/answer/licence_status_change.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;

constexpr char kType[] = "11100000XX0000019L003";
const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const EpochKey kKey = {2, std::string(32, 'k')};
constexpr char kOtherIssuer[] = "11310000YY000002XX";
constexpr char kSetStatus[] = "mrg.gateway.v1.StatusService/SetLicenceStatus";

// An authority of the jurisdiction with this code; empty: the one that the fixture lists.
Caller Authority(const std::string& jurisdiction, const std::string& issuer_code = "") {
  return {*SpiffeId::Parse(
              absl::StrCat("spiffe://delta.example/jurisdiction/", jurisdiction, "/authority/",
                           issuer_code.empty() ? IssuerCodeOf(jurisdiction) : issuer_code)),
          kSetStatus};
}

std::unique_ptr<Signer> NewKey() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

SetLicenceStatusRequest Request(const std::string& request_id,
                                gateway::v1::LicenceStatusAction action) {
  SetLicenceStatusRequest request;
  request.set_request_id(request_id);
  request.set_jurisdiction("31");
  request.set_type_code(kType);
  request.set_licence_number("S-1");
  request.set_action(action);
  return request;
}

SetLicenceStatusRequest Revocation(const std::string& request_id) {
  return Request(request_id, gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
}

// The node of a member whose repository, with the status list of Shanghai, is in force.
class LicenceStatusChangeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    MetadataDraft root = MakeRoot({{{root_->public_key()}, 1},
                                   {{timestamp_->public_key()}, 1},
                                   {{snapshot_->public_key()}, 1},
                                   {{targets_->public_key()}, 1}},
                                  1, kNow + absl::Hours(1000));
    ASSERT_TRUE(root.Sign(*root_).ok());
    MetadataDraft targets = MakeTargets({{"status", {{status_->public_key()}, 1}, {"31/status/*"}}},
                                        1, kNow + absl::Hours(1000));
    ASSERT_TRUE(targets.Sign(*targets_).ok());
    const auto published = publisher_.Publish(
        {{{"1.root", root.Bytes()}, {"targets", targets.Bytes()}}, {}, {}}, kNow);
    ASSERT_TRUE(published.ok()) << published.status();
    ASSERT_TRUE(epoch_keys_.SetOwn(AsJurisdiction("31"), kKey).ok());
    PutInForce(SnapshotFixture());
  }

  void PutInForce(const SnapshotFixture& fixture) {
    snapshots_.Publish(std::make_shared<const RecognitionSnapshot>(fixture.Build()));
  }

  // Names another authority for what the one of the fixture is listed for.
  void ListAlso(const std::string& issuer_code) {
    SnapshotFixture fixture;
    auto listed = fixture.jurisdictions.at("31").issuers.front();
    listed.set_issuer_code(issuer_code);
    fixture.jurisdictions.at("31").issuers.push_back(listed);
    PutInForce(fixture);
  }

  LicenceStatusChange::Parts Parts(const EpochKeyring* keys, LicenceStatusWriter* writer) {
    return {&authorization_,
            &snapshots_,
            keys,
            writer,
            &store_,
            &events_,
            std::string(32, 'i'),
            [this] { return clock_doubt_; },
            &pace_};
  }

  absl::StatusOr<int64_t> Set(const SetLicenceStatusRequest& request,
                              const Caller& caller = Authority("31")) {
    const auto response = change_.Set(caller, request, kNow);
    if (!response.ok()) return response.status();
    return response->status_version();
  }

  std::optional<Reason> RefusalAt(absl::Time t) {
    const auto set = *publisher_.InForce();
    const BlobNodes nodes(&blobs_);
    const auto list = LicenceStatusList::Load(set->FindTarget("31/status/licences")->sha256, nodes);
    EXPECT_TRUE(list.ok()) << list.status();
    return list->At(kKey.epoch, LicenceTag(kKey.key, "31", kType, "S-1"), t).refusal;
  }

  int64_t Version() { return (*publisher_.InForce())->FindRole("status")->version; }

  const std::unique_ptr<Signer> root_ = NewKey(), targets_ = NewKey(), timestamp_ = NewKey(),
                                snapshot_ = NewKey(), status_ = NewKey();
  MemoryStore memory_;
  FaultyStore faulty_{&memory_};
  InterleavingStore store_{&faulty_};
  const BlobStore blobs_{&store_};
  const PublisherOptions options_{
      *MemberId::Parse("yangtze-delta"), "status", {"31/status/licences"}};
  StoringIntake intake_{&store_};
  RepositoryPublisher publisher_{
      options_, {timestamp_.get(), snapshot_.get(), status_.get()}, &store_, &intake_};
  LicenceStatusWriter writer_{&publisher_, &blobs_, &store_};
  EpochKeyring epoch_keys_{&store_, std::string(32, 'n')};
  SetSnapshot snapshots_;
  KeptEvents events_;
  const Authorization authorization_ =
      *Authorization::Create({{"spiffe://delta.example/jurisdiction/*/authority/*",
                               {"mrg.gateway.v1.StatusService/*"},
                               {},
                               {}}},
                             {*JurisdictionId::Parse("31")});
  std::string clock_doubt_;
  StatusPace pace_;
  const LicenceStatusChange change_{Parts(&epoch_keys_, &writer_)};
};

TEST_F(LicenceStatusChangeTest, RevocationHoldsUnderTheTagOfTheKeyInUse) {
  const auto version = Set(Revocation("a"));

  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_EQ(*version, Version());
  EXPECT_EQ(RefusalAt(kNow), Reason::kLicenceRevoked);
}

TEST_F(LicenceStatusChangeTest, RepeatedRequestGetsTheFirstAnswerAndChangesNothing) {
  const auto first = Set(Revocation("a"));
  ASSERT_TRUE(Set(Request("b", gateway::v1::LICENCE_STATUS_ACTION_RESTORE)).ok());
  const int64_t version = Version();

  const auto again = Set(Revocation("a"));

  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(Version(), version);
  EXPECT_FALSE(RefusalAt(kNow).has_value());
}

TEST_F(LicenceStatusChangeTest, RequestIdWithAnotherBodyIsRefusedAndChangesNothing) {
  ASSERT_TRUE(Set(Revocation("a")).ok());
  const int64_t version = Version();

  EXPECT_EQ(ReasonOf(Set(Request("a", gateway::v1::LICENCE_STATUS_ACTION_RESTORE)).status()),
            Reason::kRequestIdReused);
  EXPECT_EQ(Version(), version);
  EXPECT_EQ(RefusalAt(kNow), Reason::kLicenceRevoked);
}

TEST_F(LicenceStatusChangeTest, B7_ChangeAndItsMemoryAreOneCommit) {
  faulty_.FailCommit(2, FaultyStore::Fault::kErrorAndLost);

  const auto first = Set(Revocation("a"));
  const auto again = Set(Revocation("a"));

  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
}

TEST_F(LicenceStatusChangeTest, B7_LostCommitLeavesNeitherChangeNorMemory) {
  const std::string before = memory_.Dump();
  faulty_.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(Set(Revocation("a")).status()), Reason::kStoreUnavailable);
  EXPECT_EQ(memory_.Dump(), before);
  EXPECT_TRUE(Set(Revocation("a")).ok());
  EXPECT_EQ(RefusalAt(kNow), Reason::kLicenceRevoked);
}

// The caller does not know whether the first was done, and asks again.
TEST_F(LicenceStatusChangeTest, B7_CommitOfUnknownOutcomeIsFoundByTheRepeat) {
  faulty_.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  EXPECT_EQ(ReasonOf(Set(Revocation("a")).status()), Reason::kStoreUnavailable);
  const int64_t version = Version();
  const auto again = Set(Revocation("a"));

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, version);
  EXPECT_EQ(Version(), version);
}

// Two replicas over one store, or the same call that came by two connections.
TEST_F(LicenceStatusChangeTest, B7_OfOneRequestTwiceAtOnceOneAloneIsDone) {
  absl::StatusOr<int64_t> other = absl::UnknownError("not asked");
  store_.BeforeNextCommit([&] {
    RepositoryPublisher publisher(options_, {timestamp_.get(), snapshot_.get(), status_.get()},
                                  &store_, &intake_);
    LicenceStatusWriter writer(&publisher, &blobs_, &store_);
    const LicenceStatusChange elsewhere(Parts(&epoch_keys_, &writer));
    const auto response = elsewhere.Set(Authority("31"), Revocation("a"), kNow);
    other = response.ok() ? absl::StatusOr<int64_t>(response->status_version())
                          : absl::StatusOr<int64_t>(response.status());
  });

  const auto mine = Set(Revocation("a"));

  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE(mine.ok()) << mine.status();
  EXPECT_EQ(*mine, *other);
  EXPECT_EQ(Version(), *other);
}

TEST_F(LicenceStatusChangeTest, BadFieldsAreNamedAndNothingChanges) {
  SetLicenceStatusRequest without_number = Revocation("a");
  without_number.clear_licence_number();
  SetLicenceStatusRequest without_action = Revocation("a");
  without_action.clear_action();
  const std::string before = memory_.Dump();

  EXPECT_EQ(FieldOf(Set(without_number).status()), "licence_number");
  EXPECT_EQ(ReasonOf(Set(without_action).status()), Reason::kEnumUnspecified);
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, AuthorityOfAnotherProvinceIsRefused) {
  EXPECT_EQ(ReasonOf(Set(Revocation("a"), Authority("32")).status()),
            Reason::kJurisdictionNotAllowed);
  EXPECT_FALSE(RefusalAt(kNow).has_value());
}

TEST_F(LicenceStatusChangeTest, B01_NumberThatNoDocumentCanHaveIsNamedAndNothingChanges) {
  const std::string before = memory_.Dump();
  for (const char* number : {"\uFEFFS-1", "S\u20111", "S-\u200B1", "\u202ES-1", "S\u00AD-1"}) {
    SetLicenceStatusRequest request = Revocation("a");
    request.set_licence_number(number);

    const absl::Status refused = Set(request).status();

    EXPECT_EQ(ReasonOf(refused), Reason::kFieldMalformed) << number;
    EXPECT_EQ(FieldOf(refused), "licence_number") << number;
  }
  SetLicenceStatusRequest blanks = Revocation("a");
  blanks.set_licence_number("\u3000 ");
  EXPECT_EQ(ReasonOf(Set(blanks).status()), Reason::kFieldRequired);
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, B01_OtherWritingsOfTheNumberAreTheSameLicence) {
  SetLicenceStatusRequest request = Revocation("a");
  request.set_licence_number("\u3000ｓ－１\u00A0");

  ASSERT_TRUE(Set(request).ok());

  EXPECT_EQ(RefusalAt(kNow), Reason::kLicenceRevoked);
}

TEST_F(LicenceStatusChangeTest, B02_TypeThatTheCatalogueDoesNotHaveIsNamedAndNothingChanges) {
  const std::string before = memory_.Dump();
  // The second is a type of Chongqing's catalogue.
  for (const char* type : {"11100000XX0000019L009", "11100000XX0000019L005"}) {
    SetLicenceStatusRequest request = Revocation("a");
    request.set_type_code(type);

    const absl::Status refused = Set(request).status();

    EXPECT_EQ(ReasonOf(refused), Reason::kCredentialTypeNotFound) << type;
    EXPECT_EQ(FieldOf(refused), "type_code") << type;
  }
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, B02_IssuerThatTheListDoesNotNameIsNamedAndNothingChanges) {
  const std::string before = memory_.Dump();
  for (const std::string& code : {std::string("11310000YY000002XX"), IssuerCodeOf("50")}) {
    const absl::Status refused = Set(Revocation("a"), Authority("31", code)).status();

    EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed) << code;
    EXPECT_EQ(FieldOf(refused), "issuer_code") << code;
  }
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, L7_TypeForWhichTheAuthorityIsNotListedIsRefused) {
  SnapshotFixture fixture;
  for (auto& entry : fixture.jurisdictions.at("31").issuers) {
    entry.clear_type_codes();
    entry.add_type_codes(kIdentityCardType);
  }
  PutInForce(fixture);
  const std::string before = memory_.Dump();

  const absl::Status refused = Set(Revocation("a")).status();

  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(FieldOf(refused), "type_code");
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, L7_AnotherAuthorityThanTheCallerIsRefused) {
  SetLicenceStatusRequest request = Revocation("a");
  request.set_issuer_code("11310000YY000002XX");
  EXPECT_EQ(ReasonOf(Set(request).status()), Reason::kIssuerNotAllowed);

  request.set_issuer_code(IssuerCodeOf("31"));
  EXPECT_TRUE(Set(request).ok());
}

TEST_F(LicenceStatusChangeTest, B02_L7_AuthorityOfTheSameTypeDoesNotRestoreAnothersRevocation) {
  ListAlso(kOtherIssuer);
  ASSERT_TRUE(Set(Revocation("a")).ok());
  const std::string before = memory_.Dump();

  const absl::Status refused =
      Set(Request("b", gateway::v1::LICENCE_STATUS_ACTION_RESTORE), Authority("31", kOtherIssuer))
          .status();

  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(FieldOf(refused), "issuer_code");
  EXPECT_EQ(memory_.Dump(), before);
  EXPECT_EQ(RefusalAt(kNow), Reason::kLicenceRevoked);
}

// Whoever lost the first answer still gets it.
TEST_F(LicenceStatusChangeTest, RepeatIsAnsweredAlthoughTheListsHaveChanged) {
  const auto first = Set(Revocation("a"));
  SnapshotFixture fixture;
  fixture.jurisdictions.at("31").in_force = false;
  PutInForce(fixture);

  const auto again = Set(Revocation("a"));

  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(ReasonOf(Set(Revocation("b")).status()), Reason::kNodeNotReady);
}

TEST_F(LicenceStatusChangeTest, T11_WhileTheClockIsInDoubtNothingIsSetAndARepeatIsAnswered) {
  const auto first = Set(Revocation("a"));
  const std::string before = memory_.Dump();
  clock_doubt_ = "the clock is 86400 s ahead of those of hub, chengyu";

  const absl::Status refused =
      Set(Request("b", gateway::v1::LICENCE_STATUS_ACTION_RESTORE)).status();
  const auto again = Set(Revocation("a"));

  EXPECT_EQ(ReasonOf(refused), Reason::kNodeNotReady);
  EXPECT_NE(refused.message().find(clock_doubt_), std::string::npos) << refused;
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(memory_.Dump(), before);
}

TEST_F(LicenceStatusChangeTest, H4_ChangesFasterThanTheirPaceAreRefusedAndARepeatIsAnswered) {
  const auto first = Set(Revocation("a"));
  while (pace_.Admit(Authority("31").identity, kNow).ok()) {
  }
  const std::string before = memory_.Dump();

  const auto refused = Set(Request("b", gateway::v1::LICENCE_STATUS_ACTION_RESTORE));
  const auto again = Set(Revocation("a"));

  EXPECT_EQ(ReasonOf(refused.status()), Reason::kOverloaded);
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(memory_.Dump(), before);
}

// Two say at once that they hold what stands: whoever comes second decides anew, of one change.
TEST_F(LicenceStatusChangeTest, H4_AChangeThatIsDecidedAnewCountsOnce) {
  ListAlso(kOtherIssuer);
  ASSERT_TRUE(Set(Revocation("a")).ok());
  const Caller other = Authority("31", kOtherIssuer);
  for (int left = kStatusChangesAtOnceMax; left > 1; --left) {
    ASSERT_TRUE(pace_.Admit(other.identity, kNow).ok());
  }
  StatusPace elsewhere;
  store_.BeforeNextCommit([&] {
    LicenceStatusWriter writer(&publisher_, &blobs_, &store_);
    LicenceStatusChange::Parts parts = Parts(&epoch_keys_, &writer);
    parts.pace = &elsewhere;
    EXPECT_TRUE(LicenceStatusChange(parts).Set(other, Revocation("b"), kNow).ok());
  });

  const auto second = Set(Revocation("c"), other);

  EXPECT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(ReasonOf(Set(Revocation("d"), other).status()), Reason::kOverloaded);
}

TEST_F(LicenceStatusChangeTest, WithoutAnOwnKeyNothingCanBeSet) {
  EpochKeyring none(&store_, std::string(32, 'n'));
  const LicenceStatusChange change(Parts(&none, &writer_));

  EXPECT_EQ(ReasonOf(change.Set(Authority("31"), Revocation("a"), kNow).status()),
            Reason::kEpochKeyUnavailable);
}

}  // namespace
}  // namespace mrg
