// M3 of the calls that name no request id: two different ones that come at the same moment end as
// if one had come after the other. Calls to running nodes; ImportBundle, RepinPublisher and
// ResumePublisher, which need a federation of another state, are raced where that is.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gmock/gmock.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_relay.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/at_once.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/relayed_dispute.h"
#include "tests/scenario/request_race_suite.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

using dispute::v1::DisputeQueueService;
using dispute::v1::DisputeRelayService;
using dispute::v1::DisputeService;
using dispute::v1::Lease;
using gateway::v1::AdminService;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int kRounds = 10;

class RaceWithoutRequestId : public RequestRaces {
 protected:
  // Result: the leases by dispute of at most so many cases.
  static std::map<std::string, Lease> Claim(int cases, int64_t seconds) {
    dispute::v1::ClaimDisputesRequest request;
    request.set_queue("issuer-32");
    request.set_batch_size(cases);
    request.mutable_lease_duration()->set_seconds(seconds);
    dispute::v1::ClaimDisputesResponse response;
    EXPECT_EQ(ReasonIn(Call<DisputeQueueService>(
                  Worker("case"), &DisputeQueueService::Stub::ClaimDisputes, request, &response)),
              "OK");
    std::map<std::string, Lease> leases;
    for (const auto& claimed : response.disputes()) {
      leases[claimed.dispute().name()] = claimed.lease();
    }
    return leases;
  }
  // Takes what waits in the queue out of the way.
  static void EmptyTheQueue() {
    while (!Claim(100, int64_t{12} * 3600).empty()) {
    }
  }
  static std::string Accepted() {
    const std::string dispute = File(Filing("住址有误")).answer;
    EXPECT_EQ(Accept(NewRequestId(), dispute).reason, "OK");
    return dispute;
  }
  // An accepted case that is leased for a minute.
  static Lease Leased() {
    EmptyTheQueue();
    const std::string dispute = Accepted();
    const auto leases = Claim(1, 60);
    EXPECT_TRUE(leases.contains(dispute));
    return leases.empty() ? Lease() : leases.begin()->second;
  }

  // Result: the lease's end, in seconds; of a lease that holds.
  static Outcome Heartbeat(const Lease& lease, int64_t seconds) {
    dispute::v1::HeartbeatDisputeRequest request;
    *request.mutable_lease() = lease;
    request.mutable_lease_duration()->set_seconds(seconds);
    return Ask<DisputeQueueService, dispute::v1::HeartbeatDisputeRequest,
               dispute::v1::HeartbeatDisputeResponse>(
        Worker("case"), &DisputeQueueService::Stub::HeartbeatDispute, request,
        [](const auto& response) { return CanonicalBytes(response.lease().expires_at()); });
  }
  static Outcome Release(const Lease& lease) {
    dispute::v1::ReleaseDisputeRequest request;
    *request.mutable_lease() = lease;
    return Ask<DisputeQueueService, dispute::v1::ReleaseDisputeRequest,
               dispute::v1::ReleaseDisputeResponse>(Worker("case"),
                                                    &DisputeQueueService::Stub::ReleaseDispute,
                                                    request, [](const auto&) { return ""; });
  }

  // Of the Delta's operator.
  static Outcome Lift(const std::string& dispute, const std::string& because) {
    gateway::v1::LiftDisputeMarkRequest request;
    request.set_dispute(dispute);
    request.set_because(because);
    return Ask<AdminService, gateway::v1::LiftDisputeMarkRequest,
               gateway::v1::LiftDisputeMarkResponse>(
        federation().Admin(kDelta), &AdminService::Stub::LiftDisputeMark, request,
        [](const auto& response) { return CanonicalBytes(response); });
  }
  static Outcome Erase(uint64_t index, const std::string& because) {
    gateway::v1::EraseSaltRequest request;
    request.set_index(index);
    request.set_because(because);
    return Ask<AdminService, gateway::v1::EraseSaltRequest, gateway::v1::EraseSaltResponse>(
        federation().Admin(kDelta), &AdminService::Stub::EraseSalt, request,
        [](const auto& response) { return CanonicalBytes(response); });
  }

  // A receipt of Shanghai about a licence of Chongqing, as a dispute cites it.
  static std::string Cited() {
    gateway::v1::RecognizeResponse answer;
    EXPECT_TRUE(Recognize(Platform(), Asked("50", Next()), &answer).ok());
    answer.mutable_receipt()->clear_salt();
    return CanonicalBytes(answer.receipt());
  }
  // To Chuanyu's node, as the Delta's.
  static Outcome Deliver(const RelayedDispute& dispute) {
    return Ask<DisputeRelayService, dispute::v1::DeliverRequest, dispute::v1::DeliverResponse>(
        federation().FederationListener(kChuanyu, "yangtze-delta/node"),
        &DisputeRelayService::Stub::Deliver, dispute.Request(),
        [](const auto& response) { return absl::StrCat(response.next_sequence()); });
  }
  static std::vector<std::string> EventsAtChuanyu(const std::string& dispute) {
    dispute::v1::GetDisputeRequest request;
    request.set_dispute(dispute);
    dispute::v1::GetDisputeResponse response;
    EXPECT_EQ(ReasonIn(Call<DisputeService>(federation().Api(kChuanyu, "worker-intake-50"),
                                            &DisputeService::Stub::GetDispute, request, &response)),
              "OK");
    return {response.events().begin(), response.events().end()};
  }

  // The next list of the jurisdiction in Chuanyu's repository, changed by `change` and signed.
  static std::string NextList(const std::string& jurisdiction,
                              const std::function<void(MetadataDraft*)>& change) {
    const std::string role = "j-" + jurisdiction;
    auto draft = MetadataDraft::FromBytes(MomentOf(federation(), kChuanyu).at(role));
    EXPECT_TRUE(draft.ok()) << draft.status();
    draft->SetVersion(draft->version() + 1);
    change(&*draft);
    const auto key = NewEvpSigner(
        Scheme::kSm2Sm3,
        ReadTestFile(federation().Path(kChuanyu, absl::StrCat("keys/offline/", role, ".pem"))));
    EXPECT_TRUE(key.ok()) << key.status();
    EXPECT_TRUE(draft->Sign(**key).ok());
    return draft->Bytes();
  }
  static Outcome Publish(const std::map<std::string, std::string>& lists) {
    gateway::v1::PublishRequest request;
    for (const auto& [role, bytes] : lists) {
      auto* file = request.add_metadata();
      file->set_name(role);
      file->set_content(bytes);
    }
    return Ask<AdminService, gateway::v1::PublishRequest, gateway::v1::PublishResponse>(
        federation().Admin(kChuanyu), &AdminService::Stub::Publish, request,
        [](const auto&) { return ""; });
  }
  static Outcome Upload(const std::vector<std::string>& content) {
    grpc::ClientContext context;
    PrepareCall(&context);
    gateway::v1::UploadContentResponse response;
    const auto stub = AdminService::NewStub(federation().Admin(kChuanyu));
    const auto writer = stub->UploadContent(&context, &response);
    gateway::v1::UploadContentRequest request;
    for (const std::string& bytes : content) request.add_content(bytes);
    request.set_complete(true);
    writer->Write(request);
    writer->WritesDone();
    const std::string reason = ReasonIn(writer->Finish());
    return {reason, absl::StrCat(response.items())};
  }
  // The root of the list of issuers of a jurisdiction with one more than there is.
  static std::string LongerIssuers(const std::string& jurisdiction) {
    std::vector<TreeEntry> entries;
    for (const char* kind : {"issuer", "unlisted"}) {
      const gateway::v1::IssuerEntry entry = ListingOf(federation(), kind, jurisdiction);
      entries.push_back({absl::StrCat(entry.issuer_code(), "/",
                                      absl::BytesToHexString(Sha256(entry.public_key()))),
                         CanonicalBytes(entry)});
    }
    auto tree = BuildTree(std::move(entries));
    EXPECT_TRUE(tree.ok()) << tree.status();
    return tree.ok() ? tree->root_bytes() : "";
  }
};

using Threat = RaceWithoutRequestId;

TEST_F(Threat, M3_D02_OfTwoClaimsAtOnceEachGetsAnotherCase) {
  EmptyTheQueue();
  for (int i = 0; i < kRounds; ++i) {
    const std::pair<std::string, std::string> disputes = {Accepted(), Accepted()};
    const auto claim = [](int64_t seconds) {
      return [seconds] {
        const auto leases = Claim(1, seconds);
        return Outcome{"OK", leases.size() == 1 ? leases.begin()->first : "not one case"};
      };
    };

    const auto [one, other] = AtOnce(claim(3600), claim(7200));

    EXPECT_THAT((std::vector{one.answer, other.answer}),
                UnorderedElementsAre(disputes.first, disputes.second));
    EXPECT_THAT(Claim(2, 60), IsEmpty());
  }
}

TEST_F(Threat, M3_D02_OfTwoHeartbeatsAtOnceTheLongerLeaseStays) {
  const auto seconds = [](const Outcome& outcome) {
    google::protobuf::Timestamp end;
    EXPECT_EQ(outcome.reason, "OK");
    EXPECT_TRUE(end.ParseFromString(outcome.answer));
    return end.seconds();
  };
  for (int i = 0; i < kRounds; ++i) {
    const Lease lease = Leased();

    const auto [shorter, longer] =
        AtOnce([&] { return Heartbeat(lease, 3600); }, [&] { return Heartbeat(lease, 7200); });

    EXPECT_LE(seconds(shorter), seconds(longer)) << "it came first, or shortened nothing";
    EXPECT_EQ(Heartbeat(lease, 60).answer, longer.answer);
  }
}

TEST_F(Threat, M3_D02_OfAReleaseAndOneUnderAnotherLeaseAtOnceTheTrueOneCounts) {
  for (int i = 0; i < kRounds; ++i) {
    const Lease lease = Leased();
    Lease invented = lease;
    invented.set_lease_token(lease.lease_token() + 1);

    const auto [true_one, other] =
        AtOnce([&] { return Release(lease); }, [&] { return Release(invented); });

    EXPECT_EQ(true_one.reason, "OK");
    EXPECT_EQ(other.reason, "LEASE_LOST");
    EXPECT_EQ(Heartbeat(lease, 60).reason, "LEASE_LOST");
    const auto again = Claim(2, 60);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again.begin()->first, lease.dispute());
  }
}

TEST_F(Threat, M3_D09_OfTwoHistoriesAtOnceOneIsTakenWhole) {
  for (int i = 0; i < kRounds; ++i) {
    const RelayedDispute filed(Cited(), Sha256(absl::StrCat("raced ", i)));
    const RelayedDispute urgent = RelayedDispute(filed).Transfer(kChuanyu, "issuer-50", 1);
    const RelayedDispute usual = RelayedDispute(filed).Transfer(kChuanyu, "issuer-50");

    const auto [one, other] =
        AtOnce([&] { return Deliver(urgent); }, [&] { return Deliver(usual); });

    EXPECT_THAT((std::vector{one.reason, other.reason}),
                UnorderedElementsAre("OK", "DISPUTE_EVENT_REFUSED"));
    const auto taken = (one.reason == "OK" ? urgent : usual).Request();
    const std::vector<std::string> events = EventsAtChuanyu(filed.id());
    ASSERT_GE(events.size(), 2u);
    EXPECT_THAT((std::vector{events[0], events[1]}), ElementsAre(taken.events(0), taken.events(1)));
  }
}

TEST_F(Threat, M3_OfTwoDecisionsOnAMarkAtOnceOneIsKeptAndBothAreToldIt) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string dispute = Accepted();

    const auto [one, other] = AtOnce([&] { return Lift(dispute, "one operator"); },
                                     [&] { return Lift(dispute, "another operator"); });

    EXPECT_EQ(one.reason, "OK");
    EXPECT_EQ(other.reason, "OK");
    EXPECT_EQ(one.answer, other.answer);
    EXPECT_EQ(Lift(dispute, "a third one").answer, one.answer);
  }
}

TEST_F(Threat, M3_R19_OfTwoErasuresOfASaltAtOnceOneIsKept) {
  for (int i = 0; i < kRounds; ++i) {
    gateway::v1::RecognizeResponse answer;
    ASSERT_TRUE(Recognize(Platform(), Asked("32", Next()), &answer).ok());
    const uint64_t index = answer.receipt().index();

    const auto [one, other] = AtOnce([&] { return Erase(index, "one operator"); },
                                     [&] { return Erase(index, "another operator"); });

    const Outcome kept = Erase(index, "a third one");
    EXPECT_EQ(kept.reason, "OK");
    // Who came in between is told to ask again.
    for (const Outcome& outcome : {one, other}) {
      EXPECT_THAT(outcome.reason, AnyOf("OK", "STORE_CONFLICT"));
      if (outcome.reason == "OK") {
        EXPECT_EQ(outcome.answer, kept.answer);
      }
    }
    EXPECT_TRUE(one.reason == "OK" || other.reason == "OK");
  }
}

TEST_F(Threat, M3_T14_OfTwoListsOfOneVersionAtOnceOneIsPublishedAndTheOtherRefused) {
  for (int i = 0; i < kRounds; ++i) {
    const auto list_until = [](absl::Duration from_now) {
      return NextList("51", [from_now](MetadataDraft* draft) {
        draft->SetExpires(RealClock().Now() + from_now);
      });
    };
    const std::string sooner = list_until(absl::Hours(24 * 20));
    const std::string later = list_until(absl::Hours(24 * 30));

    const auto [one, other] = AtOnce(
        [&] {
          return Publish({{"j-51", sooner}});
        },
        [&] {
          return Publish({{"j-51", later}});
        });

    EXPECT_THAT((std::vector{one.reason, other.reason}),
                UnorderedElementsAre("OK", "METADATA_MISMATCH"));
    EXPECT_EQ(MomentOf(federation(), kChuanyu).at("j-51"), one.reason == "OK" ? sooner : later);
  }
}

TEST_F(Threat, M3_OfTwoUploadsAtOnceBothAreThereForThePublication) {
  const std::string of_50 = LongerIssuers("50");
  const std::string of_51 = LongerIssuers("51");
  const auto listing = [](const std::string& jurisdiction, const std::string& root) {
    return NextList(jurisdiction, [&](MetadataDraft* draft) {
      draft->SetTarget(jurisdiction + "/issuers", {root.size(), Sha256(root), /*is_tree=*/true});
    });
  };
  const std::map<std::string, std::string> lists = {{"j-50", listing("50", of_50)},
                                                    {"j-51", listing("51", of_51)}};
  ASSERT_EQ(Publish(lists).reason, "TARGET_NOT_FOUND");

  const auto [one, other] = AtOnce(
      [&] {
        return Upload({of_50, "of one"});
      },
      [&] { return Upload({of_51}); });

  EXPECT_EQ(one.reason, "OK");
  EXPECT_EQ(one.answer, "2");
  EXPECT_EQ(other.reason, "OK");
  EXPECT_EQ(other.answer, "1");
  EXPECT_EQ(Publish(lists).reason, "OK");
}

}  // namespace
}  // namespace mrg
