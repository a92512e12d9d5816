#include "gateway/recognition/entry_scan.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/issuer.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using gateway::v1::LicenceStatusEntry;

const absl::Time kNow = absl::FromUnixSeconds(1772000000);

IssuerEntry Issuer1() {
  static const auto* const spki =
      new std::string((*NewEvpSigner(Scheme::kSm2Sm3, *GeneratePrivateKeyPem(Scheme::kSm2Sm3)))
                          ->public_key()
                          .spki_der());
  IssuerEntry entry;
  entry.set_issuer_code("11500000YY000001XT");
  entry.set_name("样例市公安局");
  entry.set_public_key(*spki);
  entry.set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3);
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  entry.add_type_codes("11100000XX0000019L003");
  entry.add_type_codes("11100000XX0000027F001");
  entry.add_area_prefixes("5001");
  *entry.mutable_listed_from() = ToTimestamp(kNow + absl::Nanoseconds(5));
  auto* state = entry.add_states();
  state->set_kind(gateway::v1::ISSUER_STATE_KIND_SUSPENDED);
  *state->mutable_from() = ToTimestamp(kNow);
  *state->mutable_until() = ToTimestamp(kNow + absl::Nanoseconds(1));
  return entry;
}

LicenceStatusEntry Status1() {
  LicenceStatusEntry entry;
  entry.set_epoch(300);
  entry.set_tag(std::string(32, 't'));
  auto* interval = entry.add_intervals();
  interval->set_kind(gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE);
  *interval->mutable_from() = ToTimestamp(kNow);
  *interval->mutable_until() = ToTimestamp(kNow + absl::Hours(1));
  return entry;
}

// One of the ways in which bytes go wrong.
std::string Damaged(std::string bytes, std::mt19937* random) {
  const size_t place = (*random)() % bytes.size();
  switch ((*random)() % 4) {
    case 0:
      bytes[place] = static_cast<char>((*random)());
      break;
    case 1:
      bytes.erase(place, 1 + (*random)() % 3);
      break;
    case 2:
      bytes.insert(place, 1, static_cast<char>((*random)() % 128));
      break;
    default:
      bytes.insert(place, bytes.substr((*random)() % bytes.size(), 1 + (*random)() % 40));
  }
  return bytes;
}

TEST(EntryScan, WholeEntriesAreTaken) {
  const std::string issuer = CanonicalBytes(Issuer1());
  const std::string status = CanonicalBytes(Status1());

  const auto scanned = ScanIssuerEntry(issuer);
  const auto scanned_status = ScanStatusEntry(status);

  ASSERT_TRUE(scanned.has_value());
  EXPECT_EQ(scanned->issuer_code, Issuer1().issuer_code());
  EXPECT_EQ(scanned->public_key, Issuer1().public_key());
  ASSERT_TRUE(scanned_status.has_value());
  EXPECT_EQ(scanned_status->epoch, 300u);
  EXPECT_EQ(scanned_status->tag, Status1().tag());
}

TEST(EntryScan, IssuerThatTheParserRefusesIsNeverTaken) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::string good = CanonicalBytes(Issuer1());
  const size_t key_at = good.find(Issuer1().public_key());
  int taken = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = Damaged(good, &random);
    const auto scanned = ScanIssuerEntry(bytes);
    if (!scanned.has_value()) continue;
    ++taken;
    // A point off the curve is what only the parser sees.
    std::string on_curve = bytes;
    const size_t at = static_cast<size_t>(scanned->public_key.data() - bytes.data());
    on_curve.replace(at, Issuer1().public_key().size(), good, key_at,
                     Issuer1().public_key().size());
    const auto parsed = Issuer::Parse(on_curve);
    // Refused by the parser only for its key: with the good one in its place it is an entry.
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ((*parsed)->issuer_code(), scanned->issuer_code);
  }
  EXPECT_GT(taken, 100);
}

TEST(EntryScan, StatusThatTheParserRefusesIsNeverTaken) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  int taken = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = Damaged(CanonicalBytes(Status1()), &random);
    const auto scanned = ScanStatusEntry(bytes);
    if (!scanned.has_value()) continue;
    ++taken;
    LicenceStatusEntry parsed;
    ASSERT_TRUE(ParseCanonicalInto(bytes, &parsed));
    EXPECT_EQ(parsed.epoch(), scanned->epoch);
    EXPECT_EQ(parsed.tag(), scanned->tag);
    ASSERT_GT(parsed.epoch(), 0u);
    ASSERT_EQ(parsed.tag().size(), 32u);
    for (const auto& interval : parsed.intervals()) {
      ASSERT_TRUE(interval.has_from());
      ASSERT_TRUE(gateway::v1::LicenceStatusKind_IsValid(interval.kind()));
      ASSERT_NE(interval.kind(), gateway::v1::LICENCE_STATUS_KIND_UNSPECIFIED);
    }
  }
  EXPECT_GT(taken, 100);
}

// Each bound of the entry, where the parser draws it.
TEST(EntryScan, BoundsOfTheParserHold) {
  const auto taken = [](const IssuerEntry& entry) {
    const std::string bytes = CanonicalBytes(entry);
    EXPECT_EQ(ScanIssuerEntry(bytes).has_value(), Issuer::Parse(bytes).ok());
    return ScanIssuerEntry(bytes).has_value();
  };
  IssuerEntry entry = Issuer1();
  entry.set_name(std::string(512, 'n'));
  EXPECT_TRUE(taken(entry));
  entry.set_name(std::string(513, 'n'));
  EXPECT_FALSE(taken(entry));
  // A name that is not shown as itself, for the reader and the writer alike.
  for (const char* name :
       {"样例\n", "样例\x1b[8m", "样例\u202e", "\u200b", "样例\u0085", "\u2028", "\x7f"}) {
    entry.set_name(name);
    EXPECT_FALSE(taken(entry)) << name;
  }
  entry = Issuer1();
  while (entry.type_codes_size() < 1000) entry.add_type_codes(entry.type_codes(0));
  while (entry.area_prefixes_size() < 1000) entry.add_area_prefixes("50");
  while (entry.states_size() < 64) *entry.add_states() = entry.states(0);
  EXPECT_TRUE(taken(entry));
  IssuerEntry more = entry;
  more.add_type_codes(entry.type_codes(0));
  EXPECT_FALSE(taken(more));
  more = entry;
  more.add_area_prefixes("50");
  EXPECT_FALSE(taken(more));
  more = entry;
  *more.add_states() = entry.states(0);
  EXPECT_FALSE(taken(more));
  more = Issuer1();
  *more.mutable_states(0)->mutable_until() = more.states(0).from();
  EXPECT_FALSE(taken(more));
  more = Issuer1();
  more.mutable_states(0)->set_kind(gateway::v1::ISSUER_STATE_KIND_RETIRED);
  EXPECT_FALSE(taken(more));
}

// A parser cuts such a number to 32 bits, and would write it otherwise.
TEST(EntryScan, NumbersThatDoNotFitTheirFieldAreNotTaken) {
  LicenceStatusEntry entry;
  entry.set_tag(std::string(32, 't'));
  const std::string tag = CanonicalBytes(entry);
  const std::string wide("\x80\x80\x80\x80\x10", 5);  // 2^32
  const std::string epoch("\x08\x01", 2);
  // {kind: REVOKED, from: {nanos}}
  const std::string fitting("\x1a\x06\x08\x01\x12\x02\x10\x05", 8);
  const std::string nanos = std::string("\x1a\x0a\x08\x01\x12\x06\x10", 7) + wide;

  EXPECT_TRUE(ScanStatusEntry(epoch + tag + fitting).has_value());
  EXPECT_FALSE(ScanStatusEntry(epoch + tag + nanos).has_value());
  EXPECT_FALSE(ScanStatusEntry("\x08" + wide + tag).has_value());
}

TEST(EntryScan, StatusesAtTheirBounds) {
  LicenceStatusEntry entry = Status1();
  while (entry.intervals_size() < 256) *entry.add_intervals() = entry.intervals(0);
  EXPECT_TRUE(ScanStatusEntry(CanonicalBytes(entry)).has_value());
  *entry.add_intervals() = entry.intervals(0);
  EXPECT_FALSE(ScanStatusEntry(CanonicalBytes(entry)).has_value());
  entry = Status1();
  entry.mutable_intervals(0)->clear_from();
  EXPECT_FALSE(ScanStatusEntry(CanonicalBytes(entry)).has_value());
}

}  // namespace
}  // namespace mrg
