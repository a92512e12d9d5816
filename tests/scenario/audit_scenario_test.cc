// An auditor reads the decision log of a node: every record once, each proved to be in the tree
// that the node signs, each older tree a prefix of the newest.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/log_auditor.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using audit::v1::GetCheckpointResponse;
using audit::v1::GetConsistencyProofRequest;
using audit::v1::GetConsistencyProofResponse;
using audit::v1::GetInclusionProofRequest;
using audit::v1::GetInclusionProofResponse;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;
using gateway::v1::RecognizeResponse;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AuditScenario : public RecognitionSuite {
 protected:
  void SetUp() override {
    RecognitionSuite::SetUp();
    auditor_ = federation().Api(kDelta, "auditor");
  }

  Checkpoint Newest() {
    GetCheckpointResponse response;
    EXPECT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetCheckpoint, {}, &response).ok());
    return Verified(response.checkpoint());
  }

  static Checkpoint Verified(const std::string& note) {
    const std::vector<LogKey> keys = federation().LogKeys(kDelta);
    EXPECT_EQ(keys.size(), 1u);
    const auto checkpoint = ParseSignedCheckpoint(note, "yangtze-delta/log-1", keys.at(0).key);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return checkpoint.ok() ? *checkpoint : Checkpoint();
  }

  static Ran Log(const std::vector<std::string>& words) {
    return MrgctlLog(federation(), federation().Path(kDelta, "auditors-state"), words);
  }

  std::shared_ptr<grpc::Channel> auditor_;
};

TEST_F(AuditScenario, PagesHoldEveryRecordOnceEachProvedUnderTheSignedCheckpoint) {
  std::vector<RecognizeResponse> answers;
  for (int i = 1; i <= 5; ++i) {
    answers.push_back(Recognized(Question("31", "32", Signed("32", DrivingLicence("32", i)))));
  }
  const Checkpoint newest = Newest();
  ListRecordsRequest request;
  request.set_page_size(2);
  std::vector<std::string> leaves;
  int pages = 0;
  do {
    ListRecordsResponse page;
    ASSERT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::ListRecords, request, &page).ok());
    EXPECT_EQ(page.first_index(), leaves.size());
    EXPECT_LE(page.leaves_size(), 2);
    leaves.insert(leaves.end(), page.leaves().begin(), page.leaves().end());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  ASSERT_EQ(leaves.size(), newest.size);
  EXPECT_GE(pages, 3);
  for (uint64_t index = 0; index < leaves.size(); ++index) {
    const auto leaf = ParseLeaf(leaves[index], Reason::kStoreCorrupt);
    ASSERT_TRUE(leaf.ok()) << leaf.status();
    ASSERT_TRUE(ParseDecision(*leaf, Reason::kStoreCorrupt).ok());
    GetInclusionProofRequest asked;
    asked.set_index(index);
    asked.set_tree_size(newest.size);
    GetInclusionProofResponse proof;
    ASSERT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetInclusionProof, asked, &proof).ok());
    const std::vector<std::string> hashes(proof.hashes().begin(), proof.hashes().end());
    EXPECT_TRUE(
        VerifyInclusion(ToString(LeafHash(leaves[index])), index, newest.size, hashes, newest.root)
            .ok())
        << index;
  }
  for (const RecognizeResponse& answer : answers) {
    EXPECT_EQ(leaves.at(answer.receipt().index()), answer.receipt().leaf());
  }
}

TEST_F(AuditScenario, TheTreeOfEveryReceiptIsAPrefixOfTheNewest) {
  std::vector<Checkpoint> seen;
  for (int i = 1; i <= 4; ++i) {
    const RecognizeResponse answer =
        Recognized(Question("31", "33", Signed("33", DrivingLicence("33", i))));
    seen.push_back(Verified(answer.receipt().checkpoint()));
  }
  const Checkpoint newest = Newest();

  for (const Checkpoint& older : seen) {
    GetConsistencyProofRequest request;
    request.set_first_size(older.size);
    request.set_second_size(newest.size);
    GetConsistencyProofResponse proof;
    ASSERT_TRUE(
        Call<AuditService>(auditor_, &AuditService::Stub::GetConsistencyProof, request, &proof)
            .ok());
    const std::vector<std::string> hashes(proof.hashes().begin(), proof.hashes().end());
    EXPECT_TRUE(VerifyConsistency(older.size, newest.size, older.root, newest.root, hashes).ok());
    if (older.size == newest.size) continue;
    EXPECT_FALSE(VerifyConsistency(older.size, newest.size, newest.root, newest.root, hashes).ok());
  }
}

TEST_F(AuditScenario, AnAuditorFollowsTheLogAndReadsItsRecordsByMrgctl) {
  Recognized(Question("31", "32", Signed("32", DrivingLicence("32", 1))));
  const Ran first = Log({"checkpoint"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("the first that is kept"));
  const RecognizeResponse answer =
      Recognized(Question("31", "33", Signed("33", DrivingLicence("33", 2))));
  const std::string receipt = federation().Path(kDelta, "audited.receipt");
  WriteTestFile(receipt, CanonicalBytes(answer.receipt()));

  const Ran second = Log({"checkpoint"});
  const Ran consistency = Log({"consistency", "--from", "1"});
  const Ran verified = Log({"verify", "--receipt", receipt});
  const Ran listed = Log({"list", "--issuing", "33", "--output", "json", "--since",
                          "2026-01-01T00:00:00+08:00", "--limit", "10000"});

  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("continues 延续: the one kept before"));
  EXPECT_EQ(consistency.code, 0) << consistency.err;
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr(kDrivingLicenceType));
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr(absl::StrCat("{\"index\":", answer.receipt().index(), ",")));
  EXPECT_THAT(listed.out, Not(HasSubstr("\"issuingJurisdiction\":\"32\"")));
}

TEST_F(AuditScenario, ARecordThatIsNotThereIsNotFound) {
  Recognized(Question("31", "32", Signed("32", DrivingLicence("32"))));
  const uint64_t size = federation().LogSize(kDelta);
  GetInclusionProofRequest inclusion;
  inclusion.set_index(size);
  inclusion.set_tree_size(size);
  GetInclusionProofResponse inclusion_proof;
  EXPECT_EQ(ReasonIn(Call<AuditService>(auditor_, &AuditService::Stub::GetInclusionProof, inclusion,
                                        &inclusion_proof)),
            "RECORD_NOT_FOUND");
  GetConsistencyProofRequest consistency;
  consistency.set_first_size(0);
  consistency.set_second_size(size);
  GetConsistencyProofResponse consistency_proof;
  EXPECT_EQ(ReasonIn(Call<AuditService>(auditor_, &AuditService::Stub::GetConsistencyProof,
                                        consistency, &consistency_proof)),
            "RECORD_NOT_FOUND");
  ListRecordsRequest beyond;
  beyond.set_page_token("18446744073709551615");
  ListRecordsResponse page;
  ASSERT_TRUE(Call<AuditService>(auditor_, &AuditService::Stub::ListRecords, beyond, &page).ok());
  EXPECT_EQ(page.leaves_size(), 0);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(AuditScenario, AnEntryOfAStatusListIsProvedFromAnotherRegionsNode) {
  gateway::v1::SetLicenceStatusRequest revoke;
  revoke.set_jurisdiction("32");
  revoke.set_type_code(kDrivingLicenceType);
  revoke.set_licence_number(LicenceNumber("32", 77));
  revoke.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  revoke.set_request_id(NewRequestId());
  gateway::v1::SetLicenceStatusResponse response;
  ASSERT_TRUE(Call<gateway::v1::StatusService>(federation().Api(kDelta, "authority-32"),
                                               &gateway::v1::StatusService::Stub::SetLicenceStatus,
                                               revoke, &response)
                  .ok());
  ASSERT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "status", response.status_version()));
  const std::string key = ReadTestFile(federation().Path(kDelta, "keys/online/epoch-32.key"));
  const std::string listed =
      LicenceStatusId(1, LicenceTag(key, "32", kDrivingLicenceType, LicenceNumber("32", 77)));
  const std::string unlisted =
      LicenceStatusId(1, LicenceTag(key, "32", kDrivingLicenceType, LicenceNumber("32", 78)));
  const std::string proof = federation().Path(kChuanyu, "status.proof");
  const auto shown = [&](const std::string& entry) {
    const Ran made =
        federation().Mrgctl({"trust", "prove", "--publisher", kDelta, "--address",
                             "unix:" + federation().Path(kChuanyu, "run/admin.sock"), "--target",
                             "32/status/licences", "--entry", entry, "--proof", proof});
    EXPECT_EQ(made.code, 0) << made.err;
    const Ran verified =
        federation().Mrgctl({"trust", "verify-proof", "--proof", proof, "--root",
                             federation().Path(kDelta, "repository/metadata/1.root.json")});
    // The id stands in groups.
    return absl::StrReplaceAll(verified.out, {{" ", ""}});
  };

  EXPECT_THAT(shown(listed), StartsWith("PRESENT32/status/licences" + listed));
  EXPECT_THAT(shown(unlisted), StartsWith("ABSENT32/status/licences" + unlisted));
}

}  // namespace
}  // namespace mrg
