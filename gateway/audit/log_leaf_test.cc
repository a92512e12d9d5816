#include "gateway/audit/log_leaf.h"

#include <functional>
#include <optional>

#include "gateway/base/canonical_proto.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::DecisionRecord;
using audit::v1::LogLeaf;

DecisionRecord Record() {
  DecisionRecord record;
  record.set_schema(kDecisionLeafSchema);
  record.set_log_origin("yangtze-delta/log-1");
  record.set_form("detached");
  return record;
}

std::optional<Reason> RefusalOnceChanged(const std::function<void(LogLeaf*)>& change) {
  LogLeaf leaf = *ParseLeaf(DecisionLeaf(Record()), Reason::kStoreCorrupt);
  change(&leaf);
  const auto parsed = ParseLeaf(CanonicalBytes(leaf), Reason::kStoreCorrupt);
  if (!parsed.ok()) return ReasonOf(parsed.status());
  return ReasonOf(ParseDecision(*parsed, Reason::kReceiptMalformed).status());
}

TEST(LogLeaf, DecisionComesBackAsItWas) {
  const auto leaf = ParseLeaf(DecisionLeaf(Record()), Reason::kStoreCorrupt);
  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_EQ(leaf->kind(), audit::v1::LEAF_KIND_DECISION);
  EXPECT_EQ(leaf->schema(), kDecisionLeafSchema);

  const auto record = ParseDecision(*leaf, Reason::kStoreCorrupt);

  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(CanonicalBytes(*record), CanonicalBytes(Record()));
}

TEST(LogLeaf, UnknownKindIsRefused) {
  for (const int kind : {0, 2, 7, -1}) {
    EXPECT_EQ(RefusalOnceChanged(
                  [&](LogLeaf* leaf) { leaf->set_kind(static_cast<audit::v1::LeafKind>(kind)); }),
              Reason::kStoreCorrupt)
        << kind;
  }
}

TEST(LogLeaf, UnknownSchemaIsRefusedAndTheBodyHasTheSame) {
  for (const uint32_t schema : {0u, 2u, 99u}) {
    EXPECT_EQ(RefusalOnceChanged([&](LogLeaf* leaf) { leaf->set_schema(schema); }),
              Reason::kStoreCorrupt);
    DecisionRecord other = Record();
    other.set_schema(schema);
    EXPECT_EQ(RefusalOnceChanged([&](LogLeaf* leaf) { leaf->set_body(CanonicalBytes(other)); }),
              Reason::kReceiptMalformed);
  }
}

TEST(LogLeaf, OnlyOneEncodingIsRead) {
  const std::string good = DecisionLeaf(Record());
  for (const std::string& bytes : {std::string(), std::string("x"), good + good,
                                   good + std::string("\x78\x01", 2), good.substr(1)}) {
    EXPECT_EQ(ReasonOf(ParseLeaf(bytes, Reason::kStoreCorrupt).status()), Reason::kStoreCorrupt);
  }
  EXPECT_EQ(
      RefusalOnceChanged([](LogLeaf* leaf) { leaf->mutable_body()->append("\xf8\x07\x01", 3); }),
      Reason::kReceiptMalformed);
}

TEST(LogLeaf, LeafIsBoundedToTheByte) {
  DecisionRecord record = Record();
  record.set_form(std::string(kLeafBytesMax - 200, 'f'));
  while (DecisionLeaf(record).size() < kLeafBytesMax) record.mutable_form()->push_back('f');
  ASSERT_EQ(DecisionLeaf(record).size(), kLeafBytesMax);
  EXPECT_TRUE(ParseLeaf(DecisionLeaf(record), Reason::kStoreCorrupt).ok());

  record.mutable_form()->push_back('f');
  EXPECT_EQ(ReasonOf(ParseLeaf(DecisionLeaf(record), Reason::kStoreCorrupt).status()),
            Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
