#include "gateway/answer/audit_answers.h"

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::ListRecordsRequest;

class AuditAnswersTest : public ::testing::Test {
 protected:
  MemoryStore store_;
  const std::unique_ptr<Signer> key_ = NewLogSigner();
  const std::unique_ptr<DecisionLog> log_ = OpenLogOfTests(&store_, key_.get());
};

TEST_F(AuditAnswersTest, EmptyLogHasNoCheckpoint) {
  EXPECT_EQ(ReasonOf(GetCheckpoint(*log_).status()), Reason::kRecordNotFound);
}

TEST_F(AuditAnswersTest, PagesHoldEveryLeafOnceInOrder) {
  AppendRecords(log_.get(), 5);
  ListRecordsRequest request;
  request.set_page_size(2);
  uint64_t next = 0;

  do {
    const auto page = ListRecords(*log_, request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->first_index(), next);
    for (const std::string& leaf : page->leaves()) {
      EXPECT_EQ(leaf, *log_->ReadLeaf(next++));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(next, 5u);
}

TEST_F(AuditAnswersTest, PageBehindTheLastLeafIsEmpty) {
  AppendRecords(log_.get(), 1);
  ListRecordsRequest request;
  request.set_page_token("18446744073709551615");

  const auto page = ListRecords(*log_, request);

  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->leaves_size(), 0);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(AuditAnswersTest, BadPagesAreNamed) {
  ListRecordsRequest too_many;
  too_many.set_page_size(1001);
  ListRecordsRequest no_token;
  no_token.set_page_token("x");

  EXPECT_EQ(FieldOf(ListRecords(*log_, too_many).status()), "page_size");
  EXPECT_EQ(FieldOf(ListRecords(*log_, no_token).status()), "page_token");
}

TEST_F(AuditAnswersTest, ProofsAreThoseOfTheLog) {
  AppendRecords(log_.get(), 3);
  audit::v1::GetInclusionProofRequest inclusion;
  inclusion.set_index(1);
  inclusion.set_tree_size(3);
  audit::v1::GetConsistencyProofRequest consistency;
  consistency.set_first_size(1);
  consistency.set_second_size(3);

  const auto included = GetInclusionProof(*log_, inclusion);
  const auto consistent = GetConsistencyProof(*log_, consistency);

  ASSERT_TRUE(included.ok() && consistent.ok());
  EXPECT_EQ(included->hashes_size(), static_cast<int>(log_->InclusionProof(1, 3)->size()));
  EXPECT_EQ(consistent->hashes_size(), static_cast<int>(log_->ConsistencyProof(1, 3)->size()));
}

}  // namespace
}  // namespace mrg
