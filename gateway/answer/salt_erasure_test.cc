#include "gateway/answer/salt_erasure.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/answer/testing/answering_node.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/digest.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/storage/keyspace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::EraseSaltRequest;
using gateway::v1::EraseSaltResponse;
using gateway::v1::RecognizeRequest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Somebody who has the whole store, and with it the log, and guesses documents.
class Guesser {
 public:
  explicit Guesser(const MemoryStore& store) {
    for (size_t i = 0; i < kKeyspaceCount; ++i) {
      const auto rows = store.Scan(static_cast<Keyspace>(i), "", "", 10000);
      EXPECT_TRUE(rows.ok()) << rows.status();
      for (const Row& row : *rows) {
        texts_.push_back(row.key);
        texts_.push_back(row.value);
      }
    }
  }

  // Result: the document among `guesses` that the record is about, if anything in the store tells.
  std::optional<std::string> Tell(const audit::v1::DecisionRecord& record,
                                  const std::vector<std::string>& guesses) const {
    const std::vector<std::string> salts = SaltsOf(record);
    for (const std::string& guess : guesses) {
      for (const std::string& salt : salts) {
        if (Sha256(salt + guess) == record.licence_commitment()) return guess;
      }
      // Nor as it is, nor by a digest that needs no salt.
      for (const std::string& trace : {guess, Sha256(guess)}) {
        for (const std::string& text : texts_) {
          if (text.find(trace) != std::string::npos) return guess;
        }
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr size_t kSaltBytes = 32;

  // Any run of bytes of the store may be the salt; the record's digest tells which is.
  std::vector<std::string> SaltsOf(const audit::v1::DecisionRecord& record) const {
    std::vector<std::string> salts;
    for (const std::string& text : texts_) {
      for (size_t at = 0; at + kSaltBytes <= text.size(); ++at) {
        const std::string run = text.substr(at, kSaltBytes);
        if (Sha256(run) == record.salt_digest()) salts.push_back(run);
      }
    }
    return salts;
  }

  std::vector<std::string> texts_;
};

class SaltErasureTest : public ::testing::Test {
 protected:
  // Asks about the shipped licence. Result: the answer's receipt.
  gateway::v1::Receipt Ask(const RecognizeRequest& request) {
    const Recognise::Answer answer = node_.Ask(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return std::get<gateway::v1::RecognizeResponse>(*answer).receipt();
  }
  static audit::v1::DecisionRecord RecordOf(const gateway::v1::Receipt& receipt) {
    return *ParseDecision(*ParseLeaf(receipt.leaf(), Reason::kReceiptMalformed),
                          Reason::kReceiptMalformed);
  }
  absl::StatusOr<EraseSaltResponse> Erase(const EraseSaltRequest& request,
                                          absl::Time now = FixtureNow()) {
    return DecideSaltErasure({kAnsweringOrigin, &node_.store, &events_}, request, now);
  }
  static EraseSaltRequest RequestFor(uint64_t index) {
    EraseSaltRequest request;
    request.set_index(index);
    request.set_because("持证人申请");
    return request;
  }

  AnsweringNode node_;
  KeptEvents events_;
};

using Threat = SaltErasureTest;

TEST_F(Threat, R19_M12_WithTheLogAndTheStoreNoGuessIsToldRightOnceTheSaltIsErased) {
  const RecognizeRequest asked = DrivingLicenceRequest("a");
  const std::string& document = asked.presentation().detached().document();
  const SampleLicence& licence = Sample("50-driving-licence");
  ASSERT_THAT(document, HasSubstr(licence.number));
  std::vector<std::string> guesses;
  for (int guess = 0; guess < 50; ++guess) {
    const std::string number = absl::StrCat(licence.number.substr(0, 10), 10000000 + guess);
    guesses.push_back(absl::StrReplaceAll(document, {{licence.number, number}}));
  }
  guesses.push_back(document);
  const audit::v1::DecisionRecord record = RecordOf(Ask(asked));
  ASSERT_EQ(Guesser(node_.store).Tell(record, guesses), document)
      << "with the salt the right one is told";

  ASSERT_TRUE(Erase(RequestFor(0)).ok());

  EXPECT_EQ(Guesser(node_.store).Tell(record, guesses), std::nullopt);
  EXPECT_EQ(node_.store.Occurrences(licence.number), 0u);
}

TEST_F(SaltErasureTest, DecisionIsKeptToldOnceAndRepeated) {
  Ask(DrivingLicenceRequest("a"));

  const auto erased = Erase(RequestFor(0));

  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(ToTime(erased->erased_at()), FixtureNow());
  EXPECT_EQ(erased->because(), "持证人申请");
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("salt_erased"), HasSubstr("\"index\":0"),
                                HasSubstr(kAnsweringOrigin), Not(HasSubstr("持证人申请")))));
  EraseSaltRequest other = RequestFor(0);
  other.set_because("another reason");
  const auto again = Erase(other, FixtureNow() + absl::Hours(1));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), erased->SerializeAsString());
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(SaltErasureTest, ReceiptNamesItsRecordAndNoOther) {
  const gateway::v1::Receipt first = Ask(DrivingLicenceRequest("a"));
  const gateway::v1::Receipt second = Ask(DrivingLicenceRequest("b"));
  EraseSaltRequest request = RequestFor(second.index());
  request.set_log_origin(kAnsweringOrigin);
  request.set_leaf_sha256(Sha256(first.leaf()));

  EXPECT_EQ(ReasonOf(Erase(request).status()), Reason::kRecordNotFound);
  EXPECT_TRUE(RecallSalt(node_.store, kAnsweringOrigin, second.index()).ok());
  request.set_leaf_sha256(Sha256(second.leaf()));
  EXPECT_TRUE(Erase(request).ok());

  EXPECT_TRUE(RecallSalt(node_.store, kAnsweringOrigin, first.index()).ok());
  EXPECT_EQ(ReasonOf(RecallSalt(node_.store, kAnsweringOrigin, second.index()).status()),
            Reason::kSaltErased);
}

TEST_F(SaltErasureTest, WhereNothingIsKeptAnyMoreThereIsNoDecisionToTell) {
  Ask(DrivingLicenceRequest("a"));
  ASSERT_EQ(*ForgetOldSalts(node_.store, FixtureNow() + absl::Hours(1), 10), 1u);

  const auto erased = Erase(RequestFor(0), FixtureNow() + absl::Hours(1));

  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_FALSE(erased->has_erased_at());
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(SaltErasureTest, RecordThatIsNotThereAndFieldsThatAreNoneAreRefused) {
  Ask(DrivingLicenceRequest("a"));
  const std::string before = node_.store.Dump();

  EXPECT_EQ(ReasonOf(Erase(RequestFor(1)).status()), Reason::kRecordNotFound);
  EraseSaltRequest request = RequestFor(0);
  request.set_log_origin("yangtze-delta/log-2");
  EXPECT_EQ(ReasonOf(Erase(request).status()), Reason::kRecordNotFound);
  request.set_log_origin(std::string(128, 'x'));
  EXPECT_EQ(FieldOf(Erase(request).status()), "log_origin");
  request = RequestFor(0);
  request.set_leaf_sha256("short");
  EXPECT_EQ(FieldOf(Erase(request).status()), "leaf_sha256");
  request = RequestFor(0);
  request.clear_because();
  EXPECT_EQ(ReasonOf(Erase(request).status()), Reason::kFieldRequired);
  request.set_because(std::string(1025, 'x'));
  EXPECT_EQ(ReasonOf(Erase(request).status()), Reason::kFieldTooLong);

  EXPECT_EQ(node_.store.Dump(), before);
}

}  // namespace
}  // namespace mrg
