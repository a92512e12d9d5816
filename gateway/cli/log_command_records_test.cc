// The commands of `mrgctl log` that look into the log: consistency, verify, list.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/cli/command.h"
#include "gateway/cli/log/testing/log_node.h"
#include "gateway/cli/testing/log_command_suite.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/receipt.pb.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

namespace fs = std::filesystem;

constexpr char kType[] = "11100000XX0000019L001";

using LogCommand = LogCommandSuite;
using Threat = LogCommandSuite;

TEST_F(LogCommand, EveryTwoSizesOfOneLogAreConsistent) {
  for (int from = 1; from <= 5; ++from) {
    for (int to = from; to <= 5; ++to) {
      EXPECT_EQ(Log({"consistency", "--from", absl::StrCat(from), "--to", absl::StrCat(to)}),
                kExitOk)
          << err_.str();
      EXPECT_THAT(out_.str(), AllOf(HasSubstr(absl::StrCat("from 起: ", from, " records")),
                                    HasSubstr(absl::StrCat("to 止: ", to, " records"))));
    }
  }
  ExpectRefused({"consistency", "--from", "0"}, "--from: expected 1 to 5");
  ExpectRefused({"consistency", "--from", "6"}, "--from: expected 1 to 5");
  ExpectRefused({"consistency", "--from", "3", "--to", "2"}, "--to: expected 3 to 5");
}

TEST_F(Threat, R18_AnOlderCheckpointOfAnotherLogIsTold) {
  const std::string older = WriteFile("older", log_.note());
  MemoryLog fork(kOrigin, log_.key());
  fork.AppendMany(3, first_ + absl::Minutes(1));
  MemoryLog ahead(kOrigin, log_.key());
  ahead.AppendMany(20, first_);
  log_.AppendMany(4, first_ + absl::Hours(1));

  EXPECT_EQ(Log({"consistency", "--checkpoint", older}), kExitOk) << err_.str();
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("起: 5 records"), HasSubstr("止: 9 records")));
  ExpectRefused({"consistency", "--checkpoint", WriteFile("fork", fork.note())},
                "LOG_CONTRADICTED");
  ExpectRefused({"consistency", "--checkpoint", WriteFile("ahead", ahead.note())}, "it is shorter");
  ExpectRefused({"consistency", "--checkpoint", WriteFile("text", "no checkpoint")},
                "RECEIPT_CHECKPOINT_INVALID: --checkpoint: expected");
  MemoryLog foreign(kOrigin);
  foreign.AppendMany(2, first_);
  ExpectRefused({"consistency", "--checkpoint", WriteFile("foreign", foreign.note())},
                "RECEIPT_CHECKPOINT_INVALID: --checkpoint");
}

TEST_F(Threat, R18_ProofsOfAForkAreNotTakenForThoseOfTheSignedLog) {
  MemoryLog fork(kOrigin, log_.key());
  fork.AppendMany(5, first_);
  fork.AppendMany(3, first_ + absl::Hours(2));
  log_.AppendMany(4, first_ + absl::Hours(1));
  ASSERT_EQ(Log({"consistency", "--from", "5", "--to", "7"}), kExitOk) << err_.str();
  node_.ProveBy([&fork](uint64_t tree_size) { return tree_size <= 8 ? &fork : nullptr; });

  ExpectRefused({"consistency", "--from", "5", "--to", "7"}, "LOG_CONTRADICTED");
  ExpectRefused({"consistency", "--from", "7"}, "LOG_CONTRADICTED");
  ExpectRefused({"list", "--from", "7"}, "LOG_CONTRADICTED");
}

TEST_F(LogCommand, ARecordIsVerifiedByItsIndex) {
  for (int index = 0; index < 5; ++index) {
    EXPECT_EQ(Log({"verify", "--index", absl::StrCat(index)}), kExitOk) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr(absl::StrCat("record 记录 ", index, " is in the log")));
  }
  ExpectRefused({"verify", "--index", "5"}, "--index: expected 0 to 4");
}

TEST_F(Threat, R18_AReceiptHoldsOnlyWhileTheLogHoldsItsRecord) {
  const std::string bytes = log_.Append(first_ + absl::Hours(1));
  const std::string receipt = WriteFile("receipt", bytes);
  auto cited = *ParseCanonical<gateway::v1::Receipt>(bytes, Reason::kReceiptMalformed);
  cited.clear_salt();
  log_.AppendMany(3, first_ + absl::Hours(2));
  EXPECT_EQ(Log({"verify", "--receipt", receipt}), kExitOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("record 记录 5 is in the log"));
  EXPECT_EQ(Log({"verify", "--receipt", WriteFile("cited", CanonicalBytes(cited))}), kExitOk)
      << err_.str();
  std::string changed = bytes;
  changed.back() ^= 1;
  ExpectRefused({"verify", "--receipt", WriteFile("changed", changed)}, "RECEIPT_");

  // Another auditor, who has seen nothing yet, meets a log without that record.
  fs::remove_all(Path("state/logs"));
  MemoryLog other(kOrigin, log_.key());
  other.AppendMany(12, first_);
  node_.Serve(&other);

  ExpectRefused({"verify", "--receipt", receipt}, "LOG_CONTRADICTED");
}

TEST_F(Threat, R18_AChangedRecordIsNamedAndNotShown) {
  log_.AppendMany(20, first_ + absl::Hours(1));
  // A sound record, but not the one of this place.
  const std::string other = *log_.log().ReadLeaf(3);
  node_.ChangePages([&other](audit::v1::ListRecordsResponse* page) {
    for (int i = 0; i < page->leaves_size(); ++i) {
      if (page->first_index() + static_cast<uint64_t>(i) == 17) *page->mutable_leaves(i) = other;
    }
  });

  constexpr char kSaid[] =
      "RECEIPT_PROOF_INVALID: record 17 is not the one in the signed log of 25";
  ExpectRefused({"list"}, kSaid);
  ExpectRefused({"list", "--from", "17"}, kSaid);
  ExpectRefused({"verify", "--index", "17"}, kSaid);
  EXPECT_THAT(Listed({"--from", "10", "--limit", "7"}), SizeIs(7));

  node_.ChangePages(
      [](audit::v1::ListRecordsResponse* page) { page->set_first_index(page->first_index() + 1); });
  ExpectRefused({"list"}, "expected some from 0");
  node_.ChangePages([](audit::v1::ListRecordsResponse* page) { page->clear_leaves(); });
  ExpectRefused({"list"}, "0 records from 0 on");
}

TEST_F(LogCommand, RecordsAreListedFromAnyIndexAcrossPages) {
  log_.AppendMany(2200, first_ + absl::Hours(1));
  EXPECT_THAT(Listed({}), SizeIs(100));
  const std::vector<uint64_t> all = Listed({"--limit", "5000"});
  ASSERT_EQ(all.size(), 2205U);
  for (uint64_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], i);
  for (const uint64_t from : {1, 2, 3, 7, 8, 255, 256, 257, 1023, 2047, 2048, 2203, 2204}) {
    EXPECT_THAT(Listed({"--from", absl::StrCat(from), "--limit", "1"}), ElementsAre(from));
  }
  ExpectRefused({"list", "--from", "2205"}, "--from: expected 0 to 2204");

  EXPECT_EQ(Log({"list", "--from", "3", "--limit", "2"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("shown 显示 2, read 已读 2 from 起 3, of 共 2205 in "));
  EXPECT_THAT(out_.str(), HasSubstr("more 更多: --from 5\n"));
}

TEST_F(LogCommand, RecordsAreFoundByTimeAlsoWhereTheirOrderIsNotQuiteThatOfTime) {
  const absl::Time noon = first_ + absl::Hours(12);
  log_.AppendMany(600, first_ + absl::Hours(1));
  log_.Append(noon);                     // 605
  log_.Append(noon - absl::Minutes(4));  // 606
  log_.Append(noon + absl::Seconds(1));  // 607
  log_.Append(noon - absl::Seconds(1));  // 608
  log_.AppendMany(3, noon + absl::Hours(1));
  const auto since = [&](absl::Time time) {
    return Listed({"--since", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone())});
  };

  EXPECT_THAT(since(noon), ElementsAre(605, 607, 609, 610, 611));
  EXPECT_THAT(since(noon - absl::Minutes(4)), ElementsAre(605, 606, 607, 608, 609, 610, 611));
  EXPECT_THAT(since(now_ + absl::Hours(1)), IsEmpty());
  EXPECT_THAT(since(first_ - absl::Hours(1)), SizeIs(100));
}

TEST_F(LogCommand, RecordsAreFilteredByWhatTheyHold) {
  const auto refused = [](audit::v1::DecisionRecord* record) {
    record->set_outcome(audit::v1::OUTCOME_NOT_RECOGNIZED);
    record->set_type_code(kType);
    record->set_using_jurisdiction("31");
    record->set_issuing_jurisdiction("50");
    record->set_scenario("government-service");
    record->set_caller_spiffe_id("spiffe://delta.example/jurisdiction/31/platform/sample");
    for (const char* reason : {"", "SIGNATURE_INVALID", "ISSUER_NOT_LISTED"}) {
      audit::v1::Check* const check = record->add_checks();
      check->set_check("signature");
      check->set_verdict(*reason == '\0' ? audit::v1::VERDICT_PASSED : audit::v1::VERDICT_FAILED);
      check->set_reason(reason);
    }
  };
  log_.Append(first_ + absl::Hours(1), refused);                                // 5
  log_.Append(first_ + absl::Hours(2), [](audit::v1::DecisionRecord* record) {  // 6
    record->set_outcome(audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS);
    record->set_using_jurisdiction("50");
    record->set_issuing_jurisdiction("31");
    audit::v1::Check* const check = record->add_checks();
    check->set_verdict(audit::v1::VERDICT_CONDITION);
    check->set_reason("AGREEMENT_CONDITION");
  });

  EXPECT_THAT(Listed({"--type", kType}), ElementsAre(5));
  EXPECT_THAT(Listed({"--using", "50"}), ElementsAre(6));
  EXPECT_THAT(Listed({"--issuing", "50"}), ElementsAre(5));
  EXPECT_THAT(Listed({"--outcome", "RECOGNIZED"}), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(Listed({"--outcome", "NOT_RECOGNIZED", "--using", "50"}), IsEmpty());
  EXPECT_THAT(Listed({"--reason", "SIGNATURE_INVALID"}), ElementsAre(5));
  EXPECT_THAT(Listed({"--reason", "ISSUER_NOT_LISTED"}), IsEmpty()) << "not the first reason";
  EXPECT_THAT(Listed({"--reason", "AGREEMENT_CONDITION"}), ElementsAre(6));

  EXPECT_EQ(Log({"list", "--type", kType}), kExitOk);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("NOT_RECOGNIZED 不予互认, SIGNATURE_INVALID"),
                                HasSubstr("government-service"), Not(HasSubstr("spiffe"))));
  Listed({"--type", kType});
  EXPECT_EQ(JsonLines().at(0).at("checks").size(), 3U);
  EXPECT_THAT(out_.str(), Not(HasSubstr("spiffe")));
}

}  // namespace
}  // namespace mrg
