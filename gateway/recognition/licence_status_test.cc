#include "gateway/recognition/licence_status.h"

#include <functional>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr char kType[] = "11100000XX0000019L003";
constexpr uint32_t kEpoch = 2;
const absl::Time kNow = absl::FromUnixSeconds(1772000000);
const absl::Duration kInstant = absl::Microseconds(1);
const std::string kTag = LicenceTag("key", "50", kType, "S-1");

LicenceStatusEntry EntryOf(const std::string& tag = kTag, uint32_t epoch = kEpoch) {
  LicenceStatusEntry entry;
  entry.set_epoch(epoch);
  entry.set_tag(tag);
  return entry;
}

LicenceStatusEntry With(LicenceStatusEntry entry, gateway::v1::LicenceStatusKind kind,
                        absl::Time from, absl::Time until = absl::InfiniteFuture()) {
  gateway::v1::LicenceStatusInterval* interval = entry.add_intervals();
  interval->set_kind(kind);
  *interval->mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *interval->mutable_until() = ToTimestamp(until);
  return entry;
}

LicenceStatusList ListOf(const std::vector<LicenceStatusEntry>& entries) {
  auto list = LoadStatuses(StatusEntries(entries));
  EXPECT_TRUE(list.ok()) << list.status();
  return *std::move(list);
}

std::optional<Reason> RefusalAt(const LicenceStatusList& list, absl::Time now) {
  return list.At(kEpoch, kTag, now).refusal;
}

TEST(LicenceStatusId, IsTheEpochAndTheTagInHex) {
  EXPECT_EQ(LicenceStatusId(12, std::string(3, '\xab')), "12/ababab");
}

TEST(LicenceStatusList, LicenceThatIsNotListedHasNoStatus) {
  const LicenceStatusList list = ListOf({EntryOf()});

  const LicenceStatusVerdict verdict = list.At(kEpoch, LicenceTag("key", "50", kType, "S-2"), kNow);

  EXPECT_EQ(verdict.refusal, std::nullopt);
  EXPECT_FALSE(verdict.under_dispute);
}

TEST(LicenceStatusList, EachKindHasItsReason) {
  const auto refusal = [](gateway::v1::LicenceStatusKind kind) {
    return RefusalAt(ListOf({With(EntryOf(), kind, kNow)}), kNow);
  };
  EXPECT_EQ(refusal(gateway::v1::LICENCE_STATUS_KIND_REVOKED), Reason::kLicenceRevoked);
  EXPECT_EQ(refusal(gateway::v1::LICENCE_STATUS_KIND_CANCELLED), Reason::kLicenceCancelled);
  EXPECT_EQ(refusal(gateway::v1::LICENCE_STATUS_KIND_SUSPENDED), Reason::kLicenceSuspended);
  EXPECT_EQ(refusal(gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE), std::nullopt);
}

TEST(LicenceStatusList, IntervalHoldsFromItsFirstInstantUntilBeforeItsLast) {
  const absl::Time until = kNow + absl::Hours(1);
  for (const auto kind :
       {gateway::v1::LICENCE_STATUS_KIND_REVOKED, gateway::v1::LICENCE_STATUS_KIND_SUSPENDED,
        gateway::v1::LICENCE_STATUS_KIND_CANCELLED}) {
    const LicenceStatusList list = ListOf({With(EntryOf(), kind, kNow, until)});
    EXPECT_EQ(RefusalAt(list, kNow - kInstant), std::nullopt);
    EXPECT_NE(RefusalAt(list, kNow), std::nullopt);
    EXPECT_NE(RefusalAt(list, until - kInstant), std::nullopt);
    EXPECT_EQ(RefusalAt(list, until), std::nullopt);
  }
}

TEST(LicenceStatusList, OpenIntervalHoldsForEver) {
  const LicenceStatusList list =
      ListOf({With(EntryOf(), gateway::v1::LICENCE_STATUS_KIND_REVOKED, kNow)});

  EXPECT_EQ(RefusalAt(list, kNow + absl::Hours(24 * 36500)), Reason::kLicenceRevoked);
}

TEST(LicenceStatusList, DisputeMarkStandsBesideARefusalInItsOwnInterval) {
  const absl::Time until = kNow + absl::Hours(1);
  LicenceStatusEntry entry =
      With(EntryOf(), gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE, kNow, until);
  const LicenceStatusList list =
      ListOf({With(entry, gateway::v1::LICENCE_STATUS_KIND_SUSPENDED, kNow)});

  EXPECT_FALSE(list.At(kEpoch, kTag, kNow - kInstant).under_dispute);
  EXPECT_TRUE(list.At(kEpoch, kTag, kNow).under_dispute);
  EXPECT_EQ(RefusalAt(list, kNow), Reason::kLicenceSuspended);
  EXPECT_TRUE(list.At(kEpoch, kTag, until - kInstant).under_dispute);
  EXPECT_FALSE(list.At(kEpoch, kTag, until).under_dispute);
}

TEST(LicenceStatusList, GravestActIsReportedInWhateverOrderTheyStand) {
  using gateway::v1::LICENCE_STATUS_KIND_CANCELLED;
  using gateway::v1::LICENCE_STATUS_KIND_REVOKED;
  using gateway::v1::LICENCE_STATUS_KIND_SUSPENDED;
  const auto refusal = [](std::vector<gateway::v1::LicenceStatusKind> kinds) {
    LicenceStatusEntry entry = EntryOf();
    for (const auto kind : kinds) entry = With(entry, kind, kNow);
    return RefusalAt(ListOf({entry}), kNow);
  };
  EXPECT_EQ(refusal({LICENCE_STATUS_KIND_SUSPENDED, LICENCE_STATUS_KIND_CANCELLED}),
            Reason::kLicenceCancelled);
  EXPECT_EQ(refusal({LICENCE_STATUS_KIND_CANCELLED, LICENCE_STATUS_KIND_SUSPENDED}),
            Reason::kLicenceCancelled);
  EXPECT_EQ(refusal({LICENCE_STATUS_KIND_REVOKED, LICENCE_STATUS_KIND_CANCELLED}),
            Reason::kLicenceRevoked);
  EXPECT_EQ(refusal({LICENCE_STATUS_KIND_CANCELLED, LICENCE_STATUS_KIND_REVOKED}),
            Reason::kLicenceRevoked);
}

TEST(LicenceStatusList, RestoredLicenceIsGoodAgainAndMayBeRevokedAgain) {
  LicenceStatusEntry entry = With(EntryOf(), gateway::v1::LICENCE_STATUS_KIND_REVOKED,
                                  kNow - absl::Hours(3), kNow - absl::Hours(2));
  const LicenceStatusList list =
      ListOf({With(entry, gateway::v1::LICENCE_STATUS_KIND_REVOKED, kNow)});

  EXPECT_EQ(RefusalAt(list, kNow - absl::Hours(3)), Reason::kLicenceRevoked);
  EXPECT_EQ(RefusalAt(list, kNow - absl::Hours(1)), std::nullopt);
  EXPECT_EQ(RefusalAt(list, kNow), Reason::kLicenceRevoked);
}

TEST(LicenceStatusList, EntryOfAnotherEpochIsAnotherEntry) {
  const LicenceStatusList list = ListOf(
      {With(EntryOf(kTag, kEpoch + 1), gateway::v1::LICENCE_STATUS_KIND_REVOKED, kNow), EntryOf()});

  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(RefusalAt(list, kNow), std::nullopt);
  EXPECT_EQ(list.At(kEpoch + 1, kTag, kNow).refusal, Reason::kLicenceRevoked);
}

TEST(LicenceStatusList, KnowsTheEpochsOfItsEntries) {
  EXPECT_THAT(ListOf({}).epochs(), IsEmpty());
  EXPECT_THAT(ListOf({EntryOf(kTag, 1), EntryOf(kTag, 7), EntryOf(Sha256("another"), 7)}).epochs(),
              ElementsAre(Pair(1, 1), Pair(7, 2)));
}

TEST(LicenceStatusList, EntriesUnderMoreThan64EpochsAreRefused) {
  std::vector<LicenceStatusEntry> entries;
  for (uint32_t epoch = 1; epoch <= 64; ++epoch) entries.push_back(EntryOf(kTag, epoch));
  EXPECT_EQ(ListOf(entries).epochs().size(), 64u);

  entries.push_back(EntryOf(kTag, 65));

  const absl::Status refused = LoadStatuses(StatusEntries(entries)).status();
  EXPECT_EQ(ReasonOf(refused), Reason::kStatusListInvalid);
  EXPECT_EQ(FieldOf(refused), "epoch");
}

TEST(LicenceStatusList, BadFieldsAreRefusedByName) {
  using gateway::v1::LICENCE_STATUS_KIND_REVOKED;
  using Change = std::function<void(LicenceStatusEntry*)>;
  const std::vector<std::pair<const char*, Change>> faults = {
      {"epoch", [](auto* entry) { entry->set_epoch(0); }},
      {"tag", [](auto* entry) { entry->clear_tag(); }},
      {"tag", [](auto* entry) { entry->set_tag(std::string(31, 't')); }},
      {"tag", [](auto* entry) { entry->set_tag(std::string(33, 't')); }},
      {"intervals.kind", [](auto* entry) { entry->mutable_intervals(0)->clear_kind(); }},
      {"intervals.kind",
       [](auto* entry) {
         entry->mutable_intervals(0)->set_kind(static_cast<gateway::v1::LicenceStatusKind>(9));
       }},
      {"intervals.from", [](auto* entry) { entry->mutable_intervals(0)->clear_from(); }},
      {"intervals", [](auto* entry) {
         for (int i = 0; i < 256; ++i) *entry = With(*entry, LICENCE_STATUS_KIND_REVOKED, kNow);
       }}};
  for (const auto& [field, change] : faults) {
    LicenceStatusEntry entry = With(EntryOf(), LICENCE_STATUS_KIND_REVOKED, kNow);
    change(&entry);

    const auto list = LoadStatuses(StatusEntries({entry}));

    EXPECT_EQ(ReasonOf(list.status()), Reason::kStatusListInvalid) << field;
    EXPECT_EQ(FieldOf(list.status()), field);
  }
}

TEST(Fault, B09_IntervalsWithTimesOutOfTheirBoundsAreRefused) {
  for (const auto& [seconds, nanos] : {std::pair<int64_t, int32_t>{9223372036854775807, -1},
                                       {253402300800, 0},
                                       {-62135596801, 0},
                                       {0, 1000000000}}) {
    LicenceStatusEntry entry =
        With(EntryOf(), gateway::v1::LICENCE_STATUS_KIND_REVOKED, kNow, kNow + absl::Hours(1));
    LicenceStatusEntry ends = entry;
    for (auto* time :
         {entry.mutable_intervals(0)->mutable_from(), ends.mutable_intervals(0)->mutable_until()}) {
      time->set_seconds(seconds);
      time->set_nanos(nanos);
    }

    const auto begun = LoadStatuses(StatusEntries({entry}));
    const auto ended = LoadStatuses(StatusEntries({ends}));

    EXPECT_EQ(ReasonOf(begun.status()), Reason::kStatusListInvalid);
    EXPECT_EQ(FieldOf(begun.status()), "intervals[0].from");
    EXPECT_EQ(FieldOf(ended.status()), "intervals[0].until");
  }
}

TEST(LicenceStatusList, EntryUnderAnotherIdOrBytesNotCanonicalAreRefused) {
  std::vector<TreeEntry> entries = StatusEntries({EntryOf()});
  entries.push_back({LicenceStatusId(kEpoch + 1, kTag), entries[0].value});
  EXPECT_EQ(ReasonOf(LoadStatuses(entries).status()), Reason::kStatusListInvalid);

  entries = StatusEntries({EntryOf()});
  entries[0].value += std::string("\x78\x01", 2);
  EXPECT_EQ(ReasonOf(LoadStatuses(entries).status()), Reason::kStatusListInvalid);
}

TEST(LicenceStatusList, MadeOfAnEarlierOneItEqualsOneReadWhole) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::map<int, LicenceStatusEntry> listed;
  MapNodes nodes;
  LicenceStatusList list = ListOf({});
  const auto tag_of = [](int licence) {
    return LicenceTag("key", "50", kType, absl::StrCat("S-", licence));
  };
  for (int round = 0; round < 60; ++round) {
    const size_t changes = random() % 5 == 0 ? 150 : random() % 8;
    const bool removing = random() % 3 == 0;
    for (size_t i = 0; i < changes; ++i) {
      const int licence = static_cast<int>(random() % 200);
      const auto kind = static_cast<gateway::v1::LicenceStatusKind>(1 + random() % 4);
      if (removing) {
        listed.erase(licence);
      } else {
        // Late rounds list under a further epoch what they change, and drop the earlier entries.
        const uint32_t epoch = round < 30 ? kEpoch : kEpoch + random() % 2;
        listed[licence] = With(EntryOf(tag_of(licence), epoch), kind, kNow);
      }
    }
    std::vector<LicenceStatusEntry> entries;
    for (const auto& [licence, entry] : listed) entries.push_back(entry);
    const BuiltTree tree = *BuildTree(StatusEntries(entries));
    nodes.Add(tree);

    const auto applied = LicenceStatusList::Load(tree.root_sha256, nodes, &list);

    ASSERT_TRUE(applied.ok()) << applied.status();
    ASSERT_EQ(applied->size(), listed.size());
    const auto whole = LicenceStatusList::Load(tree.root_sha256, nodes);
    ASSERT_EQ(applied->epochs(), whole->epochs()) << round;
    for (int licence = 0; licence < 200; ++licence) {
      const auto found = listed.find(licence);
      const uint32_t epoch = found == listed.end() ? kEpoch : found->second.epoch();
      const LicenceStatusVerdict verdict = applied->At(epoch, tag_of(licence), kNow);
      const LicenceStatusVerdict expected = whole->At(epoch, tag_of(licence), kNow);
      ASSERT_EQ(verdict.refusal, expected.refusal) << round;
      ASSERT_EQ(verdict.under_dispute, expected.under_dispute) << round;
      ASSERT_EQ(verdict.refusal.has_value() || verdict.under_dispute, listed.contains(licence));
    }
    list = *applied;
  }
}

TEST(LicenceStatusList, EmptyListIsGood) { EXPECT_EQ(ListOf({}).size(), 0u); }

}  // namespace
}  // namespace mrg
