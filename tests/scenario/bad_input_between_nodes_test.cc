// Bad input to the calls of auditors, operators, other nodes, filers and workers of disputes.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/bad_request_table.h"

namespace mrg {
namespace {

const std::string kDigest(32, 'x');
const std::string kUnknownDispute = "yangtze-delta/01890f3e-0000-7000-8000-000000000000";

class BadInputBetweenNodes : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // The other region's node at the federation listener of the Delta's.
  static std::shared_ptr<grpc::Channel> Peer() {
    return federation().FederationListener(kDelta, "sichuan-chongqing/node");
  }
};

const std::vector<BadField> kBadPublishers = {
    {"publisher", "", "FIELD_REQUIRED"},
    {"publisher", "Hub", "FIELD_MALFORMED"},
    {"publisher", "../hub", "FIELD_MALFORMED"},
    {"publisher", std::string(64, 'a'), "FIELD_MALFORMED"},
    {"publisher", "hub\n", "FIELD_MALFORMED"},
    {"publisher", kNotUtf8, "FIELD_NOT_UTF8"}};

std::vector<BadField> operator+(std::vector<BadField> a, const std::vector<BadField>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_F(BadInputBetweenNodes, EachFieldOfTheTrustRepositoryServiceIsChecked) {
  const std::string service = "/mrg.trustlist.v1.TrustRepositoryService/";
  trustlist::v1::GetMetadataRequest metadata;
  metadata.set_publisher("hub");
  metadata.set_role("timestamp");
  ExpectEachRefused(
      Peer(), service + "GetMetadata", metadata,
      kBadPublishers + std::vector<BadField>{{"role", "", "FIELD_REQUIRED"},
                                             {"role", std::string(65, 'a'), "FIELD_TOO_LONG"},
                                             {"role", "root\n", "FIELD_MALFORMED"},
                                             {"role", "../../etc/passwd", "FIELD_MALFORMED"},
                                             {"role", kNotUtf8, "FIELD_NOT_UTF8"},
                                             {"version", "-1", "FIELD_MALFORMED"},
                                             {"signed_sha256", "short", "FIELD_MALFORMED"}});
  trustlist::v1::ListTimestampsRequest timestamps;
  timestamps.set_publisher("hub");
  timestamps.set_first_version(3);
  timestamps.set_last_version(4);
  ExpectEachRefused(
      Peer(), service + "ListTimestamps", timestamps,
      kBadPublishers + std::vector<BadField>{{"first_version", "0", "FIELD_MALFORMED"},
                                             {"first_version", "-1", "FIELD_MALFORMED"},
                                             {"last_version", "2", "FIELD_MALFORMED"},
                                             {"last_version", "0", "FIELD_MALFORMED"}});
  trustlist::v1::GetTargetRequest target;
  target.set_publisher("hub");
  target.set_path("federation");
  target.set_sha256(kDigest);
  ExpectEachRefused(
      Peer(), service + "GetTarget", target,
      kBadPublishers + std::vector<BadField>{{"path", "", "FIELD_REQUIRED"},
                                             {"path", std::string(257, 'a'), "FIELD_TOO_LONG"},
                                             {"path", "a\nb", "FIELD_MALFORMED"},
                                             {"path", "../hub/federation", "FIELD_MALFORMED"},
                                             {"path", "/etc/passwd", "FIELD_MALFORMED"},
                                             {"path", kNotUtf8, "FIELD_NOT_UTF8"},
                                             {"sha256", "", "FIELD_REQUIRED"},
                                             {"sha256", std::string(31, 'x'), "FIELD_MALFORMED"},
                                             {"sha256", std::string(33, 'x'), "FIELD_MALFORMED"}});
  trustlist::v1::GetTreeNodesRequest nodes;
  nodes.set_publisher("hub");
  ExpectRefused(Peer(), service + "GetTreeNodes", nodes, "sha256", "FIELD_REQUIRED");
  ExpectEachRefused(Peer(), service + "GetTreeNodes", nodes,
                    std::vector<BadField>{{"sha256[0]", "", "FIELD_REQUIRED"},
                                          {"sha256[0]", std::string(31, 'x'), "FIELD_MALFORMED"}});
  for (int i = 0; i < 257; ++i) nodes.add_sha256(kDigest);
  ExpectRefused(Peer(), service + "GetTreeNodes", nodes, "sha256", "FIELD_TOO_LONG");
  ExpectEachRefused(Peer(), service + "GetTreeNodes", nodes, kBadPublishers);
  trustlist::v1::WatchRequest watch;
  ExpectEachRefused(Peer(), service + "Watch", watch,
                    std::vector<BadField>{{"publishers[0]", "", "FIELD_REQUIRED"},
                                          {"publishers[0]", "Hub", "FIELD_MALFORMED"},
                                          {"publishers[0]", kNotUtf8, "FIELD_NOT_UTF8"}});
  for (int i = 0; i < 65; ++i) watch.add_publishers("hub");
  ExpectRefused(Peer(), service + "Watch", watch, "publishers", "FIELD_TOO_LONG");
  trustlist::v1::ExchangeHeadsRequest heads;
  ExpectEachRefused(Peer(), service + "ExchangeHeads", heads,
                    std::vector<BadField>{{"publishers[0]", "Hub", "FIELD_MALFORMED"}});
  for (int i = 0; i < 65; ++i) heads.add_publishers("hub");
  ExpectRefused(Peer(), service + "ExchangeHeads", heads, "publishers", "FIELD_TOO_LONG");
}

TEST_F(BadInputBetweenNodes, WhatTheRepositoryDoesNotHoldIsNotFound) {
  const std::string service = "/mrg.trustlist.v1.TrustRepositoryService/";
  trustlist::v1::GetMetadataRequest metadata;
  metadata.set_publisher("guangdong");
  metadata.set_role("timestamp");
  ExpectRefused(Peer(), service + "GetMetadata", metadata, "", "METADATA_NOT_FOUND");
  metadata.set_publisher("hub");
  metadata.set_role("root");
  metadata.set_version(INT64_MAX);
  ExpectRefused(Peer(), service + "GetMetadata", metadata, "", "METADATA_NOT_FOUND");
  trustlist::v1::ListTimestampsRequest timestamps;
  timestamps.set_publisher("guangdong");
  timestamps.set_first_version(1);
  timestamps.set_last_version(INT64_MAX);
  ExpectRefused(Peer(), service + "ListTimestamps", timestamps, "", "METADATA_NOT_FOUND");
  timestamps.set_publisher("hub");
  timestamps.set_first_version(INT64_MAX);
  ExpectRefused(Peer(), service + "ListTimestamps", timestamps, "", "METADATA_NOT_FOUND");
  trustlist::v1::GetTargetRequest target;
  target.set_publisher("hub");
  target.set_path("federation");
  target.set_sha256(kDigest);
  ExpectRefused(Peer(), service + "GetTarget", target, "", "TARGET_NOT_FOUND");
  trustlist::v1::GetTreeNodesRequest nodes;
  nodes.set_publisher("hub");
  nodes.add_sha256(kDigest);
  ExpectRefused(Peer(), service + "GetTreeNodes", nodes, "", "TREE_NODE_NOT_FOUND");
}

TEST_F(BadInputBetweenNodes, EachFieldOfGetEpochKeyIsChecked) {
  const std::string method = "/mrg.trustlist.v1.FederationKeyService/GetEpochKey";
  trustlist::v1::GetEpochKeyRequest request;
  request.set_jurisdiction("31");
  ExpectEachRefused(Peer(), method, request,
                    std::vector<BadField>{{"jurisdiction", "", "FIELD_REQUIRED"},
                                          {"jurisdiction", "3x", "FIELD_MALFORMED"},
                                          {"jurisdiction", "311", "FIELD_MALFORMED"},
                                          {"jurisdiction", "3\n", "FIELD_MALFORMED"},
                                          {"jurisdiction", kNotUtf8, "FIELD_NOT_UTF8"}});
  // The Delta holds the keys of 50, and does not pass them on.
  request.set_jurisdiction("50");
  ExpectRefused(Peer(), method, request, "", "EPOCH_KEY_UNAVAILABLE");
  request.set_jurisdiction("31");
  request.set_epoch(2);
  ExpectRefused(Peer(), method, request, "", "EPOCH_KEY_UNAVAILABLE");
}

// The hub's certificate, and an authorisation table that lists it for the call.
TEST_F(BadInputBetweenNodes, M9_TheHubIsRefusedLicenceTagKeysAndAsksForNone) {
  trustlist::v1::GetEpochKeyRequest request;
  request.set_jurisdiction("31");

  ExpectRefused(federation().FederationListener(kDelta, "hub/node"),
                "/mrg.trustlist.v1.FederationKeyService/GetEpochKey", request, "",
                "IDENTITY_NOT_LISTED");

  EXPECT_EQ(federation().LogOf(kHub).find("epoch_key_fetch"), std::string::npos);
}

TEST_F(BadInputBetweenNodes, EachFieldOfListRecordsIsChecked) {
  ExpectEachRefused(federation().Api(kDelta, "auditor"), "/mrg.audit.v1.AuditService/ListRecords",
                    audit::v1::ListRecordsRequest(),
                    std::vector<BadField>{{"page_size", "-1", "FIELD_MALFORMED"},
                                          {"page_size", "1001", "FIELD_MALFORMED"},
                                          {"page_token", "one", "FIELD_MALFORMED"},
                                          {"page_token", "-1", "FIELD_MALFORMED"},
                                          {"page_token", "1\n", "FIELD_MALFORMED"},
                                          {"page_token", "99999999999999999999", "FIELD_MALFORMED"},
                                          {"page_token", std::string(21, '1'), "FIELD_TOO_LONG"},
                                          {"page_token", kNotUtf8, "FIELD_NOT_UTF8"}});
}

TEST_F(BadInputBetweenNodes, EachFieldOfPublishIsCheckedAndNothingChanges) {
  const std::string method = "/mrg.gateway.v1.AdminService/Publish";
  const auto admin = federation().Admin(kDelta);
  const auto before = federation().TrustState(kDelta);
  gateway::v1::PublishRequest valid;
  valid.add_metadata()->set_name("j-31");
  valid.mutable_metadata(0)->set_content("{}");

  ExpectRefused(admin, method, gateway::v1::PublishRequest(), "metadata", "FIELD_REQUIRED");
  ExpectEachRefused(admin, method, valid,
                    std::vector<BadField>{
                        {"metadata[0].name", "", "FIELD_REQUIRED"},
                        {"metadata[0].name", std::string(65, 'a'), "FIELD_TOO_LONG"},
                        {"metadata[0].name", "a\nb", "FIELD_MALFORMED"},
                        {"metadata[0].name", kNotUtf8, "FIELD_NOT_UTF8"},
                        {"metadata[0].content", "", "FIELD_REQUIRED"},
                        {"metadata[0].content", std::string((1 << 20) + 1, ' '), "FIELD_TOO_LONG"},
                        {"targets[0].path", "", "FIELD_REQUIRED"},
                        {"targets[0].path", std::string(257, 'a'), "FIELD_TOO_LONG"},
                        {"targets[0].path", "a\nb", "FIELD_MALFORMED"},
                        {"targets[0].path", kNotUtf8, "FIELD_NOT_UTF8"},
                        {"tree_nodes[0]", "", "FIELD_REQUIRED"}});
  gateway::v1::PublishRequest large = valid;
  large.add_targets()->set_path("31/issuers");
  large.mutable_targets(0)->set_content(std::string((1 << 20) + 1, ' '));
  ExpectRefused(admin, method, large, "targets[0].content", "FIELD_TOO_LONG");
  gateway::v1::PublishRequest node = valid;
  node.add_tree_nodes(std::string(size_t{8} << 20, ' '));
  ExpectRefused(admin, method, node, "tree_nodes[0]", "FIELD_TOO_LONG");
  ExpectRefused(admin, method, valid, "", "METADATA_MALFORMED");

  const auto after = federation().TrustState(kDelta);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->snapshot_id(), before->snapshot_id());
  EXPECT_EQ(after->publishers(0).SerializeAsString(), before->publishers(0).SerializeAsString());
}

TEST_F(BadInputBetweenNodes, EachFieldAboutForksIsCheckedAndAnUnknownForkIsNotFound) {
  const std::string service = "/mrg.gateway.v1.AdminService/";
  const auto admin = federation().Admin(kDelta);
  ExpectEachRefused(admin, service + "ListForkEvidence", gateway::v1::ListForkEvidenceRequest(),
                    std::vector<BadField>{{"publisher", "Hub", "FIELD_MALFORMED"},
                                          {"publisher", kNotUtf8, "FIELD_NOT_UTF8"}});
  gateway::v1::ResumePublisherRequest resume;
  resume.set_publisher("hub");
  resume.set_id(kDigest);
  resume.set_because("restored from a backup");
  ExpectEachRefused(admin, service + "ResumePublisher", resume,
                    std::vector<BadField>{{"publisher", "", "FIELD_REQUIRED"},
                                          {"publisher", "Hub", "FIELD_MALFORMED"},
                                          {"id", "", "FIELD_REQUIRED"},
                                          {"id", std::string(31, 'x'), "FIELD_MALFORMED"},
                                          {"because", "", "FIELD_REQUIRED"},
                                          {"because", std::string(1025, 'x'), "FIELD_TOO_LONG"},
                                          {"because", "a\nb", "FIELD_MALFORMED"},
                                          {"because", kNotUtf8, "FIELD_NOT_UTF8"}});
  ExpectRefused(admin, service + "ResumePublisher", resume, "", "FORK_EVIDENCE_NOT_FOUND");
}

TEST_F(BadInputBetweenNodes, EachFieldOfLiftDisputeMarkIsCheckedAndAnUnknownDisputeIsNotFound) {
  const std::string method = "/mrg.gateway.v1.AdminService/LiftDisputeMark";
  gateway::v1::LiftDisputeMarkRequest lift;
  lift.set_dispute(kUnknownDispute);
  lift.set_because("filed without cause");
  ExpectEachRefused(federation().Admin(kDelta), method, lift,
                    std::vector<BadField>{{"dispute", "", "FIELD_REQUIRED"},
                                          {"dispute", std::string(200, 'a'), "FIELD_TOO_LONG"},
                                          {"dispute", "yangtze-delta/1", "FIELD_MALFORMED"},
                                          {"dispute", kNotUtf8, "FIELD_NOT_UTF8"},
                                          {"because", "", "FIELD_REQUIRED"},
                                          {"because", std::string(1025, 'x'), "FIELD_TOO_LONG"},
                                          {"because", "a\nb", "FIELD_MALFORMED"},
                                          {"because", kNotUtf8, "FIELD_NOT_UTF8"}});
  ExpectRefused(federation().Admin(kDelta), method, lift, "", "DISPUTE_NOT_FOUND");
}

TEST_F(BadInputBetweenNodes, EachFieldOfARepinIsCheckedAndTheTrustedRootStays) {
  const std::string method = "/mrg.gateway.v1.AdminService/RepinPublisher";
  const auto admin = federation().Admin(kDelta);
  const int64_t root = federation().VersionAt(kDelta, kHub, "root");
  gateway::v1::RepinPublisherRequest repin;
  repin.set_publisher("hub");
  repin.set_root("{}");
  repin.set_root_sha256(kDigest);
  repin.set_because("fire in the vault");
  ExpectEachRefused(
      admin, method, repin,
      std::vector<BadField>{{"publisher", "", "FIELD_REQUIRED"},
                            {"publisher", "Hub", "FIELD_MALFORMED"},
                            {"publisher", kNotUtf8, "FIELD_NOT_UTF8"},
                            {"root", "", "FIELD_REQUIRED"},
                            {"root", std::string((1 << 20) + 1, ' '), "FIELD_TOO_LONG"},
                            {"root_sha256", "", "FIELD_REQUIRED"},
                            {"root_sha256", std::string(31, 'x'), "FIELD_MALFORMED"},
                            {"because", "", "FIELD_REQUIRED"},
                            {"because", std::string(1025, 'x'), "FIELD_TOO_LONG"},
                            {"because", "a\nb", "FIELD_MALFORMED"},
                            {"because", kNotUtf8, "FIELD_NOT_UTF8"}});
  ExpectRefused(admin, method, repin, "", "METADATA_MALFORMED");
  repin.set_publisher("nobody");
  ExpectRefused(admin, method, repin, "", "MEMBER_UNKNOWN");
  EXPECT_EQ(federation().VersionAt(kDelta, kHub, "root"), root);
}

TEST_F(BadInputBetweenNodes, AnUploadThatIsCutOrTooLongIsRefused) {
  const auto stub = gateway::v1::AdminService::NewStub(federation().Admin(kDelta));
  const auto upload = [&](const std::string& content, bool complete) {
    grpc::ClientContext context;
    gateway::v1::UploadContentResponse response;
    const auto writer = stub->UploadContent(&context, &response);
    gateway::v1::UploadContentRequest request;
    request.add_content(content);
    request.set_complete(complete);
    writer->Write(request);
    writer->WritesDone();
    return ReasonIn(writer->Finish());
  };

  EXPECT_EQ(upload("content", false), "FIELD_REQUIRED");
  EXPECT_EQ(upload(std::string((1 << 20) + 1, ' '), true), "FIELD_TOO_LONG");
  EXPECT_EQ(upload("content", true), "OK");
  EXPECT_EQ(upload("", true), "OK") << "an empty target is one, too";
}

// What is wrong with the id of a dispute; readers only look it up, the others take it apart.
std::vector<BadField> BadDisputes(const std::string& field, const std::string& too_long) {
  return {{field, "", "FIELD_REQUIRED"},
          {field, std::string(200, 'a'), too_long},
          {field, kNotUtf8, "FIELD_NOT_UTF8"}};
}

std::vector<BadField> BadDisputeIds(const std::string& field) {
  return BadDisputes(field, "FIELD_MALFORMED") +
         std::vector<BadField>{{field, "yangtze-delta/1", "FIELD_MALFORMED"}};
}

TEST_F(BadInputBetweenNodes, EachFieldOfTheDisputeServiceIsChecked) {
  const std::string service = "/mrg.dispute.v1.DisputeService/";
  const auto platform = federation().Api(kDelta, "platform-31");
  const std::string document = DrivingLicence("32");
  gateway::v1::RecognizeResponse recognized;
  ASSERT_TRUE(
      Recognize(platform,
                Question("31", "32", SignedBy(*IssuerKey(federation(), "issuer", "32"), document)),
                &recognized)
          .ok());
  dispute::v1::FileDisputeRequest file;
  file.set_request_id(NewRequestId());
  file.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  file.set_receipt(recognized.receipt().SerializeAsString());
  file.set_document(document);
  file.set_description("样例说明");
  std::string altered = file.receipt();
  altered.back() ^= 1;
  ExpectEachRefused(platform, service + "FileDispute", file,
                    std::vector<BadField>{{"request_id", "", "FIELD_REQUIRED"},
                                          {"request_id", std::string(65, 'a'), "FIELD_MALFORMED"},
                                          {"request_id", "a b", "FIELD_MALFORMED"},
                                          {"request_id", kNotUtf8, "FIELD_NOT_UTF8"},
                                          {"kind", "0", "ENUM_UNSPECIFIED"},
                                          {"kind", "99", "ENUM_UNSPECIFIED"},
                                          {"receipt", "", "FIELD_REQUIRED"},
                                          {"receipt", std::string(65537, 'x'), "FIELD_TOO_LONG"},
                                          {"document", "", "FIELD_REQUIRED"},
                                          {"document", std::string(65537, ' '), "FIELD_TOO_LONG"},
                                          {"description", "", "FIELD_REQUIRED"},
                                          {"description", std::string(4001, 'a'), "FIELD_TOO_LONG"},
                                          {"description", kNotUtf8, "FIELD_NOT_UTF8"}});
  dispute::v1::FileDisputeRequest wrong = file;
  wrong.set_receipt("x");
  ExpectRefused(platform, service + "FileDispute", wrong, "", "RECEIPT_MALFORMED");
  wrong = file;
  wrong.set_document(DrivingLicence("33"));
  ExpectRefused(platform, service + "FileDispute", wrong, "", "RECEIPT_COMMITMENT_MISMATCH");

  dispute::v1::GetDisputeRequest get;
  ExpectEachRefused(platform, service + "GetDispute", get,
                    BadDisputes("dispute", "FIELD_TOO_LONG"));
  get.set_dispute(kUnknownDispute);
  ExpectRefused(platform, service + "GetDispute", get, "", "DISPUTE_NOT_FOUND");
  dispute::v1::WatchDisputeRequest watch;
  ExpectEachRefused(platform, service + "WatchDispute", watch,
                    BadDisputes("dispute", "FIELD_TOO_LONG"));
  watch.set_dispute(kUnknownDispute);
  ExpectRefused(platform, service + "WatchDispute", watch, "", "DISPUTE_NOT_FOUND");
  ExpectEachRefused(platform, service + "ListDisputes", dispute::v1::ListDisputesRequest(),
                    std::vector<BadField>{{"page_size", "-1", "FIELD_MALFORMED"},
                                          {"page_size", "101", "FIELD_MALFORMED"},
                                          {"page_token", "x", "FIELD_MALFORMED"},
                                          {"page_token", std::string(513, 'a'), "FIELD_TOO_LONG"},
                                          {"page_token", kNotUtf8, "FIELD_NOT_UTF8"},
                                          {"state", "99", "ENUM_UNSPECIFIED"},
                                          {"queue", std::string(65, 'a'), "FIELD_TOO_LONG"},
                                          {"queue", "a\nb", "FIELD_MALFORMED"},
                                          {"queue", kNotUtf8, "FIELD_NOT_UTF8"}});
}

TEST_F(BadInputBetweenNodes, EachFieldOfTheDisputeQueueServiceIsChecked) {
  const std::string service = "/mrg.dispute.v1.DisputeQueueService/";
  const auto worker = federation().Api(kDelta, "worker-case-31");
  const std::vector<BadField> bad_request_ids = {
      {"request_id", "", "FIELD_REQUIRED"},
      {"request_id", std::string(65, 'a'), "FIELD_MALFORMED"},
      {"request_id", kNotUtf8, "FIELD_NOT_UTF8"}};
  const std::vector<BadField> bad_explanations = {
      {"explanation_zh", "", "FIELD_REQUIRED"},
      {"explanation_zh", std::string(2001, 'a'), "FIELD_TOO_LONG"},
      {"explanation_zh", kNotUtf8, "FIELD_NOT_UTF8"},
      {"explanation_en", std::string(2001, 'a'), "FIELD_TOO_LONG"},
      {"explanation_en", kNotUtf8, "FIELD_NOT_UTF8"}};
  dispute::v1::AcceptDisputeRequest accept;
  accept.set_request_id(NewRequestId());
  accept.set_dispute(kUnknownDispute);
  ExpectEachRefused(worker, service + "AcceptDispute", accept,
                    bad_request_ids + BadDisputeIds("dispute") + BadDisputeIds("lease.dispute"));
  ExpectRefused(worker, service + "AcceptDispute", accept, "", "DISPUTE_NOT_FOUND");
  dispute::v1::RefuseDisputeRequest refuse;
  refuse.set_request_id(NewRequestId());
  refuse.set_dispute(kUnknownDispute);
  refuse.set_explanation_zh("样例");
  ExpectEachRefused(worker, service + "RefuseDispute", refuse,
                    bad_request_ids + BadDisputeIds("dispute") + bad_explanations);
  dispute::v1::ClaimDisputesRequest claim;
  claim.set_queue("issuer-31");
  ExpectRefused(worker, service + "ClaimDisputes", claim, "lease_duration", "FIELD_REQUIRED");
  claim.mutable_lease_duration()->set_seconds(60);
  ExpectEachRefused(worker, service + "ClaimDisputes", claim,
                    std::vector<BadField>{{"queue", "", "FIELD_REQUIRED"},
                                          {"queue", "Issuer", "FIELD_MALFORMED"},
                                          {"queue", kNotUtf8, "FIELD_NOT_UTF8"},
                                          {"batch_size", "-1", "FIELD_MALFORMED"},
                                          {"batch_size", "101", "FIELD_MALFORMED"}});
  for (const int64_t seconds : {int64_t{-1}, int64_t{29}, int64_t{12 * 3600 + 1}, INT64_MAX}) {
    claim.mutable_lease_duration()->set_seconds(seconds);
    ExpectRefused(worker, service + "ClaimDisputes", claim, "lease_duration", "FIELD_MALFORMED");
  }
  dispute::v1::HeartbeatDisputeRequest heartbeat;
  heartbeat.mutable_lease()->set_dispute(kUnknownDispute);
  ExpectRefused(worker, service + "HeartbeatDispute", heartbeat, "lease_duration",
                "FIELD_REQUIRED");
  heartbeat.mutable_lease_duration()->set_seconds(60);
  ExpectEachRefused(worker, service + "HeartbeatDispute", heartbeat,
                    BadDisputeIds("lease.dispute"));
  dispute::v1::CompleteDisputeRequest complete;
  complete.set_request_id(NewRequestId());
  complete.mutable_lease()->set_dispute(kUnknownDispute);
  complete.set_decision(dispute::v1::DISPUTE_DECISION_UPHELD);
  complete.set_explanation_zh("样例");
  ExpectEachRefused(worker, service + "CompleteDispute", complete,
                    bad_request_ids + BadDisputeIds("lease.dispute") + bad_explanations +
                        std::vector<BadField>{{"decision", "0", "ENUM_UNSPECIFIED"},
                                              {"decision", "99", "ENUM_UNSPECIFIED"}});
  ExpectEachRefused(worker, service + "ReleaseDispute", dispute::v1::ReleaseDisputeRequest(),
                    BadDisputeIds("lease.dispute"));
}

TEST_F(BadInputBetweenNodes, EachFieldOfDeliverIsChecked) {
  const std::string method = "/mrg.dispute.v1.DisputeRelayService/Deliver";
  dispute::v1::DeliverRequest request;
  request.set_dispute("sichuan-chongqing/01890f3e-0000-7000-8000-000000000000");
  ExpectRefused(Peer(), method, request, "events", "FIELD_MALFORMED");
  request.add_events("x");
  ExpectRefused(Peer(), method, request, "", "DISPUTE_EVENT_REFUSED");
  ExpectEachRefused(Peer(), method, request,
                    std::vector<BadField>{{"dispute", "", "FIELD_MALFORMED"},
                                          {"dispute", std::string(200, 'a'), "FIELD_MALFORMED"},
                                          {"dispute", "yangtze-delta/1", "FIELD_MALFORMED"},
                                          {"dispute", kNotUtf8, "FIELD_NOT_UTF8"}});
}

}  // namespace
}  // namespace mrg
