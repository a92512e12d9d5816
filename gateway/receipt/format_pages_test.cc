// The examples in gateway/docs/formats/{log,receipt,decision-record}.md, computed again: each page
// shows the bytes that this version writes.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/decision_log.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

constexpr char kOrigin[] = "example/log-1";
constexpr int64_t kFirstUs = 1772000000000000;

// Bytes 00 to 1f: the salt, and the seed of the log key.
std::string Counting() {
  std::string bytes;
  for (char c = 0; c < 32; ++c) bytes.push_back(c);
  return bytes;
}

// The log key as PKCS#8 (RFC 8410).
std::unique_ptr<Signer> ExampleLogKey() {
  const std::string der = absl::HexStringToBytes("302e020100300506032b657004220420") + Counting();
  return *NewEvpSigner(Scheme::kEd25519,
                       absl::StrCat("-----BEGIN PRIVATE KEY-----\n", absl::Base64Escape(der),
                                    "\n-----END PRIVATE KEY-----\n"));
}

audit::v1::DecisionRecord Record(int number) {
  audit::v1::DecisionRecord record;
  record.set_schema(1);
  record.set_log_origin(kOrigin);
  record.set_decided_at_us(kFirstUs + number);
  record.set_using_jurisdiction("31");
  record.set_issuing_jurisdiction("50");
  record.set_caller_spiffe_id("spiffe://example/jurisdiction/31/platform/sample");
  record.set_algorithm("sm2-sm3");
  audit::v1::Check* check = record.add_checks();
  check->set_check("signature");
  check->set_verdict(audit::v1::VERDICT_FAILED);
  check->set_reason("SIGNATURE_INVALID");
  record.set_outcome(audit::v1::OUTCOME_NOT_RECOGNIZED);
  record.set_policy_digest(Sha256(""));
  record.set_rules_version(4);
  record.set_licence_commitment(Sha256(Counting() + "licence"));
  record.set_salt_digest(Sha256(Counting()));
  record.set_form("detached");
  record.set_signing_time_kind(audit::v1::SIGNING_TIME_KIND_NONE);
  return record;
}

// The page without what breaks its lines.
std::string Page(const std::string& name) {
  return absl::StrReplaceAll(ShippedFile("gateway/docs/formats/" + name), {{" ", ""}, {"\n", ""}});
}

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

// The receipt of the third of three leaves.
class FormatPages : public ::testing::Test {
 protected:
  FormatPages() {
    const auto log = *DecisionLog::Open(&store_, key_.get(), kOrigin);
    std::vector<DecisionLog::Submission> group(3);
    for (int i = 0; i < 3; ++i) {
      leaves_.push_back(DecisionLeaf(Record(i)));
      group[static_cast<size_t>(i)].leaf = std::make_shared<const std::string>(leaves_.back());
      group[static_cast<size_t>(i)].absent_key = absl::StrCat(i);
    }
    const auto appended = log->AppendGroup(group);
    EXPECT_EQ(appended[2].result, DecisionLog::Appended::kAppended);
    receipt_.set_leaf(leaves_[2]);
    receipt_.set_salt(Counting());
    receipt_.set_index(appended[2].placement.index);
    receipt_.set_tree_size(appended[2].placement.tree_size);
    for (const std::string& hash : appended[2].placement.inclusion_proof) {
      receipt_.add_inclusion_proof(hash);
    }
    receipt_.set_checkpoint(appended[2].placement.checkpoint);
  }

  const std::unique_ptr<Signer> key_ = ExampleLogKey();
  MemoryStore store_;
  std::vector<std::string> leaves_;
  gateway::v1::Receipt receipt_;
};

TEST_F(FormatPages, LogPageShowsLeafHashesAndCheckpoint) {
  const std::string page = Page("log.md");
  const std::string raw_key = key_->public_key().spki_der().substr(12);

  EXPECT_THAT(page, HasSubstr(Hex(leaves_[2])));
  for (const std::string& leaf : leaves_) EXPECT_THAT(page, HasSubstr(Hex(ToView(LeafHash(leaf)))));
  EXPECT_THAT(page, HasSubstr(Hex(ToView(NodeHash(LeafHash(leaves_[0]), LeafHash(leaves_[1]))))));
  EXPECT_THAT(page, HasSubstr(Hex(ParseCheckpointBody(receipt_.checkpoint())->root)));
  EXPECT_THAT(page, HasSubstr(Hex(raw_key)));
  EXPECT_THAT(page, HasSubstr(Hex(Sha256(absl::StrCat(kOrigin, "\n\x01", raw_key)).substr(0, 4))));
  EXPECT_THAT(page, HasSubstr(absl::StrReplaceAll(receipt_.checkpoint(), {{" ", ""}, {"\n", ""}})));
}

TEST_F(FormatPages, RecordPageShowsTheRecordAndItsCommitments) {
  const std::string page = Page("decision-record.md");

  EXPECT_THAT(page, HasSubstr(Hex(CanonicalBytes(Record(2)))));
  EXPECT_THAT(page, HasSubstr(Hex(Record(2).licence_commitment())));
  EXPECT_THAT(page, HasSubstr(Hex(Record(2).salt_digest())));
}

TEST_F(FormatPages, ReceiptPageShowsAReceiptThatHolds) {
  const std::string receipt = CanonicalBytes(receipt_);
  EXPECT_THAT(Page("receipt.md"), HasSubstr(Hex(receipt)));

  const std::vector<LogKey> keys = {
      {kOrigin, key_->public_key(), absl::FromUnixMicros(kFirstUs), absl::InfiniteFuture()}};
  const auto record = CheckReceipt(receipt, keys);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_TRUE(CheckCommitment(*record, receipt_.salt(), "licence").ok());
}

}  // namespace
}  // namespace mrg
