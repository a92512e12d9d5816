#include "gateway/answer/dispute_filing.h"

#include <memory>
#include <utility>
#include <variant>

#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::FileDisputeRequest;

constexpr char kFile[] = "mrg.dispute.v1.DisputeService/FileDispute";

class NoBlobs : public BlobReader {
 public:
  absl::StatusOr<std::string> ReadBlob(absl::string_view) const override {
    return MakeError(Reason::kTreeNodeNotFound, "no blobs here");
  }
};

class DisputeFilingTest : public ::testing::Test {
 protected:
  // What the platform files about a recognition that it asked for.
  FileDisputeRequest Request() {
    const gateway::v1::RecognizeRequest asked = DrivingLicenceRequest("recognition");
    const Recognise::Answer answer = node_.Ask(asked);
    EXPECT_TRUE(answer.ok()) << answer.status();
    FileDisputeRequest request;
    request.set_request_id("filing");
    request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
    request.set_receipt(
        CanonicalBytes(std::get<gateway::v1::RecognizeResponse>(*answer).receipt()));
    request.set_document(asked.presentation().detached().document());
    request.set_description("姓名有误");
    return request;
  }

  absl::StatusOr<dispute::v1::FileDisputeResponse> File(const FileDisputeRequest& request,
                                                        const Caller& caller) {
    return dispute_filing_.File(caller, request, FixtureNow() + absl::Hours(1));
  }
  absl::StatusOr<dispute::v1::FileDisputeResponse> File(const FileDisputeRequest& request) {
    return File(request, PlatformCaller(kFile));
  }

  // How many disputes are stored.
  size_t Filed() { return node_.store.Scan(Keyspace::kDisputeEvent, "", "", 100)->size(); }

  AnsweringNode node_;
  NoBlobs blobs_;
  PacksByDigest packs_{&blobs_};
  Filing filing_{
      DisputeNode{*MemberId::Parse(kDeltaMember),
                  *SpiffeId::Parse("spiffe://delta.example/node/log-1"),
                  {*JurisdictionId::Parse("31")},
                  [](const JurisdictionId&) { return MemberId::Parse(kSichuanMember).value(); },
                  [] { return nullptr; }},
      &node_.store, nullptr};
  const DisputeFiling dispute_filing_{{*MemberId::Parse(kDeltaMember), *MemberId::Parse(kHubMember),
                                       &*node_.authorization, [this] { return node_.is_ready; },
                                       &node_.snapshots, &node_.log_keys, &node_.epoch_keys,
                                       &packs_, &filing_, std::string(32, 'i')}};
};

TEST_F(DisputeFilingTest, DisputeStandsUnderTheTagOfItsLicence) {
  const auto filed = File(Request());

  ASSERT_TRUE(filed.ok()) << filed.status();
  const auto events = node_.store.Scan(Keyspace::kDisputeEvent, "", "", 100);
  ASSERT_GE(events->size(), 1u);
  dispute::v1::DisputeEvent first;
  ASSERT_TRUE(first.ParseFromString((*events)[0].value));
  EXPECT_EQ(first.filed().epoch(), kFixtureEpoch);
  const SampleLicence& licence = Sample("50-driving-licence");
  EXPECT_EQ(first.filed().licence_tag(),
            TagOf(licence.jurisdiction, licence.type_code, licence.number));
  EXPECT_EQ(first.actor(), PlatformCaller(kFile).identity.value());
}

TEST_F(DisputeFilingTest, R19_M12_DisputeKeepsNoSalt) {
  const FileDisputeRequest request = Request();
  gateway::v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(request.receipt()));

  ASSERT_TRUE(File(request).ok());

  const auto events = node_.store.Scan(Keyspace::kDisputeEvent, "", "", 100);
  dispute::v1::DisputeEvent first;
  ASSERT_TRUE(first.ParseFromString((*events)[0].value));
  EXPECT_EQ(node_.store.Occurrences(receipt.salt()), 1u) << "in the row of the salt";
  receipt.clear_salt();
  EXPECT_EQ(first.filed().receipt(), CanonicalBytes(receipt));
}

TEST_F(DisputeFilingTest, RepeatedFilingFindsTheFirstOne) {
  const FileDisputeRequest request = Request();
  const auto first = File(request);
  const size_t events = Filed();

  const auto second = File(request);

  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_EQ(second->dispute().name(), first->dispute().name());
  EXPECT_EQ(Filed(), events);
}

TEST_F(DisputeFilingTest, RequestIdWithAnotherBodyIsRefusedAndFilesNothing) {
  FileDisputeRequest request = Request();
  ASSERT_TRUE(File(request).ok());
  const size_t events = Filed();
  request.set_description("another");

  EXPECT_EQ(ReasonOf(File(request).status()), Reason::kRequestIdReused);
  EXPECT_EQ(Filed(), events);
}

TEST_F(DisputeFilingTest, DocumentThatIsNotTheReceiptsIsRefused) {
  FileDisputeRequest request = Request();
  request.set_document(Sample("50-identity-card").document);

  EXPECT_EQ(ReasonOf(File(request).status()), Reason::kReceiptCommitmentMismatch);
  EXPECT_EQ(Filed(), 0u);
}

TEST_F(DisputeFilingTest, ReceiptThatIsNoneIsRefusedBeforeAnythingElse) {
  FileDisputeRequest request = Request();
  request.set_receipt("x");
  FileDisputeRequest without = request;
  without.clear_receipt();

  EXPECT_EQ(ReasonOf(File(request).status()), Reason::kReceiptMalformed);
  EXPECT_EQ(FieldOf(File(without).status()), "receipt");
  EXPECT_EQ(Filed(), 0u);
}

TEST_F(DisputeFilingTest, PlatformOfAnotherProvinceMayNotDisputeTheDecision) {
  Caller caller = PlatformCaller(kFile);
  caller.identity = *SpiffeId::Parse("spiffe://delta.example/jurisdiction/32/platform/portal");

  EXPECT_EQ(ReasonOf(File(Request(), caller).status()), Reason::kJurisdictionNotAllowed);
  EXPECT_EQ(Filed(), 0u);
}

TEST_F(DisputeFilingTest, NodeThatIsNotReadyTakesNoDispute) {
  const FileDisputeRequest request = Request();
  node_.is_ready = false;

  EXPECT_EQ(ReasonOf(File(request).status()), Reason::kNodeNotReady);
}

}  // namespace
}  // namespace mrg
