#include "gateway/recognition/testing/snapshot_fixture.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr const char* kTypes[] = {kIdentityCardType, kDrivingLicenceType, kBusinessLicenceType};
constexpr const char* kStandards[] = {"cq-sample", "delta-reply"};
constexpr char kDictionaryPath[] = "deploy/packs/canonical/1.textproto";

// Jurisdiction -> member, and the code of its synthetic authority.
struct Province {
  const char* id;
  const char* member;
  const char* issuer_code;
};
constexpr Province kProvinces[] = {
    {"31", kDeltaMember, "11310000YY000001XH"},   {"32", kDeltaMember, "11320000YY000001XM"},
    {"33", kDeltaMember, "11330000YY000001XR"},   {"34", kDeltaMember, "11340000YY000001XX"},
    {"50", kSichuanMember, "11500000YY000001XT"}, {"51", kSichuanMember, "11510000YY000001XY"}};

// Agreement id -> region whose folder holds it.
constexpr std::pair<const char*, const char*> kAgreementFolders[] = {
    {"changsanjiao-2020", kDeltaMember},
    {"chuanyu-2022", kSichuanMember},
    {"cross-region-sample", kDeltaMember}};

const Province& ProvinceOf(const std::string& id) {
  for (const Province& province : kProvinces) {
    if (province.id == id) return province;
  }
  ADD_FAILURE() << "no fixture of jurisdiction " << id;
  return kProvinces[0];
}

// Parsing takes most of the time of a build, so each text is read once a process.
const Dictionary& DictionaryOnce() {
  static const auto* const dictionary = new Dictionary(ShippedDictionary());
  return *dictionary;
}

std::shared_ptr<const CompiledPack> CompileOnce(const std::string& text) {
  static auto* const compiled = new std::map<std::string, std::shared_ptr<const CompiledPack>>();
  std::shared_ptr<const CompiledPack>& pack = (*compiled)[text];
  if (pack != nullptr) return pack;
  auto result = CompiledPack::Compile(text, DictionaryOnce());
  EXPECT_TRUE(result.ok()) << result.status();
  pack = *std::move(result);
  return pack;
}

std::shared_ptr<const Agreement> ParseOnce(const std::string& text) {
  static auto* const parsed = new std::map<std::string, std::shared_ptr<const Agreement>>();
  std::shared_ptr<const Agreement>& agreement = (*parsed)[text];
  if (agreement != nullptr) return agreement;
  auto result = Agreement::Parse(text);
  EXPECT_TRUE(result.ok()) << result.status();
  agreement = *std::move(result);
  return agreement;
}

const std::string& ShippedAgreementOnce(const std::string& region, const std::string& id) {
  static auto* const texts = new std::map<std::string, std::string>();
  std::string& text = (*texts)[id];
  if (text.empty()) {
    text = ShippedFile(absl::StrCat("deploy/regions/", region, "/agreements/", id, ".textproto"));
  }
  return text;
}

const gateway::v1::CatalogueList& ShippedCatalogue(const Province& province) {
  static auto* const read = new std::map<std::string, gateway::v1::CatalogueList>();
  auto found = read->find(province.id);
  if (found != read->end()) return found->second;
  gateway::v1::CatalogueList& list = (*read)[province.id];
  const absl::Status status =
      ParseTextMessage(ShippedFile(absl::StrCat("deploy/regions/", province.member, "/catalogue-",
                                                province.id, ".textproto")),
                       Reason::kCatalogueInvalid, &list);
  EXPECT_TRUE(status.ok()) << status;
  return list;
}

gateway::v1::IssuerEntry EntryOf(const Province& province, Scheme scheme) {
  gateway::v1::IssuerEntry entry;
  entry.set_issuer_code(province.issuer_code);
  entry.set_name("样例发证机关");
  entry.set_public_key(IssuerKey(province.id, scheme).public_key().spki_der());
  entry.set_algorithm(AlgorithmOf(scheme));
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  for (const char* type : kTypes) entry.add_type_codes(type);
  entry.add_area_prefixes(province.id);
  *entry.mutable_listed_from() = ToTimestamp(TimeOf("2020-01-01T00:00:00+08:00"));
  return entry;
}

RoleFact RoleOf(const std::string& publisher, const std::string& role, absl::Duration lifetime) {
  return {publisher, role, 7, Sha256(absl::StrCat("signed part of ", publisher, " ", role)),
          FixtureNow() + lifetime};
}

std::vector<RoleFact> TopLevelRoles(const std::string& publisher) {
  return {RoleOf(publisher, "root", absl::Hours(24 * 365)),
          RoleOf(publisher, "snapshot", absl::Hours(24 * 7)),
          RoleOf(publisher, "status", absl::Hours(24)),
          RoleOf(publisher, "targets", absl::Hours(24 * 90)),
          RoleOf(publisher, "timestamp", absl::Hours(1))};
}

template <typename Messages>
std::vector<std::string> AllCanonical(const Messages& messages) {
  std::vector<std::string> bytes;
  for (const auto& message : messages) bytes.push_back(CanonicalBytes(message));
  return bytes;
}

// Stands for the root of the tree: changes when an entry does.
std::string DigestOf(const std::vector<std::string>& entries) {
  std::string all;
  for (const std::string& entry : entries) absl::StrAppend(&all, entry.size(), ":", entry);
  return Sha256(all);
}

JurisdictionFacts FactsOf(const std::string& id, const JurisdictionParts& parts,
                          const Dictionary& dictionary) {
  JurisdictionFacts facts(AsJurisdiction(id), AsMember(parts.member));
  auto issuers = LoadIssuers(IssuerEntries(parts.issuers));
  EXPECT_TRUE(issuers.ok()) << issuers.status();
  facts.issuers = std::make_shared<const IssuerList>(*std::move(issuers));
  facts.issuers_target = {absl::StrCat(id, "/issuers"), DigestOf(AllCanonical(parts.issuers))};

  const std::vector<std::string> types = AllCanonical(parts.catalogue.entries());
  auto catalogue = Catalogue::FromEntries(types, dictionary);
  EXPECT_TRUE(catalogue.ok()) << catalogue.status();
  facts.catalogue = std::make_shared<const Catalogue>(*std::move(catalogue));
  facts.catalogue_target = {absl::StrCat(id, "/catalogue"), DigestOf(types)};

  auto statuses = LoadStatuses(StatusEntries(parts.statuses));
  EXPECT_TRUE(statuses.ok()) << statuses.status();
  facts.statuses = std::make_shared<const LicenceStatusList>(*std::move(statuses));
  facts.status_target = {absl::StrCat(id, "/status/licences"),
                         DigestOf(AllCanonical(parts.statuses))};
  return facts;
}

}  // namespace

absl::Time FixtureNow() { return TimeOf("2026-03-01T12:00:00+08:00"); }

absl::Time TimeOf(absl::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

const Signer& IssuerKey(const std::string& jurisdiction, Scheme scheme) {
  static auto* const keys =
      new std::map<std::pair<std::string, Scheme>, std::unique_ptr<const Signer>>();
  std::unique_ptr<const Signer>& key = (*keys)[{jurisdiction, scheme}];
  if (key == nullptr) key = *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
  return *key;
}

std::string IssuerCodeOf(const std::string& jurisdiction) {
  return ProvinceOf(jurisdiction).issuer_code;
}

std::string StandardOf(const std::string& jurisdiction) {
  return absl::string_view(ProvinceOf(jurisdiction).member) == kDeltaMember ? "delta-reply"
                                                                            : "cq-sample";
}

gateway::v1::SignatureAlgorithm AlgorithmOf(Scheme scheme) {
  switch (scheme) {
    case Scheme::kSm2Sm3:
      return gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3;
    case Scheme::kEcdsaP256Sha256:
      return gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256;
    case Scheme::kEd25519:
      return gateway::v1::SIGNATURE_ALGORITHM_ED25519;
    case Scheme::kRsaPssSha256:
      return gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256;
  }
  return gateway::v1::SIGNATURE_ALGORITHM_UNSPECIFIED;
}

std::string ShippedAgreementText(const std::string& id) {
  for (const auto& [agreement, region] : kAgreementFolders) {
    if (id != agreement) continue;
    return WithCounterpartRoots(ShippedAgreementOnce(region, id));
  }
  ADD_FAILURE() << "no shipped agreement " << id;
  return std::string();
}

SnapshotFixture::SnapshotFixture() {
  roles[kHubMember] = TopLevelRoles(kHubMember);
  for (const Province& province : kProvinces) {
    JurisdictionParts& parts = jurisdictions[province.id];
    parts.member = province.member;
    parts.issuers = {EntryOf(province, Scheme::kSm2Sm3),
                     EntryOf(province, Scheme::kEcdsaP256Sha256)};
    parts.catalogue = ShippedCatalogue(province);
    known_jurisdictions[province.id] = province.member;
    std::vector<RoleFact>& of_member = roles[province.member];
    if (of_member.empty()) of_member = TopLevelRoles(province.member);
    of_member.push_back(
        RoleOf(province.member, absl::StrCat("j-", province.id), absl::Hours(24 * 90)));
  }
  for (const char* standard : kStandards) {
    for (const char* type : kTypes) {
      packs.push_back(
          ShippedFile(absl::StrCat("deploy/packs/", standard, "/", type, ".textproto")));
    }
  }
  for (const auto& [id, region] : kAgreementFolders) {
    const std::string text = ShippedAgreementText(id);
    ListedAgreement listed{id, {}};
    for (const std::string& party : ParseOnce(text)->message().parties()) {
      listed.texts[party] = text;
    }
    agreements.push_back(std::move(listed));
  }
}

gateway::v1::IssuerEntry& SnapshotFixture::Issuer(const std::string& jurisdiction, Scheme scheme) {
  return jurisdictions.at(jurisdiction).issuers.at(scheme == Scheme::kSm2Sm3 ? 0 : 1);
}

RoleFact& SnapshotFixture::Role(const std::string& publisher, const std::string& role) {
  for (RoleFact& fact : roles.at(publisher)) {
    if (fact.role == role) return fact;
  }
  ADD_FAILURE() << publisher << " has no role " << role;
  return roles.at(publisher).front();
}

gateway::v1::CatalogueEntry& SnapshotFixture::Type(const std::string& jurisdiction,
                                                   const std::string& type_code) {
  gateway::v1::CatalogueList& list = jurisdictions.at(jurisdiction).catalogue;
  for (auto& entry : *list.mutable_entries()) {
    if (entry.type_code() == type_code) return entry;
  }
  ADD_FAILURE() << jurisdiction << " has no type " << type_code;
  return *list.mutable_entries(0);
}

void SnapshotFixture::EditAgreement(const std::string& id, absl::string_view from,
                                    absl::string_view to) {
  bool found = false;
  for (ListedAgreement& listed : agreements) {
    if (listed.id != id) continue;
    for (auto& [jurisdiction, text] : listed.texts) {
      found |= absl::StrReplaceAll({{from, to}}, &text) > 0;
    }
  }
  EXPECT_TRUE(found) << from << " does not stand in " << id;
}

void SnapshotFixture::EditPack(absl::string_view standard, absl::string_view type_code,
                               absl::string_view from, absl::string_view to) {
  bool found = false;
  for (std::string& pack : packs) {
    const auto compiled = CompileOnce(pack);
    if (compiled->standard() != standard || compiled->type_code() != type_code) continue;
    const std::string before = absl::BytesToHexString(Sha256(pack));
    found |= absl::StrReplaceAll({{from, to}}, &pack) > 0;
    const std::string after = absl::BytesToHexString(Sha256(pack));
    for (ListedAgreement& listed : agreements) {
      for (auto& [jurisdiction, text] : listed.texts) absl::StrReplaceAll({{before, after}}, &text);
    }
  }
  EXPECT_TRUE(found) << from << " does not stand in " << standard << " " << type_code;
}

void SnapshotFixture::Repeal(const std::string& jurisdiction, const std::string& id,
                             absl::Time effective_from) {
  gateway::v1::Repeal repeal;
  repeal.set_agreement_id(id);
  *repeal.mutable_effective_from() = ToTimestamp(effective_from);
  repeals.push_back({jurisdiction, std::move(repeal)});
}

void SnapshotFixture::AddState(const std::string& jurisdiction, Scheme scheme,
                               gateway::v1::IssuerStateKind kind, absl::Time from,
                               absl::Time until) {
  gateway::v1::IssuerState* state = Issuer(jurisdiction, scheme).add_states();
  state->set_kind(kind);
  *state->mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *state->mutable_until() = ToTimestamp(until);
}

RecognitionSnapshot SnapshotFixture::Build() const {
  const Dictionary& dictionary = DictionaryOnce();
  RecognitionSnapshot::Parts parts;
  parts.id = Sha256("manifest of the fixture");
  if (!hub.empty()) parts.hub = AsMember(hub);
  for (const auto& [publisher, facts] : roles) parts.roles.emplace(AsMember(publisher), facts);
  for (const std::string& publisher : forked) parts.forked.insert(AsMember(publisher));
  for (const auto& [publisher, left] : left_out) parts.left_out.emplace(AsMember(publisher), left);
  for (const auto& [id, member] : known_jurisdictions) {
    parts.known_jurisdictions.emplace(AsJurisdiction(id), AsMember(member));
  }
  for (const auto& [member, term] : memberships) parts.memberships.emplace(AsMember(member), term);
  parts.dictionary = std::make_shared<const Dictionary>(dictionary);
  parts.elements_of_earlier = elements_of_earlier;
  static const auto* const dictionary_digest =
      new std::string(Sha256(ShippedFile(kDictionaryPath)));
  parts.dictionary_target = {"canonical/1", *dictionary_digest};
  for (const auto& [id, of_jurisdiction] : jurisdictions) {
    if (!of_jurisdiction.in_force) continue;
    parts.jurisdictions.emplace(AsJurisdiction(id), FactsOf(id, of_jurisdiction, dictionary));
  }
  for (const std::string& text : packs) {
    const auto pack = CompileOnce(text);
    const std::string digest = Sha256(text);
    parts.packs[digest] = {pack,
                           {absl::StrCat(pack->owner_jurisdiction(), "/packs/", pack->type_code(),
                                         "/", pack->standard(), "/", pack->version()),
                            digest}};
  }
  std::vector<AgreementListing> listings;
  for (const ListedAgreement& listed : agreements) {
    for (const auto& [jurisdiction, text] : listed.texts) {
      const auto agreement = ParseOnce(text);
      listings.push_back(
          {jurisdiction,
           absl::StrCat(jurisdiction, "/agreements/", listed.id, "/", agreement->revision()),
           Sha256(text), agreement});
    }
  }
  parts.agreements = AgreementIndex::Build(std::move(listings), repeals);
  return RecognitionSnapshot(std::move(parts));
}

}  // namespace mrg
