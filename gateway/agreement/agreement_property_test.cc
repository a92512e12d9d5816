// Random agreements, listed and repealed at random, compared with what is in force, written down as
// plainly as possible. The seed is printed; MRG_SEED repeats a run.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement_faults.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1600000000);
constexpr int kDays = 8;
const std::vector<std::string> kJurisdictions = {"31", "32", "50"};
const std::vector<std::string> kAgreements = {"alpha", "beta", "gamma"};
const std::vector<std::string> kTypes = {"11100000XX0000019L003", "11100000XX0000027F001"};
const std::vector<std::string> kScenarios = {"government-service", "traffic-check"};

absl::Time Day(int day) { return kStart + absl::Hours(24) * day; }

uint64_t Seed() {
  uint64_t seed = 0;
  const char* given = std::getenv("MRG_SEED");
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  return seed;
}

struct World {
  std::vector<AgreementListing> listings;
  std::vector<RepealListing> repeals;
};

class RandomWorlds {
 public:
  explicit RandomWorlds(uint64_t seed) : random_(seed) {}

  bool OneIn(int n) { return Below(n) == 0; }
  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  const std::string& Of(const std::vector<std::string>& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(list.size())))];
  }

  World Next() {
    World world;
    for (const std::string& id : kAgreements) {
      for (uint32_t revision = 1; revision <= 3; ++revision) AddRevision(id, revision, &world);
      for (const std::string& jurisdiction : kJurisdictions) {
        if (!OneIn(4)) continue;
        RepealListing repeal = RepealBy(jurisdiction, id, Revision(), Day(Below(kDays)));
        if (OneIn(2)) {
          auto* further = repeal.repeal.add_further();
          further->set_revision(Revision());
          further->mutable_effective_from()->set_seconds(absl::ToUnixSeconds(Day(Below(kDays))));
        }
        world.repeals.push_back(repeal);
      }
    }
    return world;
  }

 private:
  uint32_t Revision() { return static_cast<uint32_t>(Below(4)); }

  void AddRevision(const std::string& id, uint32_t revision, World* world) {
    const int from = Below(kDays);
    auto draft = DraftAgreement(id, revision, kJurisdictions, Day(from),
                                OneIn(2) ? absl::InfiniteFuture() : Day(from + 1 + Below(kDays)));
    for (const std::string& issuing : kJurisdictions) {
      for (const std::string& using_side : kJurisdictions) {
        for (const std::string& type : kTypes) {
          for (const std::string& scenario : kScenarios) {
            if (OneIn(3)) AddRule(issuing, using_side, type, scenario, &draft);
          }
        }
      }
    }
    for (const std::string& jurisdiction : kJurisdictions) {
      if (OneIn(5)) continue;
      const std::string text = TextOf(draft) + (OneIn(6) ? "# another text\n" : "");
      world->listings.push_back(ListingOf(jurisdiction, text));
    }
  }

  std::mt19937_64 random_;
};

const AgreementListing* Listed(const World& world, const std::string& jurisdiction,
                               const std::string& id, uint32_t revision) {
  for (const AgreementListing& listing : world.listings) {
    if (listing.jurisdiction == jurisdiction && listing.agreement->id() == id &&
        listing.agreement->revision() == revision) {
      return &listing;
    }
  }
  return nullptr;
}

bool Repealed(const World& world, const std::string& jurisdiction, const std::string& id,
              uint32_t revision, absl::Time t) {
  const auto ends = [&](uint32_t repealed, int64_t seconds) {
    return (repealed == 0 || repealed == revision) && absl::FromUnixSeconds(seconds) <= t;
  };
  for (const RepealListing& one : world.repeals) {
    if (one.jurisdiction != jurisdiction || one.repeal.agreement_id() != id) continue;
    if (ends(one.repeal.revision(), one.repeal.effective_from().seconds())) return true;
    for (const auto& further : one.repeal.further()) {
      if (ends(further.revision(), further.effective_from().seconds())) return true;
    }
  }
  return false;
}

// What is in force: the highest revision that these two both list with the same digest, that
// covers t and is repealed by neither.
const AgreementListing* ReferenceInForce(const World& world, const std::string& a,
                                         const std::string& b, const std::string& id,
                                         absl::Time t) {
  for (uint32_t revision = 3; revision >= 1; --revision) {
    const AgreementListing* of_a = Listed(world, a, id, revision);
    const AgreementListing* of_b = Listed(world, b, id, revision);
    if (of_a == nullptr || of_b == nullptr || of_a->sha256 != of_b->sha256) continue;
    if (!of_a->agreement->Covers(t)) continue;
    if (Repealed(world, a, id, revision, t) || Repealed(world, b, id, revision, t)) continue;
    return of_a;
  }
  return nullptr;
}

bool HasRule(const Agreement& agreement, const std::string& issuing, const std::string& using_side,
             const std::string& type, const std::string& scenario) {
  const auto& rules = agreement.message().rules();
  return std::any_of(rules.begin(), rules.end(), [&](const auto& rule) {
    return rule.type_code() == type && (scenario.empty() || rule.scenario() == scenario) &&
           rule.from_jurisdictions(0) == issuing && rule.to_jurisdictions(0) == using_side;
  });
}

// The texts in force that are about the type in this direction.
std::vector<const AgreementListing*> ReferenceTexts(const World& world, const std::string& issuing,
                                                    const std::string& using_side,
                                                    const std::string& type, absl::Time t) {
  std::vector<const AgreementListing*> texts;
  for (const std::string& id : kAgreements) {
    const AgreementListing* in_force = ReferenceInForce(world, issuing, using_side, id, t);
    if (in_force != nullptr && HasRule(*in_force->agreement, issuing, using_side, type, "")) {
      texts.push_back(in_force);
    }
  }
  return texts;
}

// When the first text of both of the agreement begins.
absl::Time ReferenceBegin(const World& world, const std::string& a, const std::string& b,
                          const std::string& id) {
  absl::Time begin = absl::InfiniteFuture();
  for (uint32_t revision = 1; revision <= 3; ++revision) {
    const AgreementListing* of_a = Listed(world, a, id, revision);
    const AgreementListing* of_b = Listed(world, b, id, revision);
    if (of_a == nullptr || of_b == nullptr || of_a->sha256 != of_b->sha256) continue;
    begin = std::min(begin, of_a->agreement->from());
  }
  return begin;
}

// The text that answers: of those about the type, the one that began first counts alone. Null when
// there is none or it has no rule for the scenario.
const AgreementListing* ReferenceAnswer(const World& world, const std::string& issuing,
                                        const std::string& using_side, const std::string& type,
                                        const std::string& scenario, absl::Time t) {
  const AgreementListing* first = nullptr;
  absl::Time begin;
  for (const AgreementListing* text : ReferenceTexts(world, issuing, using_side, type, t)) {
    const absl::Time of_text = ReferenceBegin(world, issuing, using_side, text->agreement->id());
    // The texts are in the order of their ids.
    if (first == nullptr || of_text < begin) {
      first = text;
      begin = of_text;
    }
  }
  if (first == nullptr || !HasRule(*first->agreement, issuing, using_side, type, scenario)) {
    return nullptr;
  }
  return first;
}

// What Find says, in a form that can be compared.
std::string Found(const AgreementIndex& index, const std::string& issuing,
                  const std::string& using_side, const std::string& type,
                  const std::string& scenario, absl::Time t) {
  const auto found =
      index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side), type, scenario, t);
  if (std::holds_alternative<Reason>(found)) {
    return std::string(TokenOf(std::get<Reason>(found)));
  }
  const AgreementMatch& match = std::get<AgreementMatch>(found);
  EXPECT_EQ(match.rule->scenario(), scenario);
  EXPECT_EQ(match.rule->type_code(), type);
  return match.sha256;
}

TEST(AgreementProperty, FindAndTermAgreeWithTheRuleOfTheSpecification) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("MRG_SEED=", seed));
  RandomWorlds worlds(seed);
  int answered = 0;
  for (int round = 0; round < 60; ++round) {
    const World world = worlds.Next();
    const AgreementIndex index = AgreementIndex::Build(world.listings, world.repeals);
    for (int question = 0; question < 20; ++question) {
      const std::string& issuing = worlds.Of(kJurisdictions);
      const std::string& using_side = worlds.Of(kJurisdictions);
      const std::string& type = worlds.Of(kTypes);
      const std::string& scenario = worlds.Of(kScenarios);
      std::vector<std::string> by_day;
      for (int day = -1; day <= 2 * kDays; ++day) {
        const absl::Time t = Day(day);
        by_day.push_back(Found(index, issuing, using_side, type, scenario, t));
        const AgreementListing* expected =
            ReferenceAnswer(world, issuing, using_side, type, scenario, t);
        if (expected == nullptr) {
          ASSERT_TRUE(ReasonFromToken(by_day.back()).has_value()) << "day " << day;
        } else {
          ASSERT_EQ(by_day.back(), expected->sha256) << "day " << day;
          ++answered;
        }
      }
      // Everything happens at the beginning of a day, so the answers of the days say the term.
      const int day = worlds.Below(2 * kDays + 2) - 1;
      const auto at = [&](int d) { return by_day[static_cast<size_t>(d + 1)]; };
      TimeRange expected = {Day(day), Day(day + 1)};
      while (expected.from > Day(-1) &&
             at(static_cast<int>((expected.from - kStart) / absl::Hours(24)) - 1) == at(day)) {
        expected.from -= absl::Hours(24);
      }
      while (expected.until <= Day(2 * kDays) &&
             at(static_cast<int>((expected.until - kStart) / absl::Hours(24))) == at(day)) {
        expected.until += absl::Hours(24);
      }
      if (expected.from == Day(-1)) expected.from = absl::InfinitePast();
      if (expected.until > Day(2 * kDays)) expected.until = absl::InfiniteFuture();
      const TimeRange term = index.TermOf(AsJurisdiction(issuing), AsJurisdiction(using_side), type,
                                          scenario, Day(day) + absl::Hours(worlds.Below(24)));
      ASSERT_EQ(absl::FormatTime(term.from), absl::FormatTime(expected.from)) << "day " << day;
      ASSERT_EQ(absl::FormatTime(term.until), absl::FormatTime(expected.until)) << "day " << day;
    }
  }
  EXPECT_GT(answered, 1000) << "questions that no agreement answers prove little";
}

TEST(AgreementProperty, ThereIsAConflictExactlyWhenTwoTextsInForceCoverAType) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("MRG_SEED=", seed));
  RandomWorlds worlds(seed);
  int with = 0;
  int without = 0;
  for (int round = 0; round < 150; ++round) {
    World world = worlds.Next();
    // Fewer texts, so that there are worlds without a conflict.
    std::erase_if(world.listings, [&](const AgreementListing&) { return worlds.OneIn(2); });
    const auto conflicts = ConflictsFrom(AgreementHistory::Build(world.listings, world.repeals),
                                         {kJurisdictions.begin(), kJurisdictions.end()}, Day(2));
    for (const std::string& issuing : kJurisdictions) {
      for (const std::string& using_side : kJurisdictions) {
        for (const std::string& type : kTypes) {
          std::optional<absl::Time> expected;
          for (int day = 2; day <= 2 * kDays && !expected.has_value(); ++day) {
            if (ReferenceTexts(world, issuing, using_side, type, Day(day)).size() > 1) {
              expected = Day(day);
            }
          }
          std::optional<absl::Time> found;
          for (const AgreementConflict& one : conflicts) {
            if (one.issuing != issuing || one.using_side != using_side || one.type_code != type) {
              continue;
            }
            if (!found.has_value() || one.from < *found) found = one.from;
          }
          ASSERT_EQ(found, expected) << issuing << " " << using_side << " " << type;
          (found.has_value() ? with : without) += 1;
        }
      }
    }
  }
  EXPECT_GT(with, 50);
  EXPECT_GT(without, 50);
}

}  // namespace
}  // namespace mrg
