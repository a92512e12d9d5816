#include "trustlist/role_threshold.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gtest/gtest.h"
#include "trustlist/canonical_json.h"
#include "trustlist/tuf_key.h"

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

TufKey Key(const Signer& signer) { return *TufKey::Parse(TufKeyToJson(signer.public_key())); }

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

TEST(TufKey, UnknownSchemeVerifiesNothingAndBrokenKeyIsRefused) {
  Json key = TufKeyToJson(NewSigner()->public_key());
  key["scheme"] = "ed448";
  const auto unknown = TufKey::Parse(key);
  ASSERT_TRUE(unknown.ok());
  EXPECT_EQ(ReasonOf(unknown->Verify("m", "s")), Reason::kMetadataThreshold);

  key["scheme"] = "ed25519";
  key["keyval"]["public"] = "00";
  EXPECT_EQ(ReasonOf(TufKey::Parse(key).status()), Reason::kMetadataMalformed);
  // A key of one kind labelled as another.
  Json mislabelled = TufKeyToJson(NewSigner(Scheme::kEcdsaP256Sha256)->public_key());
  mislabelled["keytype"] = "sm2";
  mislabelled["scheme"] = "sm2-sm3";
  EXPECT_EQ(ReasonOf(TufKey::Parse(mislabelled).status()), Reason::kMetadataMalformed);
}

TEST(TufKey, KeyIdIsTheDigestOfTheCanonicalKey) {
  const auto signer = NewSigner(Scheme::kSm2Sm3);
  const Json key = TufKeyToJson(signer->public_key());
  EXPECT_EQ(key["keytype"], "sm2");
  EXPECT_EQ(key["scheme"], "sm2-sm3");
  EXPECT_EQ(TufKeyId(signer->public_key()).size(), 64u);
}

TEST(SignedEnvelope, MalformedFilesAreRefused) {
  for (const char* bytes : {"[]", "{}", "{\"signed\":{}}", "{\"signed\":[],\"signatures\":[]}",
                            "{\"signed\":{},\"signatures\":[{\"keyid\":\"k\",\"sig\":\"0g\"}]}",
                            "{\"signed\":{},\"signatures\":[{\"keyid\":\"k\",\"sig\":\"0\"}]}",
                            "{\"signed\":{},\"signatures\":[{\"sig\":\"00\"}]}"}) {
    EXPECT_EQ(ReasonOf(SignedEnvelope::Parse(bytes).status()), Reason::kMetadataMalformed) << bytes;
  }
}

}  // namespace
}  // namespace mrg
