#include "gateway/recognition/issuer.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;

constexpr char kIssuer[] = "11500000YY000001XT";
constexpr char kType[] = "11100000XX0000019L003";
constexpr char kOtherType[] = "11100000XX0000027F001";
const absl::Time kListed = absl::FromUnixSeconds(1700000000);
const absl::Time kNow = kListed + absl::Hours(24 * 30);
const absl::Duration kInstant = absl::Microseconds(1);

const Signer& Key(Scheme scheme) {
  static auto* const keys = new std::map<Scheme, std::unique_ptr<const Signer>>();
  std::unique_ptr<const Signer>& key = (*keys)[scheme];
  if (key == nullptr) key = *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
  return *key;
}

IssuerEntry GoodEntry() {
  IssuerEntry entry;
  entry.set_issuer_code(kIssuer);
  entry.set_name("样例市公安局");
  entry.set_public_key(Key(Scheme::kSm2Sm3).public_key().spki_der());
  entry.set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3);
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  entry.add_type_codes(kType);
  entry.add_area_prefixes("5001");
  *entry.mutable_listed_from() = ToTimestamp(kListed);
  return entry;
}

void AddState(gateway::v1::IssuerStateKind kind, absl::Time from, IssuerEntry* entry) {
  gateway::v1::IssuerState* state = entry->add_states();
  state->set_kind(kind);
  *state->mutable_from() = ToTimestamp(from);
}

std::shared_ptr<const Issuer> Parsed(const IssuerEntry& entry) {
  auto issuer = Issuer::Parse(CanonicalBytes(entry));
  EXPECT_TRUE(issuer.ok()) << issuer.status();
  return *issuer;
}

// Expects that the entry is refused once `change` was made to a good one, and that `field` is
// named.
void ExpectRefused(absl::string_view field, const std::function<void(IssuerEntry*)>& change) {
  IssuerEntry entry = GoodEntry();
  change(&entry);
  const auto issuer = Issuer::Parse(CanonicalBytes(entry));
  EXPECT_EQ(ReasonOf(issuer.status()), Reason::kIssuerListInvalid) << field;
  EXPECT_EQ(FieldOf(issuer.status()), field);
}

TEST(Issuer, EntryIsReadWholeAndNamedByItsDigests) {
  const auto issuer = Parsed(GoodEntry());

  EXPECT_EQ(issuer->issuer_code(), kIssuer);
  EXPECT_EQ(issuer->entry_sha256(), Sha256(CanonicalBytes(GoodEntry())));
  EXPECT_EQ(issuer->spki_sha256(), Sha256(Key(Scheme::kSm2Sm3).public_key().spki_der()));
  EXPECT_EQ(issuer->scheme(), Scheme::kSm2Sm3);
  EXPECT_TRUE(issuer->verifier().Verify("m", *Key(Scheme::kSm2Sm3).Sign("m")).ok());
  EXPECT_EQ(issuer->RefusalAt(kNow), std::nullopt);
  EXPECT_EQ(issuer->RetiredAt(), std::nullopt);
}

TEST(Issuer, KeysOfEverySchemeMayBeListed) {
  for (const auto& [scheme, algorithm] :
       {std::pair{Scheme::kSm2Sm3, gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3},
        std::pair{Scheme::kEcdsaP256Sha256, gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256},
        std::pair{Scheme::kEd25519, gateway::v1::SIGNATURE_ALGORITHM_ED25519},
        std::pair{Scheme::kRsaPssSha256, gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256}}) {
    IssuerEntry entry = GoodEntry();
    entry.set_algorithm(algorithm);
    entry.set_public_key(Key(scheme).public_key().spki_der());
    EXPECT_EQ(Parsed(entry)->scheme(), scheme);
  }
}

TEST(Issuer, BadFieldsAreRefusedByName) {
  ExpectRefused("issuer_code", [](IssuerEntry* entry) { entry->set_issuer_code("1150"); });
  ExpectRefused("name", [](IssuerEntry* entry) { entry->clear_name(); });
  ExpectRefused("name", [](IssuerEntry* entry) { entry->set_name(std::string(513, 'n')); });
  ExpectRefused("name", [](IssuerEntry* entry) { entry->set_name("样例\n  unchanged"); });
  ExpectRefused("name", [](IssuerEntry* entry) { entry->set_name("样例\u202e"); });
  ExpectRefused("key_use", [](IssuerEntry* entry) { entry->clear_key_use(); });
  ExpectRefused("key_use", [](IssuerEntry* entry) {
    entry->set_key_use(static_cast<gateway::v1::IssuerKeyUse>(9));
  });
  ExpectRefused("type_codes", [](IssuerEntry* entry) { entry->add_type_codes("driving"); });
  ExpectRefused("type_codes", [](IssuerEntry* entry) {
    for (int i = 0; i < 1000; ++i) entry->add_type_codes(kType);
  });
  for (const char* area : {"", "5", "500", "50010", "5001034", "50010x"}) {
    ExpectRefused("area_prefixes", [&](IssuerEntry* entry) { entry->add_area_prefixes(area); });
  }
  ExpectRefused("area_prefixes", [](IssuerEntry* entry) {
    for (int i = 0; i < 1000; ++i) entry->add_area_prefixes("50");
  });
  ExpectRefused("listed_from", [](IssuerEntry* entry) { entry->clear_listed_from(); });
}

TEST(Issuer, BadKeysAreRefusedByName) {
  ExpectRefused("algorithm", [](IssuerEntry* entry) { entry->clear_algorithm(); });
  ExpectRefused("algorithm", [](IssuerEntry* entry) {
    entry->set_algorithm(static_cast<gateway::v1::SignatureAlgorithm>(9));
  });
  ExpectRefused("public_key", [](IssuerEntry* entry) { entry->set_public_key("no key"); });
  ExpectRefused("public_key", [](IssuerEntry* entry) { entry->clear_public_key(); });
  // A P-256 key that the list calls SM2.
  ExpectRefused("public_key", [](IssuerEntry* entry) {
    entry->set_public_key(Key(Scheme::kEcdsaP256Sha256).public_key().spki_der());
  });
}

TEST(Issuer, BadStatesAreRefusedByName) {
  const auto suspended = gateway::v1::ISSUER_STATE_KIND_SUSPENDED;
  ExpectRefused("states.kind", [](IssuerEntry* entry) {
    AddState(gateway::v1::ISSUER_STATE_KIND_UNSPECIFIED, kNow, entry);
  });
  ExpectRefused("states.kind", [](IssuerEntry* entry) {
    AddState(static_cast<gateway::v1::IssuerStateKind>(9), kNow, entry);
  });
  ExpectRefused("states.from",
                [&](IssuerEntry* entry) { entry->add_states()->set_kind(suspended); });
  for (const auto kind :
       {gateway::v1::ISSUER_STATE_KIND_RETIRED, gateway::v1::ISSUER_STATE_KIND_COMPROMISED}) {
    ExpectRefused("states.until", [&](IssuerEntry* entry) {
      AddState(kind, kNow, entry);
      *entry->mutable_states(0)->mutable_until() = ToTimestamp(kNow + absl::Hours(1));
    });
  }
  ExpectRefused("states.until", [&](IssuerEntry* entry) {
    AddState(suspended, kNow, entry);
    *entry->mutable_states(0)->mutable_until() = ToTimestamp(kNow);
  });
  ExpectRefused("states", [&](IssuerEntry* entry) {
    for (int i = 0; i < 65; ++i) AddState(suspended, kNow, entry);
  });
}

TEST(Fault, B09_TimesOutOfTheirBoundsAreRefusedByName) {
  using google::protobuf::Timestamp;
  using Change = void (*)(Timestamp*);
  for (const Change change : {Change([](Timestamp* time) { time->set_seconds(253402300800); }),
                              Change([](Timestamp* time) { time->set_seconds(-62135596801); }),
                              Change([](Timestamp* time) { time->set_nanos(-1); }),
                              Change([](Timestamp* time) { time->set_nanos(1000000000); })}) {
    ExpectRefused("listed_from", [&](IssuerEntry* entry) { change(entry->mutable_listed_from()); });
    ExpectRefused("states[0].from", [&](IssuerEntry* entry) {
      AddState(gateway::v1::ISSUER_STATE_KIND_RETIRED, kNow, entry);
      change(entry->mutable_states(0)->mutable_from());
    });
    ExpectRefused("states[1].until", [&](IssuerEntry* entry) {
      AddState(gateway::v1::ISSUER_STATE_KIND_RETIRED, kNow, entry);
      AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kNow, entry);
      *entry->mutable_states(1)->mutable_until() = ToTimestamp(kNow + absl::Hours(1));
      change(entry->mutable_states(1)->mutable_until());
    });
  }
}

TEST(Issuer, BytesThatAreNotCanonicalAreRefused) {
  const std::string good = CanonicalBytes(GoodEntry());

  for (const std::string& bytes :
       {good + std::string("\x78\x01", 2), good.substr(1), std::string("x")}) {
    EXPECT_EQ(ReasonOf(Issuer::Parse(bytes).status()), Reason::kIssuerListInvalid);
  }
}

TEST(Issuer, MaySignListedTypesAndAreasOnly) {
  IssuerEntry entry = GoodEntry();
  entry.add_area_prefixes("510104");
  const auto issuer = Parsed(entry);

  EXPECT_TRUE(issuer->MaySignType(kType));
  EXPECT_FALSE(issuer->MaySignType(kOtherType));
  EXPECT_FALSE(issuer->MaySignType(""));
  EXPECT_TRUE(issuer->MaySignArea("500103"));
  EXPECT_TRUE(issuer->MaySignArea("510104"));
  EXPECT_FALSE(issuer->MaySignArea("510105"));
  EXPECT_FALSE(issuer->MaySignArea("500203"));
  // A document that states no division stands for the whole province.
  EXPECT_FALSE(issuer->MaySignArea("50"));
  entry.add_area_prefixes("50");
  EXPECT_TRUE(Parsed(entry)->MaySignArea("50"));
}

TEST(Issuer, EntryWithoutTypesOrAreasMaySignNothing) {
  IssuerEntry entry = GoodEntry();
  entry.clear_type_codes();
  entry.clear_area_prefixes();
  const auto issuer = Parsed(entry);

  EXPECT_FALSE(issuer->MaySignType(kType));
  EXPECT_FALSE(issuer->MaySignArea("500103"));
}

TEST(Threat, R04_ListedFromItsInstantOn) {
  const auto issuer = Parsed(GoodEntry());

  EXPECT_EQ(issuer->RefusalAt(kListed - kInstant), Reason::kIssuerNotYetListed);
  EXPECT_EQ(issuer->RefusalAt(kListed), std::nullopt);
}

TEST(Threat, R03_EncryptionKeyIsRefusedAtAnyTime) {
  IssuerEntry entry = GoodEntry();
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_ENCRYPTION);
  const auto issuer = Parsed(entry);

  EXPECT_EQ(issuer->RefusalAt(kNow), Reason::kIssuerKeyUse);
  EXPECT_EQ(issuer->RefusalAt(kListed - kInstant), Reason::kIssuerKeyUse);
}

TEST(Issuer, SuspendedFromItsFirstInstantUntilBeforeItsLast) {
  IssuerEntry entry = GoodEntry();
  const absl::Time until = kNow + absl::Hours(1);
  AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kNow, &entry);
  *entry.mutable_states(0)->mutable_until() = ToTimestamp(until);
  const auto issuer = Parsed(entry);

  EXPECT_EQ(issuer->RefusalAt(kNow - kInstant), std::nullopt);
  EXPECT_EQ(issuer->RefusalAt(kNow), Reason::kIssuerSuspended);
  EXPECT_EQ(issuer->RefusalAt(until - kInstant), Reason::kIssuerSuspended);
  EXPECT_EQ(issuer->RefusalAt(until), std::nullopt);
}

TEST(Issuer, OpenSuspensionHoldsForEver) {
  IssuerEntry entry = GoodEntry();
  AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kNow, &entry);

  EXPECT_EQ(Parsed(entry)->RefusalAt(kNow + absl::Hours(24 * 3650)), Reason::kIssuerSuspended);
}

TEST(Issuer, SecondSuspensionCountsToo) {
  IssuerEntry entry = GoodEntry();
  AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kListed, &entry);
  *entry.mutable_states(0)->mutable_until() = ToTimestamp(kListed + absl::Hours(1));
  AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kNow, &entry);
  const auto issuer = Parsed(entry);

  EXPECT_EQ(issuer->RefusalAt(kListed), Reason::kIssuerSuspended);
  EXPECT_EQ(issuer->RefusalAt(kListed + absl::Hours(2)), std::nullopt);
  EXPECT_EQ(issuer->RefusalAt(kNow), Reason::kIssuerSuspended);
}

TEST(Threat, R05_CompromisedKeyIsRefusedWheneverItsStateBegins) {
  for (const absl::Time from : {kListed, kNow, kNow + absl::Hours(24)}) {
    IssuerEntry entry = GoodEntry();
    AddState(gateway::v1::ISSUER_STATE_KIND_COMPROMISED, from, &entry);

    EXPECT_EQ(Parsed(entry)->RefusalAt(kNow), Reason::kIssuerCompromised);
  }
}

TEST(Issuer, CompromiseOutweighsSuspension) {
  IssuerEntry entry = GoodEntry();
  AddState(gateway::v1::ISSUER_STATE_KIND_SUSPENDED, kListed, &entry);
  AddState(gateway::v1::ISSUER_STATE_KIND_COMPROMISED, kNow, &entry);

  EXPECT_EQ(Parsed(entry)->RefusalAt(kNow), Reason::kIssuerCompromised);
}

TEST(Issuer, RetirementIsNoRefusalOfItsOwnAndTheEarliestCounts) {
  IssuerEntry entry = GoodEntry();
  AddState(gateway::v1::ISSUER_STATE_KIND_RETIRED, kNow, &entry);
  AddState(gateway::v1::ISSUER_STATE_KIND_RETIRED, kNow - absl::Hours(1), &entry);
  const auto issuer = Parsed(entry);

  EXPECT_EQ(issuer->RefusalAt(kNow), std::nullopt);
  EXPECT_EQ(issuer->RetiredAt(), kNow - absl::Hours(1));
}

}  // namespace
}  // namespace mrg
