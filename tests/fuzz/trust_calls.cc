#include <memory>
#include <string>

#include "gateway/answer/bundle_uploads.h"
#include "gateway/answer/epoch_key_answer.h"
#include "gateway/answer/fork_answers.h"
#include "gateway/answer/licence_status_change.h"
#include "gateway/answer/publication_answers.h"
#include "gateway/answer/publisher_decisions.h"
#include "gateway/answer/repository_answers.h"
#include "gateway/answer/status_pace.h"
#include "gateway/answer/trust_state.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/member_domains.h"
#include "gateway/federation/testing/following_parts.h"
#include "gateway/publication/licence_status_writer.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "tests/fuzz/request_calls.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/own_repository.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

// The Delta's node: its own first lists are in force, and it follows the hub.
class TrustCalls : public CallableNode, private OwnRepositoryTest {
 public:
  TrustCalls() {
    Require(publisher_->Publish(First(), kStart).ok(), "the first lists are published");
    domains_.Replace({{"west.example", *MemberId::Parse("sichuan-chongqing")}});
    Require(epoch_keys_.SetOwn(*JurisdictionId::Parse("31"), {1, std::string(32, 'k')}).ok(),
            "the node has a licence-tag key");
    AddRepository();
    AddDecisions();
    AddPublication();
  }

 private:
  void TestBody() override {}

  void AddRepository() {
    using namespace trustlist::v1;  // NOLINT: the requests of two services
    const char kService[] = "mrg.trustlist.v1.TrustRepositoryService/";
    Add<GetMetadataRequest>(kService, "GetMetadata",
                            [this](const auto& request) { return GetMetadata(reader_, request); });
    Add<ListTimestampsRequest>(kService, "ListTimestamps", [this](const auto& request) {
      return ListTimestamps(reader_, request);
    });
    Add<GetTargetRequest>(kService, "GetTarget",
                          [this](const auto& request) { return GetTarget(reader_, request); });
    Add<GetTreeNodesRequest>(kService, "GetTreeNodes", [this](const auto& request) {
      return GetTreeNodes(reader_, request);
    });
    Add<ExchangeHeadsRequest>(kService, "ExchangeHeads", [this](const auto& request) {
      return following_.desk.desk.Answer(request);
    });
    AddMessage<WatchRequest>(
        kService, "Watch", [](const auto& request) { return WatchedPublishers(request).status(); });
    Add<GetEpochKeyRequest>("mrg.trustlist.v1.FederationKeyService/", "GetEpochKey",
                            [this](const auto& request) {
                              return GetEpochKey({&epoch_keys_, &domains_, hub_},
                                                 {*SpiffeId::Parse("spiffe://west.example/node/1"),
                                                  "mrg.trustlist.v1.FederationKeyService/"
                                                  "GetEpochKey"},
                                                 request, kStart);
                            });
  }

  void AddDecisions() {
    using namespace gateway::v1;  // NOLINT: the requests of one service
    const char kService[] = "mrg.gateway.v1.AdminService/";
    Add<RepinPublisherRequest>(kService, "RepinPublisher", [this](const auto& request) {
      return DecideRepin(repins_, request, kStart);
    });
    Add<GetTrustStateRequest>(kService, "GetTrustState",
                              [this](const auto&) { return GetTrustState(trust_); });
    Add<ListForkEvidenceRequest>(kService, "ListForkEvidence", [this](const auto& request) {
      return ListForkEvidence(following_.forks, request);
    });
    Add<ResumePublisherRequest>(kService, "ResumePublisher", [this](const auto& request) {
      return DecideResume(&following_.fork_gate, following_.forks, request, kStart);
    });
  }

  void AddPublication() {
    using namespace gateway::v1;  // NOLINT: the requests of two services
    const char kService[] = "mrg.gateway.v1.AdminService/";
    Add<PublishRequest>(kService, "Publish", [this](const auto& request) {
      return Publish(publisher_.get(), &events_, request, kStart);
    });
    AddMessage<UploadContentRequest>(kService, "UploadContent", [this](const auto& request) {
      ContentUpload upload(publisher_.get());
      const absl::Status taken = upload.Take(request);
      return taken.ok() ? upload.Finish().status() : taken;
    });
    AddMessage<ImportBundleRequest>(kService, "ImportBundle", [this](const auto& request) {
      auto upload = uploads_.Begin();
      Require(upload.ok(), "one import at a time has its place");
      const absl::Status taken = (*upload)->Take(request);
      return taken.ok() ? (*upload)->Finish(kStart).status() : taken;
    });
    Add<SetLicenceStatusRequest>(
        "mrg.gateway.v1.StatusService/", "SetLicenceStatus", [this](const auto& request) {
          return status_change_.Set(
              {*SpiffeId::Parse("spiffe://delta.example/jurisdiction/31/authority/police"),
               "mrg.gateway.v1.StatusService/SetLicenceStatus"},
              request, kStart);
        });
  }

  template <typename Req, typename Work>
  void Add(const char* service, const char* method, Work work) {
    CallableNode::Add<Req>((std::string(service) + method).c_str(), work);
  }
  template <typename Req, typename Work>
  void AddMessage(const char* service, const char* method, Work work) {
    CallableNode::AddMessage<Req>((std::string(service) + method).c_str(), work);
  }

  KeptEvents events_;
  const RepositoryReader reader_{&store_};
  const BlobStore blobs_{&store_};
  EpochKeyring epoch_keys_{&store_, std::string(32, 'n')};
  MemberDomains domains_;
  LicenceStatusWriter statuses_{publisher_.get(), &blobs_, &store_};
  const Authorization authorities_ =
      *Authorization::Create({{"spiffe://delta.example/jurisdiction/*/authority/*",
                               {"mrg.gateway.v1.StatusService/*"},
                               {},
                               {}}},
                             {*JurisdictionId::Parse("31")});

  const MemberId hub_ = *MemberId::Parse("hub");
  RepositorySimulator of_hub_{kStart};
  FollowingParts following_{
      member_,
      {{hub_, "127.0.0.1:1", "hub.example", "", of_hub_.root(1), "", true, false}},
      kStart};
  StatusPace pace_;
  const LicenceStatusChange status_change_{{&authorities_, &following_.snapshots, &epoch_keys_,
                                            &statuses_, &store_, &events_, std::string(32, 'i'),
                                            [] { return std::string(); }, &pace_}};
  const RepinDesk repins_{
      member_,
      hub_,
      &following_.peers,
      {&following_.desk.store, publisher_.get(), &following_.list, &following_.turns, &events_}};
  const BundleImport import_{
      member_,
      &following_.peers,
      {&following_.desk.store, &following_.first_roots, following_.parts().put_in_force,
       following_.parts().refused, &following_.fork_gate, &following_.turns, &events_}};
  BundleUploads uploads_{&import_, "/tmp"};
  NodeState state_;
  const TrustStateSources trust_{member_, &following_.view, &state_, &repins_};
};

}  // namespace

std::unique_ptr<CallableNode> NewTrustCalls() { return std::make_unique<TrustCalls>(); }

}  // namespace mrg
