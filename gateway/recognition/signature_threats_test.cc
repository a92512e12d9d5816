// R07: malformed and foreign signatures and keys, carried through a whole decision. Each has its
// own reason, decides alone, and leaves a record.

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using ::testing::ElementsAre;

// Group orders of sm2p256v1 (GB/T 32918.5) and P-256 (SP 800-186).
constexpr char kSm2Order[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
constexpr char kP256Order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

// r and s of a signature, 32 bytes each, big-endian.
struct Values {
  std::string r;
  std::string s;
};

// DER TLV with a short length.
std::string Tlv(char tag, absl::string_view value) {
  return absl::StrCat(std::string(1, tag), std::string(1, static_cast<char>(value.size())), value);
}

// INTEGER in its one canonical encoding.
std::string Integer(std::string value) {
  while (value.size() > 1 && value[0] == '\0') value.erase(0, 1);
  if ((static_cast<unsigned char>(value[0]) & 0x80) != 0) value.insert(0, 1, '\0');
  return Tlv('\x02', value);
}

std::string Der(const Values& values) { return Tlv('\x30', Integer(values.r) + Integer(values.s)); }

// Takes a canonical signature apart.
Values ValuesOf(const std::string& der) {
  const size_t r_size = static_cast<unsigned char>(der[3]);
  const auto padded = [](std::string value) {
    if (value.size() > 32) value.erase(0, value.size() - 32);
    return std::string(32 - value.size(), '\0') + value;
  };
  return {padded(der.substr(4, r_size)), padded(der.substr(4 + r_size + 2))};
}

// a - b, 32 bytes big-endian; a >= b.
std::string Minus(std::string a, const std::string& b) {
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    const int difference =
        static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]) - borrow;
    borrow = difference < 0 ? 1 : 0;
    a[i] = static_cast<char>(difference + 256 * borrow);
  }
  return a;
}

LicenceQuestion Question(Scheme scheme = Scheme::kSm2Sm3) {
  return AskAbout(Sample("50-driving-licence"), "31", scheme);
}

// Expects that this presentation is refused for exactly this reason and that a record says so.
void ExpectRefused(const LicenceQuestion& question, Reason reason, absl::string_view what) {
  const Decision decision = Answer(SnapshotFixture().Build(), question);
  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED) << what;
  EXPECT_THAT(decision.reasons, ElementsAre(reason)) << what;
  EXPECT_EQ(VerdictOn(decision, "signature"), Failed(reason)) << what;
  EXPECT_EQ(decision.record.outcome(), OUTCOME_NOT_RECOGNIZED) << what;
  EXPECT_EQ(decision.record.salt_digest().size(), 32u) << what;
  EXPECT_EQ(decision.document, "") << what;
}

void ExpectSignatureRefused(Scheme scheme, const std::string& signature, Reason reason,
                            absl::string_view what) {
  LicenceQuestion question = Question(scheme);
  question.detached().set_signature(signature);
  ExpectRefused(question, reason, absl::StrCat(what, ", ", SchemeName(scheme)));
}

TEST(Threat, R07_EveryMalformedSignatureHasItsReason) {
  for (const Scheme scheme : {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256}) {
    const std::string good = Question(scheme).detached().signature();
    const Values values = ValuesOf(good);
    ASSERT_EQ(Der(values), good);
    const std::string zero(32, '\0');
    const std::string order = Hex(scheme == Scheme::kSm2Sm3 ? kSm2Order : kP256Order);
    const std::string largest(32, '\xff');
    std::string long_form = good;
    long_form.insert(1, 1, '\x81');
    const struct {
      const char* what;
      std::string signature;
      Reason reason;
    } faults[] = {
        {"r = 0", Der({zero, values.s}), Reason::kSignatureOutOfRange},
        {"s = 0", Der({values.r, zero}), Reason::kSignatureOutOfRange},
        {"r = n", Der({order, values.s}), Reason::kSignatureOutOfRange},
        {"s = n", Der({values.r, order}), Reason::kSignatureOutOfRange},
        {"r > n", Der({largest, values.s}), Reason::kSignatureOutOfRange},
        {"s > n", Der({values.r, largest}), Reason::kSignatureOutOfRange},
        {"r of 33 bytes", Der({"\x01" + values.r, values.s}), Reason::kSignatureOutOfRange},
        {"long form of a length", long_form, Reason::kSignatureNotDer},
        {"needless leading zero",
         Tlv('\x30', Tlv('\x02', std::string(1, '\0') + "\x01") + Integer(values.s)),
         Reason::kSignatureNotDer},
        {"negative r", Tlv('\x30', Tlv('\x02', "\x80") + Integer(values.s)),
         Reason::kSignatureNotDer},
        {"empty r", Tlv('\x30', Tlv('\x02', "") + Integer(values.s)), Reason::kSignatureNotDer},
        {"raw r and s", values.r + values.s, Reason::kSignatureNotDer},
        {"r alone", Tlv('\x30', Integer(values.r)), Reason::kSignatureNotDer},
        {"cut short", good.substr(0, good.size() - 1), Reason::kSignatureNotDer},
        {"one byte", "x", Reason::kSignatureNotDer},
        {"byte after the sequence", good + "x", Reason::kSignatureTrailingBytes},
        {"zero byte after the sequence", good + std::string(1, '\0'),
         Reason::kSignatureTrailingBytes},
        {"third integer", Tlv('\x30', Integer(values.r) + Integer(values.s) + Integer("\x01")),
         Reason::kSignatureTrailingBytes},
        {"r and s changed about", Der({values.s, values.r}), Reason::kSignatureInvalid},
        {"signature of other bytes", *IssuerKey("50", scheme).Sign("other"),
         Reason::kSignatureInvalid},
        {"signature of another key",
         *IssuerKey("51", scheme).Sign(Question().detached().document()),
         Reason::kSignatureInvalid},
    };
    for (const auto& fault : faults) {
      ExpectSignatureRefused(scheme, fault.signature, fault.reason, fault.what);
    }
  }
}

TEST(Threat, R07_EveryBitOfTheDocumentIsSigned) {
  const RecognitionSnapshot snapshot = SnapshotFixture().Build();
  const LicenceQuestion good = Question();
  for (size_t byte = 0; byte < good.presentation.detached().document().size(); byte += 7) {
    LicenceQuestion question = good;
    (*question.detached().mutable_document())[byte] ^= static_cast<char>(1 << (byte % 8));

    const Decision decision = Answer(snapshot, question);

    EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
    EXPECT_EQ(VerdictOn(decision, "signature"), Failed(Reason::kSignatureInvalid)) << byte;
  }
}

// The second signature that anyone can make of a P-256 signature is another signature for SM2.
TEST(Threat, R07_NegatedSOfAnSm2SignatureIsInvalid) {
  Values values = ValuesOf(Question().detached().signature());
  values.s = Minus(Hex(kSm2Order), values.s);

  ExpectSignatureRefused(Scheme::kSm2Sm3, Der(values), Reason::kSignatureInvalid, "(r, n - s)");
}

// Signatures over the shipped 50-driving-licence.json by one key, made with OpenSSL 3.0
// (pkeyutl -rawin -digest sm3 -pkeyopt distid:...), as vendors make them who set another user id
// or leave ZA out (GB/T 32918.2).
constexpr char kForeignKey[] =
    "3059301306072a8648ce3d020106082a811ccf5501822d03420004"
    "a2fe6ebc265583ee6f31a5e09d3064395627d24bd5d85f171c5b111fb42350aa"
    "cf1057405b0a665ae57dc08b6e7adf152d3d002b4533e16c2ac734a94950426b";
constexpr char kStandardId[] =
    "30440220585d66fc5b0e3412f8ee1937fdc5dd86f716adc12edb7c7447897d3e1c17c2e7"
    "02207b53507266a02bac3fcbb64c592f9423371e54e90e4849ad42373048dbc4cddf";
constexpr char kAccountName[] =
    "3046022100f59a39c98780f4fdeef557f28e65d3f47a9fa75b68d6ed587a2686de324ef0d8"
    "022100ac3254299967e12c5093b46e8591343d8d755baa5d42ab0043979c153305d8db";
constexpr char kIssuerCodeAsId[] =
    "304502200fef27d6fabb6f8de568b1b029d67068ea70c2494f5dbf9c412051de274f3bf5"
    "022100e4544d262d4555c2cde43df46136035862a901cde7557c5db32261d9ca03d995";
constexpr char kEmptyId[] =
    "304502206c112798bb7ddf845cfc73f2e28cdd4f666e75e49c833d5b624031e7fdff83e5"
    "022100ec94ebe74b9492eb431c006bb2d13fa5d3b894e7e935d3da622f4030d9220448";
constexpr char kWithoutZa[] =
    "304502205f1ddcd5d16c1650fc02310bb30bda0ebe6c871986fc36973611a2b692bc431c"
    "022100ff70c8cd8b691f25a9eeae2b911ec7a59b13c0ff62fd6ae86f9d73606e66a98e";

Decision AnswerForeign(const char* signature) {
  SnapshotFixture fixture;
  fixture.Issuer("50").set_public_key(Hex(kForeignKey));
  LicenceQuestion question = Question();
  question.detached().set_public_key(Hex(kForeignKey));
  question.detached().set_signature(Hex(signature));
  return Answer(fixture.Build(), question);
}

TEST(Threat, R07_SignatureWithAnotherUserIdIsInvalid) {
  ASSERT_EQ(AnswerForeign(kStandardId).outcome, OUTCOME_RECOGNIZED)
      << "the sample's bytes are not those that the vectors were made over";
  for (const char* signature : {kAccountName, kIssuerCodeAsId, kEmptyId, kWithoutZa}) {
    const Decision decision = AnswerForeign(signature);

    EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
    EXPECT_THAT(decision.reasons, ElementsAre(Reason::kSignatureInvalid));
  }
}

TEST(Threat, R07_EveryMalformedKeyHasItsReason) {
  const std::string sm2 = IssuerKey("50", Scheme::kSm2Sm3).public_key().spki_der();
  const std::string p256 = IssuerKey("50", Scheme::kEcdsaP256Sha256).public_key().spki_der();
  std::string off_curve = sm2;
  off_curve.back() ^= 1;
  const std::string secp256k1 =
      Hex("3056301006072a8648ce3d020106052b8104000a03420004"
          "acec3980fea30ddc4379dd2db18b59f5322ffbf893420f89ac9e40ae65bd4fed"
          "b052b4aa9b2899835ba1e8b0b4cb5cf6da3091d901729e98b33ed8fd808f2199");
  const struct {
    const char* what;
    std::string key;
    Reason reason;
  } faults[] = {
      {"no key", "no key", Reason::kKeyMalformed},
      {"bytes after the key", sm2 + "x", Reason::kKeyMalformed},
      {"cut short", sm2.substr(0, sm2.size() - 1), Reason::kKeyMalformed},
      {"point off the curve", off_curve, Reason::kKeyMalformed},
      {"point of P-256 under the SM2 curve", sm2.substr(0, 27) + p256.substr(27),
       Reason::kKeyMalformed},
      {"P-256 key called SM2", p256, Reason::kKeyMislabelled},
      {"Ed25519 key called SM2", IssuerKey("50", Scheme::kEd25519).public_key().spki_der(),
       Reason::kKeyMislabelled},
      {"another curve", secp256k1, Reason::kKeyWrongCurve},
  };
  for (const auto& fault : faults) {
    LicenceQuestion question = Question();
    question.detached().set_public_key(fault.key);
    ExpectRefused(question, fault.reason, fault.what);
  }
}

TEST(Threat, R07_Sm2KeyCalledP256IsMislabelled) {
  LicenceQuestion question = Question();
  question.detached().set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);

  ExpectRefused(question, Reason::kKeyMislabelled, "SM2 key called P-256");
}

TEST(Threat, R07_RefusedKeyIsNobodysAndItsIssuerIsNotJudged) {
  LicenceQuestion question = Question();
  question.detached().set_public_key("no key");

  const Decision decision = Answer(SnapshotFixture().Build(), question);

  EXPECT_EQ(VerdictOn(decision, "issuer"), kNotEvaluated);
  EXPECT_EQ(VerdictOn(decision, "issuer_state"), kNotEvaluated);
  EXPECT_EQ(decision.record.issuer_entry_sha256(), "");
}

// ECDSA allows a second signature (r, n - s); a revoked licence must not come back with it.
TEST(Threat, R11_MalleatedSignatureIsTheSameLicence) {
  LicenceQuestion question = Question(Scheme::kEcdsaP256Sha256);
  LicenceQuestion malleated = question;
  Values values = ValuesOf(question.detached().signature());
  values.s = Minus(Hex(kP256Order), values.s);
  malleated.detached().set_signature(Der(values));
  SnapshotFixture fixture;
  ASSERT_EQ(Answer(fixture.Build(), malleated).outcome, OUTCOME_RECOGNIZED);
  fixture.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, question.now)};

  for (const LicenceQuestion& one : {question, malleated}) {
    EXPECT_THAT(Answer(fixture.Build(), one).reasons, ElementsAre(Reason::kLicenceRevoked));
  }
}

}  // namespace
}  // namespace mrg
