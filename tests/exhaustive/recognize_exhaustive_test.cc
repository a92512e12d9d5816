// Every combination of region, type, validity, agreement, signature, state of the issuer's key,
// freshness of both sides' lists and membership of the issuing side is decided and compared with
// the reference.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/proto_time.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/recognition/testing/reference_decide.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr Seconds kHour = 3600;
constexpr Seconds kDay = 24 * kHour;

Seconds Now() { return absl::ToUnixSeconds(FixtureNow()); }

Seconds SecondsOf(absl::string_view rfc3339) { return absl::ToUnixSeconds(TimeOf(rfc3339)); }

// An agreement as shipped, and when it begins.
struct ShippedAgreement {
  const char* id;
  Seconds from;
};
constexpr ShippedAgreement kBetweenRegions = {"cross-region-sample", 1735660800};
constexpr ShippedAgreement kWithinTheDelta = {"changsanjiao-2020", 1599840000};

// A sample whose dates can be changed: what stands in it, and the form of its dates.
struct Licence {
  const char* sample;
  const char* using_jurisdiction;
  const char* begin;  // as it stands in the document
  const char* expiry;
  const char* yesterday;  // in the same form
  const char* tomorrow;
  ShippedAgreement agreement = kBetweenRegions;  // that covers the use
};

// Two regions, two types each, and one licence used in the region that issued it.
constexpr Licence kLicences[] = {
    {"31-identity-card", "50", R"("begin_date": "2026-01-05 00:00:00")", R"("expiry_date": "长期")",
     "2026-02-28 00:00:00", "2026-03-02 00:00:00"},
    {"32-driving-licence", "51", R"("begin_date": "2026-01-05 00:00:00")",
     R"("expiry_date": "2032-01-05 00:00:00")", "2026-02-28 00:00:00", "2026-03-02 00:00:00"},
    {"50-identity-card", "31", R"("effectiveDate": "2026年01月05日")",
     R"("expiringDate": "2046年01月05日")", "2026年02月28日", "2026年03月02日"},
    {"50-driving-licence", "34", R"("effectiveDate": "2026年01月05日")",
     R"("expiringDate": "2036年01月05日")", "2026年02月28日", "2026年03月02日"},
    {"32-driving-licence", "31", R"("begin_date": "2026-01-05 00:00:00")",
     R"("expiry_date": "2032-01-05 00:00:00")", "2026-02-28 00:00:00", "2026-03-02 00:00:00",
     kWithinTheDelta}};

enum class Validity { kNotYet, kValid, kOver };
enum class Covering { kCovers, kWithConditions, kWithGrace, kNotTheType, kNotYet, kOver };
enum class KeyState {
  kActive,
  kNotYetListed,
  kListedNow,
  kSuspended,
  kSuspensionOver,
  kSuspensionToCome,
  kCompromised,
  kRetiredBeforeIssue,
  kRetiredAfterIssue,
  kToRetire,
  kEncryption,
  kNotForType,
  kNotListed,
};
enum class Lists {
  kFresh,
  kIssuingExpired,
  kUsingExpired,
  kUsingExpiredLongAgo,
  kIssuingLeftOut,
  kUsingLeftOut,
};

constexpr Validity kValidities[] = {Validity::kNotYet, Validity::kValid, Validity::kOver};
constexpr Covering kCoverings[] = {Covering::kCovers,    Covering::kWithConditions,
                                   Covering::kWithGrace, Covering::kNotTheType,
                                   Covering::kNotYet,    Covering::kOver};
constexpr KeyState kKeyStates[] = {
    KeyState::kActive,      KeyState::kNotYetListed,       KeyState::kListedNow,
    KeyState::kSuspended,   KeyState::kSuspensionOver,     KeyState::kSuspensionToCome,
    KeyState::kCompromised, KeyState::kRetiredBeforeIssue, KeyState::kRetiredAfterIssue,
    KeyState::kToRetire,    KeyState::kEncryption,         KeyState::kNotForType,
    KeyState::kNotListed};
constexpr Lists kLists[] = {Lists::kFresh,          Lists::kIssuingExpired,
                            Lists::kUsingExpired,   Lists::kUsingExpiredLongAgo,
                            Lists::kIssuingLeftOut, Lists::kUsingLeftOut};

// Changes the fact and the fixture in the same way.
void SetAgreement(Covering covering, const SampleLicence& sample, const ShippedAgreement& agreement,
                  ReferenceCase* facts, SnapshotFixture* fixture) {
  const std::string from = absl::StrCat("from { seconds: ", agreement.from, " }");
  constexpr char kScenario[] = "  scenario: \"government-service\"\n";
  facts->agreement_from = agreement.from;
  switch (covering) {
    case Covering::kCovers:
      return;
    case Covering::kWithConditions:
      facts->agreement_has_conditions = true;
      fixture->EditAgreement(
          agreement.id, "revision: 1\n",
          "revision: 1 conditions { id: \"paper\" zh: \"原件\" en: \"Paper\" }\n");
      fixture->EditAgreement(agreement.id, kScenario,
                             absl::StrCat(kScenario, "conditions: \"paper\"\n"));
      return;
    case Covering::kWithGrace:
      facts->agreement_grace = kHour;
      fixture->EditAgreement(agreement.id, kScenario,
                             absl::StrCat(kScenario, "grace: ", kHour, "\n"));
      return;
    case Covering::kNotTheType:
      facts->agreement_covers_type = false;
      fixture->EditAgreement(agreement.id,
                             absl::StrCat("rules {\n  type_code: \"", sample.type_code, "\""),
                             "rules {\n  type_code: \"11100000XX0000043B001\"");
      return;
    case Covering::kNotYet:
      facts->agreement_from = Now() + 1;
      fixture->EditAgreement(agreement.id, from, absl::StrCat("from { seconds: ", Now() + 1, " }"));
      return;
    case Covering::kOver:
      facts->agreement_until = Now();
      fixture->EditAgreement(agreement.id, from,
                             absl::StrCat(from, " until { seconds: ", Now(), " }"));
      return;
  }
}

void SetKey(KeyState state, const SampleLicence& sample, ReferenceCase* facts,
            SnapshotFixture* fixture) {
  gateway::v1::IssuerEntry& entry = fixture->Issuer(sample.jurisdiction);
  const auto add = [&](gateway::v1::IssuerStateKind kind, Seconds from,
                       std::optional<Seconds> until = std::nullopt) {
    fixture->AddState(sample.jurisdiction, Scheme::kSm2Sm3, kind, absl::FromUnixSeconds(from),
                      until.has_value() ? absl::FromUnixSeconds(*until) : absl::InfiniteFuture());
  };
  const auto list_from = [&](Seconds from) {
    facts->key_listed_from = from;
    *entry.mutable_listed_from() = ToTimestamp(absl::FromUnixSeconds(from));
  };
  const auto suspend = [&](Seconds from, Seconds until) {
    facts->key_suspended_from = from;
    facts->key_suspended_until = until;
    add(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, from, until);
  };
  const auto retire = [&](Seconds from) {
    facts->key_retired_from = from;
    add(gateway::v1::ISSUER_STATE_KIND_RETIRED, from);
  };
  switch (state) {
    case KeyState::kActive:
      return;
    case KeyState::kNotYetListed:
      return list_from(Now() + 1);
    case KeyState::kListedNow:
      return list_from(Now());
    case KeyState::kSuspended:
      return suspend(Now(), Now() + 1);
    case KeyState::kSuspensionOver:
      return suspend(Now() - kDay, Now());
    case KeyState::kSuspensionToCome:
      return suspend(Now() + 1, Now() + kDay);
    case KeyState::kCompromised:
      facts->key_compromised = true;
      return add(gateway::v1::ISSUER_STATE_KIND_COMPROMISED, Now() - kDay);
    case KeyState::kRetiredBeforeIssue:
      return retire(facts->issued);
    case KeyState::kRetiredAfterIssue:
      return retire(facts->issued + 1);
    case KeyState::kToRetire:
      return retire(Now() + 1);
    case KeyState::kEncryption:
      facts->key_signs = false;
      entry.set_key_use(gateway::v1::ISSUER_KEY_USE_ENCRYPTION);
      return;
    case KeyState::kNotForType:
      facts->key_for_type = false;
      entry.clear_type_codes();
      return;
    case KeyState::kNotListed:
      facts->key_listed = false;
      entry.set_public_key(IssuerKey("another").public_key().spki_der());
      return;
  }
}

void SetLists(Lists lists, const SampleLicence& sample, const Licence& licence,
              ReferenceCase* facts, SnapshotFixture* fixture) {
  const std::string issuing = fixture->jurisdictions.at(sample.jurisdiction).member;
  const std::string using_side = fixture->jurisdictions.at(licence.using_jurisdiction).member;
  facts->issuing_lists_expire = Now() + (lists == Lists::kIssuingExpired ? 0 : kHour);
  facts->using_lists_expire = Now() + kHour;
  if (lists == Lists::kUsingExpired) facts->using_lists_expire = Now() - kHour + 1;
  if (lists == Lists::kUsingExpiredLongAgo) facts->using_lists_expire = Now() - kHour;
  const auto leave_out = [fixture](const std::string& member, absl::string_view jurisdiction) {
    fixture->left_out[member].insert(absl::StrCat("j-", jurisdiction));
  };
  if (lists == Lists::kIssuingLeftOut) {
    facts->issuing_lists_whole = false;
    leave_out(issuing, sample.jurisdiction);
  }
  if (lists == Lists::kUsingLeftOut) {
    facts->using_lists_whole = false;
    leave_out(using_side, licence.using_jurisdiction);
  }
  const auto expire = [fixture](const std::string& member, absl::string_view jurisdiction,
                                Seconds at) {
    fixture->Role(member, absl::StrCat("j-", jurisdiction)).expires = absl::FromUnixSeconds(at);
  };
  expire(issuing, sample.jurisdiction, facts->issuing_lists_expire);
  expire(using_side, licence.using_jurisdiction, facts->using_lists_expire);
}

// The hub says from when on the issuing side's member is out of the federation.
void SetMembership(bool left, const SampleLicence& sample, const Licence& licence,
                   ReferenceCase* facts, SnapshotFixture* fixture) {
  const std::string issuing = fixture->jurisdictions.at(sample.jurisdiction).member;
  facts->within_one_member =
      issuing == fixture->jurisdictions.at(licence.using_jurisdiction).member;
  facts->issuing_member_left = left;
  if (left) fixture->memberships[issuing].until = FixtureNow();
}

// The question, signed, with the dates of the validity.
LicenceQuestion QuestionOf(const Licence& licence, Validity validity) {
  LicenceQuestion question = AskAbout(Sample(licence.sample), licence.using_jurisdiction);
  if (validity == Validity::kNotYet) {
    question.EditDocument(
        licence.begin,
        absl::StrReplaceAll(licence.begin, {{"2026-01-05 00:00:00", licence.tomorrow},
                                            {"2026年01月05日", licence.tomorrow}}));
  }
  if (validity == Validity::kOver) {
    const std::string expiry = licence.expiry;
    const std::string name = expiry.substr(0, expiry.find(':'));
    question.EditDocument(expiry, absl::StrCat(name, ": \"", licence.yesterday, "\""));
  }
  return question;
}

// The facts of the samples and of the fixture as it comes.
ReferenceCase UsualFacts() {
  ReferenceCase facts;
  facts.now = Now();
  facts.issued = SecondsOf("2026-01-05T00:00:00+08:00");
  facts.key_listed_from = SecondsOf("2020-01-01T00:00:00+08:00");
  return facts;
}

void SetValidity(Validity validity, ReferenceCase* facts) {
  facts->valid_from = facts->issued;
  if (validity == Validity::kNotYet) facts->valid_from = SecondsOf("2026-03-02T00:00:00+08:00");
  // The last day is included: the licence is over when the next one begins.
  if (validity == Validity::kOver) facts->valid_until = SecondsOf("2026-03-01T00:00:00+08:00");
}

// What has been compared so far.
struct Tally {
  int decided = 0;
  std::map<audit::v1::Outcome, int> outcomes;
};

// Decides every validity and signature under one snapshot. `fixed`: the facts of the snapshot.
void CompareAll(const RecognitionSnapshot& snapshot, const ReferenceCase& fixed,
                const std::map<Validity, LicenceQuestion>& questions, const std::string& what,
                Tally* tally) {
  for (const auto& [validity, signed_question] : questions) {
    for (const bool good : {true, false}) {
      ReferenceCase facts = fixed;
      SetValidity(validity, &facts);
      facts.signature_good = good;
      LicenceQuestion question = signed_question;
      if (!good) question.detached().mutable_document()->push_back('\n');

      const Decision decision = Answer(snapshot, question);

      const ReferenceAnswer expected = ReferenceDecide(facts);
      const std::string which = absl::StrCat(what, ", validity ", validity, good ? "" : ", bad");
      EXPECT_EQ(decision.outcome, expected.outcome) << which;
      EXPECT_EQ(decision.record.outcome(), expected.outcome) << which;
      EXPECT_EQ(decision.record.form(), "detached") << which;
      EXPECT_EQ(decision.record.signing_time_kind(), ReferenceSigningTimeKind(facts)) << which;
      EXPECT_THAT(decision.reasons, ::testing::UnorderedElementsAreArray(expected.reasons))
          << which;
      ++tally->outcomes[decision.outcome];
      ++tally->decided;
    }
  }
}

TEST(RecognizeExhaustive, EveryCombinationAgreesWithTheReference) {
  Tally tally;
  for (const Licence& licence : kLicences) {
    const SampleLicence& sample = Sample(licence.sample);
    std::map<Validity, LicenceQuestion> questions;
    for (const Validity validity : kValidities) {
      questions.emplace(validity, QuestionOf(licence, validity));
    }
    for (const Covering covering : kCoverings) {
      for (const KeyState state : kKeyStates) {
        for (const Lists lists : kLists) {
          for (const bool left : {false, true}) {
            SnapshotFixture fixture;
            ReferenceCase facts = UsualFacts();
            SetAgreement(covering, sample, licence.agreement, &facts, &fixture);
            SetKey(state, sample, &facts, &fixture);
            SetLists(lists, sample, licence, &facts, &fixture);
            SetMembership(left, sample, licence, &facts, &fixture);
            CompareAll(fixture.Build(), facts, questions,
                       absl::StrCat(licence.sample, ", agreement ", covering, ", key ", state,
                                    ", lists ", lists, left ? ", left" : ""),
                       &tally);
          }
        }
      }
    }
  }
  EXPECT_EQ(tally.decided, 5 * 3 * 6 * 13 * 6 * 2 * 2);
  EXPECT_EQ(tally.outcomes.size(), 5u) << "an outcome that is never seen is not compared";
}

}  // namespace
}  // namespace mrg
