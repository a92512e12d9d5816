#include "gateway/recognition/issuer_list.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Public keys that differ, made once a process.
const std::vector<std::string>& Keys() {
  static const auto* const keys = [] {
    auto* made = new std::vector<std::string>();
    for (int i = 0; i < 24; ++i) {
      const Scheme scheme = i % 2 == 0 ? Scheme::kSm2Sm3 : Scheme::kEcdsaP256Sha256;
      made->push_back(
          (*NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme)))->public_key().spki_der());
    }
    return made;
  }();
  return *keys;
}

std::string CodeOf(int authority) { return absl::StrFormat("11500000YY%06dXT", authority); }

IssuerEntry Entry(int authority, size_t key, absl::string_view name = "样例市公安局") {
  IssuerEntry entry;
  entry.set_issuer_code(CodeOf(authority));
  entry.set_name(std::string(name));
  entry.set_public_key(Keys()[key]);
  entry.set_algorithm(key % 2 == 0 ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                                   : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  entry.add_type_codes("11100000XX0000019L003");
  entry.add_area_prefixes("50");
  *entry.mutable_listed_from() = ToTimestamp(absl::FromUnixSeconds(1700000000));
  return entry;
}

// "<code> <digest of the entry>" of all that are found by a key.
std::vector<std::string> Found(const IssuerList& list, size_t key) {
  std::vector<std::string> found;
  for (const auto& issuer : list.FindByKey(Sha256(Keys()[key]))) {
    found.push_back(absl::StrCat(issuer->issuer_code(), " ", issuer->entry_sha256()));
  }
  return found;
}

std::string Named(const IssuerEntry& entry) {
  return absl::StrCat(entry.issuer_code(), " ", Sha256(CanonicalBytes(entry)));
}

TEST(IssuerList, KeyLeadsToAllWhoListItInOrderOfTheirCodes) {
  const IssuerEntry first = Entry(1, 0), second = Entry(2, 0), other_key = Entry(1, 1);

  const auto list = LoadIssuers(IssuerEntries({second, other_key, first}));

  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->size(), 3u);
  EXPECT_THAT(Found(*list, 0), ElementsAre(Named(first), Named(second)));
  EXPECT_THAT(Found(*list, 1), ElementsAre(Named(other_key)));
}

TEST(IssuerList, UnlistedKeyLeadsToNobody) {
  const auto list = LoadIssuers(IssuerEntries({Entry(1, 0)}));

  EXPECT_THAT(list->FindByKey(Sha256(Keys()[1])), IsEmpty());
  EXPECT_THAT(list->FindByKey(""), IsEmpty());
  EXPECT_THAT(LoadIssuers({})->FindByKey(Sha256("")), IsEmpty());
}

TEST(IssuerList, L7_AuthorityIsListedForTheTypesThatAnyOfItsEntriesNames) {
  constexpr char kType[] = "11100000XX0000019L003";
  constexpr char kOther[] = "11100000XX0000019L001";
  const absl::Time now = absl::FromUnixSeconds(1800000000);
  IssuerEntry second_type = Entry(1, 2);
  second_type.set_type_codes(0, kOther);
  IssuerEntry compromised = Entry(2, 1);
  compromised.add_states()->set_kind(gateway::v1::ISSUER_STATE_KIND_COMPROMISED);
  *compromised.mutable_states(0)->mutable_from() = ToTimestamp(now - absl::Hours(1));
  IssuerEntry later = Entry(3, 3);
  *later.mutable_listed_from() = ToTimestamp(now + absl::Seconds(1));

  const auto list = LoadIssuers(IssuerEntries({Entry(1, 0), second_type, compromised, later}));

  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->ListingOf(CodeOf(1), kType, now), AuthorityListing::kForType);
  EXPECT_EQ(list->ListingOf(CodeOf(1), kOther, now), AuthorityListing::kForType);
  EXPECT_EQ(list->ListingOf(CodeOf(1), "11100000XX0000019L002", now),
            AuthorityListing::kNotForType);
  EXPECT_EQ(list->ListingOf(CodeOf(2), kType, now), AuthorityListing::kForType);
  EXPECT_EQ(list->ListingOf(CodeOf(2), kOther, now), AuthorityListing::kNotForType);
  EXPECT_EQ(list->ListingOf(CodeOf(3), kType, now), AuthorityListing::kUnlisted);
  EXPECT_EQ(list->ListingOf(CodeOf(3), kType, now + absl::Seconds(1)), AuthorityListing::kForType);
  EXPECT_EQ(list->ListingOf(CodeOf(4), kType, now), AuthorityListing::kUnlisted);
  EXPECT_EQ(LoadIssuers({})->ListingOf(CodeOf(1), kType, now), AuthorityListing::kUnlisted);
}

// The key has no one form, so the entry is parsed when the list is read.
TEST(IssuerList, RsaKeysAreListedAndGoAgain) {
  IssuerEntry rsa = Entry(1, 0);
  const auto signer =
      *NewEvpSigner(Scheme::kRsaPssSha256, *GeneratePrivateKeyPem(Scheme::kRsaPssSha256));
  rsa.set_public_key(signer->public_key().spki_der());
  rsa.set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256);
  const auto tree = BuildTree(IssuerEntries({rsa, Entry(2, 1)}));
  const auto without = BuildTree(IssuerEntries({Entry(2, 1)}));
  MapNodes nodes;
  nodes.Add(*tree);
  nodes.Add(*without);

  const auto list = IssuerList::Load(tree->root_sha256, nodes);
  ASSERT_TRUE(list.ok()) << list.status();
  const auto later = IssuerList::Load(without->root_sha256, nodes, &*list);

  EXPECT_EQ(list->FindByKey(signer->public_key().spki_sha256()).size(), 1u);
  EXPECT_THAT(later->FindByKey(signer->public_key().spki_sha256()), IsEmpty());
}

TEST(IssuerList, EntryUnderAnotherIdOrThatDoesNotParseIsRefused) {
  std::vector<TreeEntry> entries = IssuerEntries({Entry(1, 0), Entry(2, 1)});
  std::swap(entries[0].id, entries[1].id);
  EXPECT_EQ(ReasonOf(LoadIssuers(entries).status()), Reason::kIssuerListInvalid);

  IssuerEntry nameless = Entry(1, 0);
  nameless.clear_name();
  EXPECT_EQ(ReasonOf(LoadIssuers(IssuerEntries({nameless})).status()), Reason::kIssuerListInvalid);
}

TEST(Fault, B04_AListWithANameThatForgesALineIsRefusedWhole) {
  for (const char* name : {"样例\n  unchanged 51/issuers\x1b[8m", "样例\u202e", "样例\u200b"}) {
    EXPECT_EQ(ReasonOf(LoadIssuers(IssuerEntries({Entry(1, 0), Entry(2, 1, name)})).status()),
              Reason::kIssuerListInvalid)
        << name;
  }
}

TEST(IssuerList, KeyOffTheCurveIsListedButLeadsToNobody) {
  IssuerEntry off_curve = Entry(1, 0);
  (*off_curve.mutable_public_key())[90] ^= 1;

  const auto list = LoadIssuers(IssuerEntries({off_curve, Entry(2, 1)}));

  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT(list->FindByKey(Sha256(off_curve.public_key())), IsEmpty());
  EXPECT_THAT(Found(*list, 1), ElementsAre(Named(Entry(2, 1))));
}

// Apply(previous, changes) equals a full build, for changes of every kind: keys that come, go, are
// listed by several authorities, and entries that change in place.
TEST(IssuerList, MadeOfAnEarlierOneItEqualsOneReadWhole) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::map<std::pair<int, size_t>, IssuerEntry> listed;
  MapNodes nodes;
  IssuerList list = *LoadIssuers({});
  const BuiltTree empty = *BuildTree({});
  for (int round = 0; round < 60; ++round) {
    const size_t changes = random() % 5 == 0 ? 150 : random() % 8;
    const bool removing = random() % 3 == 0;
    for (size_t i = 0; i < changes; ++i) {
      const int authority = static_cast<int>(random() % 8);
      const size_t key = random() % Keys().size();
      if (removing) {
        listed.erase({authority, key});
      } else {
        listed.insert_or_assign({authority, key},
                                Entry(authority, key, absl::StrCat("name ", random() % 1000)));
      }
    }
    std::vector<IssuerEntry> entries;
    for (const auto& [where, entry] : listed) entries.push_back(entry);
    const BuiltTree tree = *BuildTree(IssuerEntries(entries));
    nodes.Add(tree);

    const auto applied = IssuerList::Load(tree.root_sha256, nodes, &list);

    ASSERT_TRUE(applied.ok()) << applied.status();
    const auto whole = IssuerList::Load(tree.root_sha256, nodes);
    ASSERT_EQ(applied->size(), listed.size());
    ASSERT_EQ(applied->places(), listed.size());  // none is left of what is gone
    ASSERT_EQ(applied->places_by_code(), listed.size());
    for (int authority = 0; authority < 8; ++authority) {
      const bool is_listed = std::any_of(listed.begin(), listed.end(), [&](const auto& one) {
        return one.first.first == authority;
      });
      ASSERT_EQ(applied->ListingOf(CodeOf(authority), "11100000XX0000019L003",
                                   absl::FromUnixSeconds(1800000000)),
                is_listed ? AuthorityListing::kForType : AuthorityListing::kUnlisted)
          << round;
    }
    for (size_t key = 0; key < Keys().size(); ++key) {
      std::vector<std::string> expected;  // by issuer code
      for (const auto& [where, entry] : listed) {
        if (where.second == key) expected.push_back(Named(entry));
      }
      ASSERT_THAT(Found(*applied, key), ::testing::ElementsAreArray(expected)) << round;
      ASSERT_EQ(Found(*whole, key), expected) << round;
    }
    list = *applied;
  }
}

TEST(IssuerList, ChangeSharesWhatItDoesNotTouch) {
  std::vector<IssuerEntry> entries;
  for (int authority = 0; authority < 2000; ++authority) entries.push_back(Entry(authority, 0));
  const BuiltTree before_tree = *BuildTree(IssuerEntries(entries));
  entries[77].set_name("another");
  const BuiltTree after_tree = *BuildTree(IssuerEntries(entries));
  MapNodes nodes;
  nodes.Add(before_tree);
  nodes.Add(after_tree);
  const IssuerList before = *IssuerList::Load(before_tree.root_sha256, nodes);
  nodes.TakeReads();

  const auto after = IssuerList::Load(after_tree.root_sha256, nodes, &before);

  ASSERT_TRUE(after.ok());
  EXPECT_LE(nodes.TakeReads(), 4u);
  EXPECT_GE(IssuerList::SharedNodes(before, *after), IssuerList::SharedNodes(*after, *after) - 4);
}

// The cache of decoded entries must never answer with what an entry said earlier.
TEST(IssuerList, StateOfAnEarlierListIsNotSeenInALaterOne) {
  IssuerEntry entry = Entry(1, 0);
  const BuiltTree before_tree = *BuildTree(IssuerEntries({entry}));
  auto* state = entry.add_states();
  state->set_kind(gateway::v1::ISSUER_STATE_KIND_COMPROMISED);
  *state->mutable_from() = ToTimestamp(absl::FromUnixSeconds(1700000001));
  const BuiltTree after_tree = *BuildTree(IssuerEntries({entry}));
  MapNodes nodes;
  nodes.Add(before_tree);
  nodes.Add(after_tree);
  const absl::Time now = absl::FromUnixSeconds(1800000000);
  const IssuerList before = *IssuerList::Load(before_tree.root_sha256, nodes);
  EXPECT_EQ(before.FindByKey(Sha256(Keys()[0])).front()->RefusalAt(now), std::nullopt);

  const IssuerList after = *IssuerList::Load(after_tree.root_sha256, nodes, &before);

  EXPECT_EQ(after.FindByKey(Sha256(Keys()[0])).front()->RefusalAt(now), Reason::kIssuerCompromised);
  EXPECT_EQ(before.FindByKey(Sha256(Keys()[0])).front()->RefusalAt(now), std::nullopt);
}

}  // namespace
}  // namespace mrg
