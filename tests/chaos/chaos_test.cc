// The federation on a network that misbehaves: three real nodes whose links are cut, delayed,
// reordered, held half-open and made to flip bits by random schedules, and whose answers somebody
// with their certificates alters, while all members publish. Whatever happens, versions never go
// back, nothing is in force that was not published, and when the links are sound again all nodes
// are on the same versions. MRG_CHAOS_SEED repeats the choices of a run; the moments themselves
// also depend on the machine.

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/chaos/published_lists.h"
#include "tests/chaos/spoiling_peer.h"
#include "tests/chaos/tcp_proxy.h"
#include "tests/chaos/trust_observer.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::IsEmpty;

constexpr int kSchedules = 200;
constexpr int kStepsMin = 3;
constexpr int kStepsMax = 7;
// After a step the nodes are looked at so many times at most before the next.
constexpr int kLooksMax = 6;
constexpr int kDelayMsMax = 60;
constexpr int kSpoilEachMax = 6;
constexpr int kFlipBytesMax = 12000;
constexpr absl::Duration kConvergedAtMost = absl::Seconds(60);
// Ping and its timeout (peer_channel.cc) and one connection, twice over.
constexpr absl::Duration kForgottenNoticedWithin = absl::Seconds(40);
constexpr const char* kMembers[] = {kHub, kDelta, kChuanyu};
constexpr const char* kRegions[] = {kDelta, kChuanyu};
constexpr char kPollOften[] = "poll_period { nanos: 300000000 }";

enum class StepKind { kFault, kSpoil, kIssuers, kStatus, kRenewal };

struct Step {
  StepKind kind;
  size_t link = 0;          // kFault, kSpoil
  LinkState state;          // kFault
  uint64_t spoil_each = 0;  // kSpoil, answers
  std::string member;       // else: that publishes
  int looks = 0;            // at the nodes, before the next step
};
using Schedule = std::vector<Step>;

std::string InWords(const Step& step) {
  switch (step.kind) {
    case StepKind::kFault:
      return absl::StrCat("link ", step.link, " fault ", static_cast<int>(step.state.fault));
    case StepKind::kSpoil:
      return absl::StrCat("link ", step.link, " spoil each ", step.spoil_each);
    case StepKind::kIssuers:
      return absl::StrCat(step.member, " issuers");
    case StepKind::kStatus:
      return absl::StrCat(step.member, " status");
    case StepKind::kRenewal:
      return absl::StrCat(step.member, " renewal");
  }
  return "";
}

class Choices {
 public:
  explicit Choices(uint64_t seed) : random_(seed) {}

  Schedule NextSchedule(size_t link_count) {
    Schedule schedule(static_cast<size_t>(Between(kStepsMin, kStepsMax)));
    for (Step& step : schedule) {
      step = NextStep(link_count);
      step.looks = Between(0, kLooksMax);
    }
    return schedule;
  }

 private:
  int Between(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

  Step NextStep(size_t link_count) {
    Step step;
    const int kind = Between(0, 99);
    if (kind < 45) {
      step.kind = StepKind::kFault;
      step.link = static_cast<size_t>(Between(0, static_cast<int>(link_count) - 1));
      step.state.fault = static_cast<LinkFault>(Between(0, static_cast<int>(LinkFault::kFlip)));
      step.state.delay = absl::Milliseconds(Between(1, kDelayMsMax));
      step.state.flip_each_bytes = static_cast<uint64_t>(Between(1, kFlipBytesMax));
    } else if (kind < 60) {
      step.kind = StepKind::kSpoil;
      step.link = static_cast<size_t>(Between(0, static_cast<int>(link_count) - 1));
      step.spoil_each = static_cast<uint64_t>(Between(1, kSpoilEachMax));
    } else if (kind < 75) {
      step.kind = StepKind::kIssuers;
      step.member = kRegions[Between(0, 1)];
    } else if (kind < 95) {
      step.kind = StepKind::kStatus;
      step.member = kRegions[Between(0, 1)];
    } else {
      step.kind = StepKind::kRenewal;
      step.member = kMembers[Between(0, 2)];
    }
    return step;
  }

  std::mt19937_64 random_;
};

class ChaosTest : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    auto proxy = TcpProxy::Start();
    ASSERT_TRUE(proxy.ok()) << proxy.status();
    proxy_ = *std::move(proxy);
    FederationOptions options;
    options.every_config = kPollOften;
    options.route = [](const Federation& federation, const std::string& from,
                       const std::string& to) -> absl::StatusOr<std::string> {
      auto peer = SpoilingPeer::Start(NodeFiles(federation, from), NodeFiles(federation, to),
                                      federation.Address(to, "federation"));
      if (!peer.ok()) return peer.status();
      auto link = proxy_->AddLink((*peer)->address());
      if (!link.ok()) return link.status();
      links_[{from, to}] = link->number;
      spoilers_.push_back(*std::move(peer));
      return link->address;
    };
    StartOnce(std::move(options));
  }

  // The network ends before the federation does, and gRPC does not outlive a static's end.
  static void TearDownTestSuite() {
    spoilers_.clear();
    proxy_.reset();
  }

  static PeerFiles NodeFiles(const Federation& federation, const std::string& member) {
    return {ReadTestFile(federation.Path(member, "tls/node.pem")),
            ReadTestFile(federation.Path(member, "tls/node.key")),
            ReadTestFile(federation.Path(member, "tls/ca.pem"))};
  }

  static void HealAll() {
    proxy_->Heal();
    for (const auto& spoiler : spoilers_) spoiler->Spoil(0);
  }

  static const char* AskedOf(const std::string& region) {
    return region == kDelta ? kAskedOfDelta : kAskedOfChuanyu;
  }

  // A list of one issuer, who is compromised in every second version.
  void PublishIssuers(const std::string& region) {
    const std::string jurisdiction = AskedOf(region);
    bool& compromised = compromised_[region];
    compromised = !compromised;
    gateway::v1::IssuerList list;
    *list.add_entries() = ListingOf(federation(), "issuer", jurisdiction);
    if (compromised) {
      gateway::v1::IssuerState* const state = list.mutable_entries(0)->add_states();
      state->set_kind(gateway::v1::ISSUER_STATE_KIND_COMPROMISED);
      *state->mutable_from() = list.entries(0).listed_from();
    }
    const absl::Status staged = StageIssuers(federation(), jurisdiction, list);
    ASSERT_TRUE(staged.ok()) << staged;
    const absl::Status published = federation().Publish(region);
    ASSERT_TRUE(published.ok()) << published;
    lists_->Note(region);
    lists_->SetCompromised(jurisdiction, compromised);
  }

  void PublishStatus(const std::string& region) {
    const std::string jurisdiction = AskedOf(region);
    bool& revoked = revoked_[region];
    revoked = !revoked;
    SetLicenceStatusRequest request;
    request.set_jurisdiction(jurisdiction);
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(LicenceNumber(jurisdiction, 1));
    request.set_action(revoked ? gateway::v1::LICENCE_STATUS_ACTION_REVOKE
                               : gateway::v1::LICENCE_STATUS_ACTION_RESTORE);
    request.set_request_id(NewRequestId());
    SetLicenceStatusResponse response;
    const grpc::Status status = Call<StatusService>(
        authorities_.at(region), &StatusService::Stub::SetLicenceStatus, request, &response);
    ASSERT_TRUE(status.ok()) << ReasonIn(status);
    lists_->Note(region);
    lists_->SetRevoked(region, revoked);
  }

  void PublishRenewal(const std::string& member) {
    ASSERT_TRUE(federation().Trust(member, {"renew", "--role", "targets"}).ok());
    ASSERT_TRUE(federation().Sign(member, "targets").ok());
    const absl::Status published = federation().Publish(member);
    ASSERT_TRUE(published.ok()) << published;
    lists_->Note(member);
  }

  void Take(const Step& step) {
    switch (step.kind) {
      case StepKind::kFault:
        proxy_->Set(step.link, step.state);
        // One link alone has nothing to be in another order with.
        if (step.state.fault == LinkFault::kReorder) {
          proxy_->Set((step.link + 1) % links_.size(), step.state);
        }
        break;
      case StepKind::kSpoil:
        spoilers_[step.link]->Spoil(step.spoil_each);
        break;
      case StepKind::kIssuers:
        PublishIssuers(step.member);
        break;
      case StepKind::kStatus:
        PublishStatus(step.member);
        break;
      case StepKind::kRenewal:
        PublishRenewal(step.member);
        break;
    }
    const uint64_t wanted = observer_->rounds() + static_cast<uint64_t>(step.looks);
    ASSERT_TRUE(WaitUntil([&] { return observer_->rounds() >= wanted; }))
        << "a node cannot be looked at";
  }

  // Result: what a node has not, of what all should have; empty when they agree.
  std::string Difference() {
    for (const char* at : kMembers) {
      const auto state = federation().TrustState(at);
      if (!state.ok()) return absl::StrCat(at, ": ", state.status().message());
      size_t publishers = 0;
      for (const auto& publisher : state->publishers()) {
        ++publishers;
        if (!publisher.last_refusal().empty()) {
          return absl::StrCat(at, ": ", publisher.publisher(), " ", publisher.last_refusal());
        }
        size_t roles = 0;
        for (const auto& role : publisher.roles()) {
          ++roles;
          const int64_t newest = lists_->Newest(publisher.publisher(), role.role());
          if (role.version() == newest) continue;
          return absl::StrCat(at, ": ", publisher.publisher(), " ", role.role(), " ",
                              role.version(), ", published is ", newest);
        }
        if (roles != RolesOf(publisher.publisher()).size()) return absl::StrCat(at, ": roles");
      }
      if (publishers != std::size(kMembers)) return absl::StrCat(at, ": publishers");
    }
    return "";
  }

  void ExpectNothingInvalidWasSeen() {
    EXPECT_THAT(observer_->Complaints(), IsEmpty());
    for (const RoleName& name : observer_->TakeVersions()) {
      EXPECT_TRUE(lists_->WasPublished(name)) << mrg::InWords(name) << " was never published";
    }
    for (const TrustObserver::Answer& answer : observer_->TakeAnswers()) {
      const std::string wrong = lists_->Judge(answer.issuing, answer.words, answer.record);
      ASSERT_EQ(wrong, "") << answer.at << " about " << answer.issuing;
      ++judged_;
    }
  }

  // By what is signed: letters of a signature's hex digits may be large or small, so that a spoilt
  // file can be as good as the one that was published.
  void ExpectTheSameEverywhere() {
    for (const char* publisher : kMembers) {
      for (const std::string& role : RolesOf(publisher)) {
        const RoleName newest = {publisher, role, 0};
        const std::string published = lists_->SignedDigestAt(publisher, newest);
        for (const char* at : kMembers) {
          EXPECT_EQ(lists_->SignedDigestAt(at, newest), published)
              << at << ": " << publisher << " " << role;
        }
      }
    }
  }

  void SetUp() override {
    FederationSuite::SetUp();
    ASSERT_EQ(links_.size(), 6u);
    lists_ = std::make_unique<PublishedLists>(federation());
    for (const char* member : kMembers) lists_->Note(member);
    for (const char* region : kRegions) {
      lists_->SetCompromised(AskedOf(region), compromised_[region]);
      lists_->SetRevoked(region, revoked_[region]);
      authorities_[region] = federation().Api(region, absl::StrCat("authority-", AskedOf(region)));
    }
    observer_ = std::make_unique<TrustObserver>(&federation());
  }

  static inline std::unique_ptr<TcpProxy> proxy_;
  static inline std::map<std::pair<std::string, std::string>, size_t> links_;  // from, to
  static inline std::vector<std::unique_ptr<SpoilingPeer>> spoilers_;          // by link
  std::unique_ptr<PublishedLists> lists_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> authorities_;
  // What the regions published last, by region; it outlives a test as their nodes do.
  static inline std::map<std::string, bool> compromised_;
  static inline std::map<std::string, bool> revoked_;
  std::unique_ptr<TrustObserver> observer_;
  uint64_t judged_ = 0;
};

TEST_F(ChaosTest, AllNodesEndOnTheSameVersionsAndNothingInvalidWasEverInForce) {
  const char* given = std::getenv("MRG_CHAOS_SEED");
  uint64_t seed = 0;
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  std::cout << "MRG_CHAOS_SEED=" << seed << std::endl;
  Choices choices(seed);

  for (int i = 0; i < kSchedules; ++i) {
    const Schedule schedule = choices.NextSchedule(links_.size());
    SCOPED_TRACE(absl::StrCat("schedule ", i, " of seed ", seed, ": ",
                              absl::StrJoin(schedule, "; ", [](std::string* out, const Step& step) {
                                absl::StrAppend(out, InWords(step));
                              })));
    for (const Step& step : schedule) {
      Take(step);
      if (HasFatalFailure()) return;
    }
    HealAll();

    ASSERT_TRUE(WaitUntil([&] { return Difference().empty(); }, kConvergedAtMost)) << Difference();
    ExpectTheSameEverywhere();
    ExpectNothingInvalidWasSeen();
    if (HasFailure()) return;
  }

  const LinkCounts counts = proxy_->Counts();
  uint64_t spoilt = 0;
  for (const auto& spoiler : spoilers_) spoilt += spoiler->spoilt();
  std::cout << judged_ << " answers judged; " << counts.carried_bytes << " bytes carried, "
            << counts.reset_connections << " connections reset, " << counts.swallowed_bytes
            << " bytes swallowed, " << counts.delayed_pieces << " pieces delayed, "
            << counts.reordered_connections << " connections reordered, " << counts.flipped_bits
            << " bits flipped, " << spoilt << " answers spoilt" << std::endl;
  EXPECT_GT(judged_, 0u);
  EXPECT_GT(counts.reset_connections, 0u);
  EXPECT_GT(counts.swallowed_bytes, 0u);
  EXPECT_GT(counts.delayed_pieces, 0u);
  EXPECT_GT(counts.reordered_connections, 0u);
  EXPECT_GT(counts.flipped_bits, 0u);
  EXPECT_GT(spoilt, 0u);
}

TEST_F(ChaosTest, ConnectionsThatDiedWithoutAWordAreReplaced) {
  for (const auto& [ends, link] : links_) proxy_->ForgetConnections(link);

  for (const char* region : kRegions) PublishStatus(region);

  EXPECT_TRUE(WaitUntil([&] { return Difference().empty(); }, kForgottenNoticedWithin))
      << Difference();
  ExpectNothingInvalidWasSeen();
}

}  // namespace
}  // namespace mrg
