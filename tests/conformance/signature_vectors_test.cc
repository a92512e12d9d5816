// Known answers for SM2 and SM3 (vectors/sm-kat) and SM2 certificates (vectors/sm2-certs). Every
// key in these files is a public test value.
//
// Left out by name: SM4 and SM2 encryption, which this gateway does not use; HMAC-SM3; the SM2
// example on the test curve of GM/T 0003.2 beyond its ZA and e, as no scheme here has that curve.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/crypto/public_key.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/conformance/vectors.h"

namespace mrg {
namespace {

using Json = nlohmann::json;

constexpr char kSm2CurveOid[] = "1.2.156.10197.1.301";

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }
std::string HexOf(const Json& value) { return Hex(value.get<std::string>()); }

// A file of botan's or Tongsuo's form: `visit` is called at each line "`last` = value" with all
// values in force. `stanzas`: a blank line ends what is in force.
void ForEachCase(const std::string& text, absl::string_view last, bool stanzas,
                 const std::function<void(const std::map<std::string, std::string>&)>& visit) {
  std::map<std::string, std::string> values;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() && stanzas) values.clear();
    const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || absl::StartsWith(line, "#")) continue;
    const std::string key(absl::StripAsciiWhitespace(parts[0]));
    values[key] = std::string(absl::StripAsciiWhitespace(parts[1]));
    if (key == last) visit(values);
  }
}

std::string Integer(std::string value) {
  while (value.size() > 1 && value[0] == '\0') value.erase(0, 1);
  if ((static_cast<unsigned char>(value[0]) & 0x80) != 0) value.insert(0, 1, '\0');
  return absl::StrCat("\x02", std::string(1, static_cast<char>(value.size())), value);
}

std::string DerSignature(const std::string& r, const std::string& s) {
  const std::string body = Integer(r) + Integer(s);
  return absl::StrCat("\x30", std::string(1, static_cast<char>(body.size())), body);
}

// A signer for the SM2 private key of 32 bytes, by way of PKCS#8 (RFC 5958, RFC 5915).
std::unique_ptr<Signer> Sm2Signer(const std::string& private_key) {
  const std::string der = absl::StrCat(
      Hex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420"), private_key);
  auto signer = NewEvpSigner(Scheme::kSm2Sm3, absl::StrCat("-----BEGIN PRIVATE KEY-----\n",
                                                           absl::Base64Escape(der).insert(64, "\n"),
                                                           "\n-----END PRIVATE KEY-----\n"));
  EXPECT_TRUE(signer.ok()) << signer.status();
  return *std::move(signer);
}

TEST(SignatureVectors, Sm3DigestsOfTheStandardAndOfTwoLibrariesAgree) {
  MRG_NEED_VECTORS();
  int standard = 0, botan = 0, tongsuo = 0;

  const Json examples = Json::parse(ReadVector("sm-kat/gbt/gbt_examples.json"));
  for (const Json& example : examples["sm3"]) {
    EXPECT_EQ(Sm3(HexOf(example["msg_hex"])), HexOf(example["digest"]));
    ++standard;
  }
  ForEachCase(ReadVector("sm-kat/botan/sm3.vec"), "Out", false, [&](auto values) {
    EXPECT_EQ(Sm3(Hex(values["In"])), Hex(values["Out"])) << values["In"];
    ++botan;
  });
  ForEachCase(ReadVector("sm-kat/tongsuo/evpmd_sm3.txt"), "Output", true, [&](auto values) {
    if (values["Digest"] != "SM3") return;
    EXPECT_EQ(Sm3(Hex(values["Input"])), Hex(values["Output"])) << values["Input"];
    ++tongsuo;
  });

  EXPECT_EQ(standard, 2);
  EXPECT_EQ(botan, 139);
  EXPECT_EQ(tongsuo, 8);
}

TEST(SignatureVectors, ZaAndDigestOfTheStandardsSignaturesAgree) {
  MRG_NEED_VECTORS();
  const Json examples = Json::parse(ReadVector("sm-kat/gbt/gbt_examples.json"));
  int count = 0;
  for (const Json& example : examples["sm2_sign"]) {
    const Json& curve = examples["curves"][example["curve"].get<std::string>()];
    const std::string id = HexOf(example["id_hex"]);
    const std::string bits = {static_cast<char>(id.size() * 8 >> 8),
                              static_cast<char>(id.size() * 8)};

    const std::string za =
        Sm3(absl::StrCat(bits, id, HexOf(curve["a"]), HexOf(curve["b"]), HexOf(curve["gx"]),
                         HexOf(curve["gy"]), HexOf(example["px"]), HexOf(example["py"])));

    EXPECT_EQ(za, HexOf(example["za"])) << example["id"];
    EXPECT_EQ(Sm3(absl::StrCat(za, HexOf(example["msg_hex"]))), HexOf(example["e"]))
        << example["id"];
    ++count;
  }
  EXPECT_EQ(count, 2);
}

TEST(SignatureVectors, StandardsSm2SignatureVerifiesAndNoChangedBitDoes) {
  MRG_NEED_VECTORS();
  const Json examples = Json::parse(ReadVector("sm-kat/gbt/gbt_examples.json"));
  int count = 0;
  for (const Json& example : examples["sm2_sign"]) {
    if (example["curve"] != "sm2p256v1") continue;  // see the head of this file
    ASSERT_EQ(example["id_utf8"], "1234567812345678");
    const PublicKey key =
        *PublicKeyFromPem(Scheme::kSm2Sm3, example["pub_spki_pem"].get<std::string>());
    const auto verifier = *NewEvpVerifier(key);
    const std::string message = HexOf(example["msg_hex"]);
    const std::string signature = HexOf(example["sig_der"]);

    EXPECT_TRUE(verifier->Verify(message, signature).ok());
    EXPECT_EQ(Sm2Signer(HexOf(example["d"]))->public_key().spki_der(), key.spki_der());
    EXPECT_EQ(DerSignature(HexOf(example["r"]), HexOf(example["s"])), signature);
    std::string other = message;
    other[0] ^= 1;
    EXPECT_EQ(ReasonOf(verifier->Verify(other, signature)), Reason::kSignatureInvalid);
    for (const char* part : {"r", "s"}) {
      std::map<std::string, std::string> values = {{"r", HexOf(example["r"])},
                                                   {"s", HexOf(example["s"])}};
      for (size_t bit = 0; bit < 256; ++bit) {
        std::map<std::string, std::string> changed = values;
        changed[part][bit / 8] ^= static_cast<char>(1 << (bit % 8));
        const auto reason =
            ReasonOf(verifier->Verify(message, DerSignature(changed["r"], changed["s"])));
        // A high bit can carry the value above the order.
        EXPECT_TRUE(reason == Reason::kSignatureInvalid || reason == Reason::kSignatureOutOfRange);
      }
    }
    // r + s = n makes t = 0, which GB/T 32918.2 7.1 step B5 refuses.
    const std::string s_of_t0 =
        Hex("0a5fc4f8b72d3b9cf1153aec1e447e5e18bf0532f9f04dea100f755c4aee2070");
    EXPECT_EQ(ReasonOf(verifier->Verify(message, DerSignature(HexOf(example["r"]), s_of_t0))),
              Reason::kSignatureInvalid);
    ++count;
  }
  EXPECT_EQ(count, 1);
}

// botan's signatures on the recommended curve use another user id or another digest, so each of
// them must be refused under ours, while the same keys sign and verify.
TEST(Threat, R07_BotansSignaturesUnderOtherUserIdsAreInvalid) {
  MRG_NEED_VECTORS();
  int all = 0, refused = 0;
  ForEachCase(ReadVector("sm-kat/botan/sm2_sig.vec"), "Signature", false, [&](auto values) {
    ++all;
    // The first block names no Oid, being on the test curve.
    if (values["Oid"] != kSm2CurveOid) return;
    const std::string message = Hex(values["Msg"]);
    const std::string raw = Hex(values["Signature"]);
    const auto signer = Sm2Signer(Hex(absl::StripPrefix(values["x"], "0x")));
    const auto verifier = *NewEvpVerifier(signer->public_key());

    EXPECT_NE(values["Ident"], "1234567812345678");
    EXPECT_TRUE(verifier->Verify(message, *signer->Sign(message)).ok());
    EXPECT_EQ(ReasonOf(verifier->Verify(message, DerSignature(raw.substr(0, 32), raw.substr(32)))),
              Reason::kSignatureInvalid);
    EXPECT_EQ(ReasonOf(verifier->Verify(message, raw)), Reason::kSignatureNotDer);
    ++refused;
  });
  EXPECT_EQ(all, 7);
  EXPECT_EQ(refused, 2);
}

// Tongsuo's verify cases sign a digest without the ZA of GB/T 32918.2: a fault seen in the field.
TEST(Threat, R07_TongsuosSignaturesWithoutZaAreInvalid) {
  MRG_NEED_VECTORS();
  const std::string text = ReadVector("sm-kat/tongsuo/evppkey_sm2.txt");
  const size_t begin = text.find("-----BEGIN PRIVATE KEY-----");
  const size_t end = text.find("-----END PRIVATE KEY-----");
  ASSERT_NE(end, std::string::npos);
  const auto signer = NewEvpSigner(Scheme::kSm2Sm3, absl::StrCat(text.substr(begin, end - begin),
                                                                 "-----END PRIVATE KEY-----\n"));
  ASSERT_TRUE(signer.ok()) << signer.status();
  const auto verifier = *NewEvpVerifier((*signer)->public_key());
  EXPECT_TRUE(verifier->Verify("message", *(*signer)->Sign("message")).ok());

  int refused = 0;
  ForEachCase(text, "Output", true, [&](auto values) {
    if (values["Verify"] != "SM2_key1" || values["Ctrl"] != "digest:SM3") return;
    EXPECT_EQ(ReasonOf(verifier->Verify(Hex(values["Input"]), Hex(values["Output"]))),
              Reason::kSignatureInvalid);
    ++refused;
  });
  EXPECT_EQ(refused, 2);
}

// One DER element: its tag, its value, and the whole of it.
struct Der {
  uint8_t tag = 0;
  absl::string_view value;
  absl::string_view whole;
};

Der TakeDer(absl::string_view* rest) {
  const absl::string_view start = *rest;
  EXPECT_GE(start.size(), 2u);
  size_t length = static_cast<uint8_t>(start[1]);
  size_t header = 2;
  if (length > 0x7F) {
    header += length & 0x7F;
    length = 0;
    for (size_t i = 2; i < header; ++i) length = length << 8 | static_cast<uint8_t>(start[i]);
  }
  EXPECT_LE(header + length, start.size());
  rest->remove_prefix(header + length);
  return {static_cast<uint8_t>(start[0]), start.substr(header, length),
          start.substr(0, header + length)};
}

// What a certificate (RFC 5280 4.1) or a request (RFC 2986 4.2) signs, with what, for which key.
struct SignedObject {
  std::string signed_part;
  std::string signature;
  std::string spki;
};

SignedObject ReadSigned(const std::string& der) {
  absl::string_view rest = der;
  absl::string_view body = TakeDer(&rest).value;
  const Der signed_part = TakeDer(&body);
  TakeDer(&body);  // the algorithm
  const Der bits = TakeDer(&body);
  EXPECT_EQ(bits.tag, 0x03);
  SignedObject object;
  object.signed_part = std::string(signed_part.whole);
  object.signature = std::string(bits.value.substr(1));  // no unused bits
  // The key is the SEQUENCE that begins with a SEQUENCE, the algorithm. Tongsuo's own certificates
  // name the curve there instead of id-ecPublicKey.
  for (absl::string_view fields = signed_part.value; !fields.empty();) {
    const Der field = TakeDer(&fields);
    const absl::string_view inner = field.value;
    if (field.tag == 0x30 && absl::StartsWith(inner, "\x30"))
      object.spki = std::string(field.whole);
  }
  return object;
}

// Every PEM block of a file.
std::vector<SignedObject> ReadPem(const std::string& name) {
  std::vector<SignedObject> objects;
  std::string base64;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(ReadVector("sm2-certs/" + name), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(line, "-----BEGIN")) {
      inside = true;
      base64.clear();
    } else if (absl::StartsWith(line, "-----END")) {
      inside = false;
      std::string der;
      EXPECT_TRUE(absl::Base64Unescape(base64, &der)) << name;
      objects.push_back(ReadSigned(der));
    } else if (inside) {
      absl::StrAppend(&base64, line);
    }
  }
  EXPECT_FALSE(objects.empty()) << name;
  return objects;
}

// Verifies under the issuer's point in the standard form of a key (GB/T 35276).
absl::Status Verified(const SignedObject& object, const SignedObject& issuer) {
  constexpr size_t kPointBytes = 65;
  EXPECT_GE(issuer.spki.size(), kPointBytes);
  auto key = PublicKey::Parse(
      Scheme::kSm2Sm3, absl::StrCat(Hex("3059301306072a8648ce3d020106082a811ccf5501822d034200"),
                                    issuer.spki.substr(issuer.spki.size() - kPointBytes)));
  EXPECT_TRUE(key.ok()) << key.status();
  return (*NewEvpVerifier(*key))->Verify(object.signed_part, object.signature);
}

TEST(SignatureVectors, SignaturesOfSm2CertificatesVerifyUnderTheirIssuers) {
  MRG_NEED_VECTORS();
  int verified = 0;
  const auto expect_good = [&](const SignedObject& object, const SignedObject& issuer) {
    const absl::Status status = Verified(object, issuer);
    EXPECT_TRUE(status.ok()) << status;
    ++verified;
  };

  const SignedObject root = ReadPem("sm2-root-cert.pem")[0];
  expect_good(root, root);
  expect_good(ReadPem("sm2-cert.pem")[0], root);
  const SignedObject request = ReadPem("sm2-csr.pem")[0];
  expect_good(request, request);
  const std::vector<SignedObject> chain = ReadPem("gm-chain-ca.crt");
  ASSERT_EQ(chain.size(), 2u);
  const bool root_first = Verified(chain[0], chain[0]).ok();
  const SignedObject& gm_root = chain[root_first ? 0 : 1];
  const SignedObject& gm_sub = chain[root_first ? 1 : 0];
  expect_good(gm_root, gm_root);
  expect_good(gm_sub, gm_root);
  for (const char* leaf :
       {"gm-client_enc.crt", "gm-client_sign.crt", "gm-client_sign_expire.crt", "gm-server_enc.crt",
        "gm-server_sign.crt", "gm-server_sign_expire.crt"}) {
    expect_good(ReadPem(leaf)[0], gm_sub);
    EXPECT_EQ(ReasonOf(Verified(ReadPem(leaf)[0], gm_root)), Reason::kSignatureInvalid);
  }

  EXPECT_EQ(verified, 11);
}

TEST(SignatureVectors, KeyThatNamesTheCurveAsItsAlgorithmIsMalformed) {
  MRG_NEED_VECTORS();
  EXPECT_EQ(ReasonOf(PublicKey::Parse(Scheme::kSm2Sm3, ReadPem("sm2-cert.pem")[0].spki).status()),
            Reason::kKeyMalformed);
  EXPECT_TRUE(PublicKey::Parse(Scheme::kSm2Sm3, ReadPem("gm-client_sign.crt")[0].spki).ok());
}

TEST(Threat, R07_CertificatesSignedWithoutZaAreInvalid) {
  MRG_NEED_VECTORS();
  const SignedObject root = ReadPem("sm2-noza-root-cert.pem")[0];
  const SignedObject request = ReadPem("sm2-noza-csr.pem")[0];
  EXPECT_EQ(ReasonOf(Verified(root, root)), Reason::kSignatureInvalid);
  EXPECT_EQ(ReasonOf(Verified(ReadPem("sm2-noza-cert.pem")[0], root)), Reason::kSignatureInvalid);
  EXPECT_EQ(ReasonOf(Verified(request, request)), Reason::kSignatureInvalid);
}

}  // namespace
}  // namespace mrg
