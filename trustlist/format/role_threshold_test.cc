#include "trustlist/format/role_threshold.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gtest/gtest.h"
#include "trustlist/format/canonical_json.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {
namespace {

constexpr Scheme kSchemes[] = {Scheme::kEd25519, Scheme::kEcdsaP256Sha256, Scheme::kRsaPssSha256,
                               Scheme::kSm2Sm3};

std::unique_ptr<Signer> NewSigner(Scheme scheme = Scheme::kEd25519) {
  return *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
}

// A file signed as told: (key id, signature).
class Envelope {
 public:
  Envelope& Sign(const std::string& keyid, const Signer& signer) {
    return Add(keyid, absl::BytesToHexString(*signer.Sign(CanonicalJson(signed_))));
  }
  Envelope& Add(const std::string& keyid, const std::string& hex) {
    signatures_.push_back({{"keyid", keyid}, {"sig", hex}});
    return *this;
  }
  SignedEnvelope Get() const {
    return *SignedEnvelope::Parse(Json{{"signed", signed_}, {"signatures", signatures_}}.dump());
  }

 private:
  const Json signed_ = {{"version", 1}, {"unknown", "kept"}};
  Json signatures_ = Json::array();
};

TufKey Key(const Signer& signer) { return TufKey::Of(TufKeyToJson(signer.public_key())); }

TEST(RoleThreshold, EveryScheme) {
  for (const Scheme scheme : kSchemes) {
    const auto signer = NewSigner(scheme);
    const TufKeys keys = {{"k", Key(*signer)}};
    EXPECT_TRUE(CheckThreshold(Envelope().Sign("k", *signer).Get(), keys, {{"k"}, 1}).ok())
        << SchemeName(scheme);
    const auto other = NewSigner(scheme);
    EXPECT_EQ(ReasonOf(CheckThreshold(Envelope().Sign("k", *other).Get(), keys, {{"k"}, 1})),
              Reason::kMetadataThreshold)
        << SchemeName(scheme);
  }
}

TEST(Threat, T06_TwoSignaturesUnderOneKeyIdAreRefused) {
  const Json signature = {{"keyid", "k"}, {"sig", "00"}};
  const Json twice = {{"signed", Json::object()}, {"signatures", {signature, signature}}};
  EXPECT_EQ(ReasonOf(SignedEnvelope::Parse(twice.dump()).status()), Reason::kMetadataMalformed);
}

TEST(Threat, T06_OneKeyUnderTwoKeyIdsCountsOnce) {
  const auto signer = NewSigner();
  const TufKeys keys = {{"k1", Key(*signer)}, {"k2", Key(*signer)}};
  const auto envelope = Envelope().Sign("k1", *signer).Sign("k2", *signer).Get();
  EXPECT_EQ(ReasonOf(CheckThreshold(envelope, keys, {{"k1", "k2"}, 2})),
            Reason::kMetadataThreshold);
}

TEST(RoleThreshold, TwoKeysReachTwo) {
  const auto a = NewSigner();
  const auto b = NewSigner(Scheme::kSm2Sm3);
  const TufKeys keys = {{"a", Key(*a)}, {"b", Key(*b)}};
  EXPECT_TRUE(
      CheckThreshold(Envelope().Sign("a", *a).Sign("b", *b).Get(), keys, {{"a", "b"}, 2}).ok());
}

TEST(RoleThreshold, KeysOutsideTheRoleAndBrokenSignaturesDoNotCount) {
  const auto a = NewSigner();
  const auto b = NewSigner();
  const TufKeys keys = {{"a", Key(*a)}, {"b", Key(*b)}};
  EXPECT_FALSE(CheckThreshold(Envelope().Sign("b", *b).Get(), keys, {{"a"}, 1}).ok());
  EXPECT_FALSE(CheckThreshold(Envelope().Add("a", "").Get(), keys, {{"a"}, 1}).ok());
  EXPECT_FALSE(CheckThreshold(Envelope().Sign("gone", *a).Get(), keys, {{"gone"}, 1}).ok());
  // A broken signature does not spoil a good one.
  EXPECT_TRUE(
      CheckThreshold(Envelope().Add("b", "00").Sign("a", *a).Get(), keys, {{"a", "b"}, 1}).ok());
  EXPECT_TRUE(
      CheckThreshold(Envelope().Add("b", "").Sign("a", *a).Get(), keys, {{"a", "b"}, 1}).ok());
}

TEST(Fault, B05_AKeyThatCannotBeUsedCountsForNothingAndBreaksNothing) {
  const auto signer = NewSigner();
  const Json good = TufKeyToJson(signer->public_key());
  std::vector<Json> unusable(12, good);
  unusable[0]["scheme"] = "ed448";
  unusable[1]["keytype"] = "ml-dsa";
  unusable[2]["keyval"]["public"] = "00";
  unusable[3]["keyval"]["public"] = std::string(64, 'x');
  unusable[4]["keyval"]["public"] = 7;
  unusable[5]["keyval"] = {{"certificate", "x"}};
  unusable[6].erase("keyval");
  unusable[7].erase("scheme");
  unusable[8].erase("keytype");
  unusable[9] = nullptr;
  // A point in hex where we expect PEM, and a key of one kind labelled as another.
  unusable[10] = {{"keytype", "ecdsa"},
                  {"scheme", "ecdsa-sha2-nistp256"},
                  {"keyval", {{"public", "04" + std::string(128, 'a')}}}};
  unusable[11] = TufKeyToJson(NewSigner(Scheme::kEcdsaP256Sha256)->public_key());
  unusable[11]["keytype"] = "sm2";
  unusable[11]["scheme"] = "sm2-sm3";
  const auto envelope = Envelope().Sign("good", *signer).Sign("odd", *signer).Get();
  for (const Json& odd : unusable) {
    const auto keys = ParseTufKeys({{"good", good}, {"odd", odd}});

    ASSERT_TRUE(keys.ok()) << odd << keys.status();
    EXPECT_EQ(ReasonOf(keys->at("odd").Verify("m", "s")), Reason::kMetadataThreshold) << odd;
    EXPECT_NE(keys->at("odd").identity(), keys->at("good").identity()) << odd;
    EXPECT_TRUE(CheckThreshold(envelope, *keys, {{"odd", "good"}, 1}).ok()) << odd;
    EXPECT_EQ(ReasonOf(CheckThreshold(envelope, *keys, {{"odd", "good"}, 2})),
              Reason::kMetadataThreshold)
        << odd;
  }
}

TEST(Fault, B08_ASignatureByAKeyThatNobodyKnowsMayHaveAnyForm) {
  const auto signer = NewSigner();
  const TufKeys keys = {{"k", Key(*signer)}};
  const Json signed_part = {{"version", 1}};
  const Json good = {{"keyid", "k"},
                     {"sig", absl::BytesToHexString(*signer->Sign(CanonicalJson(signed_part)))}};
  Json signatures = Json::array();
  for (const Json& sig :
       {Json(std::string(2 * 3309, 'a')), Json(std::string(200'000, 'b')), Json(""), Json("0"),
        Json("0g"), Json("-----BEGIN"), Json(nullptr), Json(7), Json::array(), Json::object()}) {
    signatures.push_back({{"keyid", absl::StrCat("unknown-", signatures.size())}, {"sig", sig}});
  }
  signatures.push_back({{"keyid", "without"}});
  for (int i = 0; i < 100; ++i) signatures.push_back({{"keyid", absl::StrCat(i)}, {"sig", "00"}});
  signatures.push_back(good);

  const auto envelope =
      SignedEnvelope::Parse(Json{{"signed", signed_part}, {"signatures", signatures}}.dump());

  ASSERT_TRUE(envelope.ok()) << envelope.status();
  EXPECT_TRUE(CheckThreshold(*envelope, keys, {{"without", "unknown-3", "k"}, 1}).ok());
}

TEST(Fault, B08_ASignatureInAnotherFormByAKnownKeyDoesNotCount) {
  const auto signer = NewSigner();
  const TufKeys keys = {{"k", Key(*signer)}};
  for (const Json& sig : {Json(""), Json("0g"), Json("0"), Json(nullptr), Json(7)}) {
    const Json file = {{"signed", Json::object()},
                       {"signatures", {{{"keyid", "k"}, {"sig", sig}}}}};

    const auto envelope = SignedEnvelope::Parse(file.dump());

    ASSERT_TRUE(envelope.ok()) << file;
    EXPECT_EQ(ReasonOf(CheckThreshold(*envelope, keys, {{"k"}, 1})), Reason::kMetadataThreshold);
  }
}

TEST(TufKey, KeyIdIsTheDigestOfTheCanonicalKey) {
  const auto signer = NewSigner(Scheme::kSm2Sm3);
  const Json key = TufKeyToJson(signer->public_key());
  EXPECT_EQ(key["keytype"], "sm2");
  EXPECT_EQ(key["scheme"], "sm2-sm3");
  EXPECT_EQ(TufKeyId(signer->public_key()).size(), 64u);
}

TEST(SignedEnvelope, MalformedFilesAreRefused) {
  for (const char* bytes :
       {"[]", "{}", "{\"signed\":{}}", "{\"signed\":[],\"signatures\":[]}",
        "{\"signed\":{},\"signatures\":{}}", "{\"signed\":{},\"signatures\":[7]}",
        "{\"signed\":{},\"signatures\":[{\"keyid\":7,\"sig\":\"00\"}]}",
        "{\"signed\":{},\"signatures\":[{\"sig\":\"00\"}]}"}) {
    EXPECT_EQ(ReasonOf(SignedEnvelope::Parse(bytes).status()), Reason::kMetadataMalformed) << bytes;
  }
}

}  // namespace
}  // namespace mrg
