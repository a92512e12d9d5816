#include "gateway/crypto/public_key.h"

#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/openssl_ptr.h"
#include "openssl/bn.h"
#include "openssl/core_names.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

// An EC SubjectPublicKeyInfo of a 256-bit named curve is one of these prefixes, the byte 04
// included, and the coordinates x and y (RFC 5480 2.1, 2.2; OIDs of GB/T 33560 and RFC
// 5480 2.1.1.1). So the canonical encoding is known byte for byte.
constexpr char kSm2Prefix[] =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    "\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03\x42\x00\x04";
constexpr char kP256Prefix[] =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
constexpr size_t kEcPrefixBytes = 27;
constexpr size_t kEcSpkiBytes = 91;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr int kRsaExponentBitsMin = 17;
constexpr int kRsaExponentBitsMax = 256;
// Ed25519 SubjectPublicKeyInfo is this prefix and the 32 raw bytes (RFC 8410 4).
constexpr char kEd25519Prefix[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
constexpr size_t kEd25519PrefixBytes = 12;
constexpr size_t kEd25519RawBytes = 32;

enum class Family { kSm2, kP256, kOtherCurve, kEd25519, kRsa, kOther };

Family FamilyOf(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "SM2")) return Family::kSm2;
  if (EVP_PKEY_is_a(key, "ED25519")) return Family::kEd25519;
  if (EVP_PKEY_is_a(key, "RSA")) return Family::kRsa;
  if (!EVP_PKEY_is_a(key, "EC")) return Family::kOther;
  char group[64] = "";
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof(group), &size) != 1) return Family::kOtherCurve;
  return std::strcmp(group, "prime256v1") == 0 ? Family::kP256 : Family::kOtherCurve;
}

absl::Status CheckFamily(Scheme scheme, Family family) {
  const bool ec_scheme = scheme == Scheme::kSm2Sm3 || scheme == Scheme::kEcdsaP256Sha256;
  if (ec_scheme && family == Family::kOtherCurve) {
    return MakeError(Reason::kKeyWrongCurve,
                     absl::StrCat("expected the curve of ", SchemeName(scheme)));
  }
  const Family expected = scheme == Scheme::kSm2Sm3            ? Family::kSm2
                          : scheme == Scheme::kEcdsaP256Sha256 ? Family::kP256
                          : scheme == Scheme::kEd25519         ? Family::kEd25519
                                                               : Family::kRsa;
  if (family != expected) {
    return MakeError(Reason::kKeyMislabelled,
                     absl::StrCat("expected a key of ", SchemeName(scheme)));
  }
  return absl::OkStatus();
}

// Modulus and exponent of FIPS 186-5 A.1.1; a smaller exponent would let signatures be forged.
absl::Status CheckRsa(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
    return MakeError(Reason::kKeyMalformed, "expected an RSA modulus of 2048 to 8192 bits");
  }
  BIGNUM* borrowed = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &borrowed);
  const BignumPtr exponent(borrowed);
  if (exponent == nullptr || BN_is_odd(exponent.get()) != 1 ||
      BN_num_bits(exponent.get()) < kRsaExponentBitsMin ||
      BN_num_bits(exponent.get()) > kRsaExponentBitsMax) {
    return MakeError(Reason::kKeyMalformed, "expected an odd RSA exponent of 17 to 256 bits");
  }
  return absl::OkStatus();
}

// Parses any SubjectPublicKeyInfo in its canonical encoding. Slow: the library tries its decoders.
absl::StatusOr<EvpPkeyPtr> ParseAnySpki(absl::string_view spki_der) {
  const auto* cursor = reinterpret_cast<const unsigned char*>(spki_der.data());
  const unsigned char* const end = cursor + spki_der.size();
  EvpPkeyPtr key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki_der.size())));
  ERR_clear_error();
  if (key == nullptr || cursor != end) {
    return MakeError(Reason::kKeyMalformed, "expected one DER SubjectPublicKeyInfo");
  }
  unsigned char* encoded = nullptr;
  const int encoded_bytes = i2d_PUBKEY(key.get(), &encoded);
  const bool canonical =
      encoded_bytes >= 0 && absl::string_view(reinterpret_cast<char*>(encoded),
                                              static_cast<size_t>(encoded_bytes)) == spki_der;
  OPENSSL_free(encoded);
  ERR_clear_error();
  if (!canonical) {
    return MakeError(Reason::kKeyMalformed, "expected the canonical DER encoding of the key");
  }
  return key;
}

absl::string_view EcPrefix(Scheme scheme) {
  return {scheme == Scheme::kSm2Sm3 ? kSm2Prefix : kP256Prefix, kEcPrefixBytes};
}

// Result: a key that holds the curve of `scheme`, parsed once; its point is the curve's generator
// (GB/T 32918.5; SP 800-186 3.2.1.3).
const EVP_PKEY* CurveOf(Scheme scheme) {
  static const EVP_PKEY* const kSm2 =
      ParseAnySpki(absl::StrCat(EcPrefix(Scheme::kSm2Sm3),
                                absl::HexStringToBytes(
                                    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74"
                                    "c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139"
                                    "f0a0")))
          ->release();
  static const EVP_PKEY* const kP256 =
      ParseAnySpki(absl::StrCat(EcPrefix(Scheme::kEcdsaP256Sha256),
                                absl::HexStringToBytes(
                                    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2"
                                    "964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf"
                                    "51f5")))
          ->release();
  return scheme == Scheme::kSm2Sm3 ? kSm2 : kP256;
}

// Parses an EC key whose prefix is known to be that of `scheme`. Every presentation brings a key,
// so this takes the curve from an earlier parse: 5 us where ParseAnySpki takes 150.
absl::StatusOr<EvpPkeyPtr> ParsePoint(Scheme scheme, absl::string_view spki_der) {
  constexpr size_t kPointOffset = kEcPrefixBytes - 1;  // the point begins with its byte 04
  const absl::string_view point = spki_der.substr(kPointOffset);
  EvpPkeyPtr key(EVP_PKEY_new());
  // The library checks that both coordinates are below p and satisfy the curve's equation; the
  // cofactor of both curves is 1, so such a point is in the group (SP 800-56A 5.6.2.3.3).
  const bool on_curve =
      key != nullptr && EVP_PKEY_copy_parameters(key.get(), CurveOf(scheme)) == 1 &&
      EVP_PKEY_set1_encoded_public_key(
          key.get(), reinterpret_cast<const unsigned char*>(point.data()), point.size()) == 1;
  ERR_clear_error();
  if (!on_curve) return MakeError(Reason::kKeyMalformed, "expected a point on the curve");
  return key;
}

// Result: true when `spki_der` has the canonical form of an Ed25519 key.
bool IsEd25519Spki(absl::string_view spki_der) {
  return spki_der.size() == kEd25519PrefixBytes + kEd25519RawBytes &&
         spki_der.substr(0, kEd25519PrefixBytes) ==
             absl::string_view(kEd25519Prefix, kEd25519PrefixBytes);
}

// Result: true when `spki_der` has the canonical form of an uncompressed point of `scheme`.
bool IsEcSpki(Scheme scheme, absl::string_view spki_der) {
  return spki_der.size() == kEcSpkiBytes && spki_der.substr(0, kEcPrefixBytes) == EcPrefix(scheme);
}

absl::StatusOr<EvpPkeyPtr> ParseEd25519(absl::string_view spki_der) {
  const absl::string_view raw = spki_der.substr(kEd25519PrefixBytes);
  EvpPkeyPtr key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(raw.data()), raw.size()));
  if (key == nullptr) return MakeError(Reason::kKeyMalformed, "expected an Ed25519 key");
  return key;
}

// Result: the key of `scheme`; errors as PublicKey::Parse.
absl::StatusOr<EvpPkeyPtr> ParseFor(Scheme scheme, absl::string_view spki_der) {
  const bool ec_scheme = scheme == Scheme::kSm2Sm3 || scheme == Scheme::kEcdsaP256Sha256;
  if (ec_scheme && IsEcSpki(scheme, spki_der)) return ParsePoint(scheme, spki_der);
  if (scheme == Scheme::kEd25519 && IsEd25519Spki(spki_der)) return ParseEd25519(spki_der);
  MRG_ASSIGN_OR_RETURN(EvpPkeyPtr key, ParseAnySpki(spki_der));
  MRG_RETURN_IF_ERROR(CheckFamily(scheme, FamilyOf(key.get())));
  if (ec_scheme) {
    // The right curve in another form: a compressed or hybrid point, or explicit parameters.
    return MakeError(Reason::kKeyMalformed, "expected an uncompressed point on a named curve");
  }
  if (scheme == Scheme::kRsaPssSha256) {
    MRG_RETURN_IF_ERROR(CheckRsa(key.get()));
  }
  return key;
}

}  // namespace

PublicKey::PublicKey(Scheme scheme, std::string spki_der, std::shared_ptr<const KeyHandle> handle)
    : scheme_(scheme),
      spki_der_(std::move(spki_der)),
      spki_sha256_(Sha256(spki_der_)),
      handle_(std::move(handle)) {}

bool HasFixedKeyForm(Scheme scheme, absl::string_view spki_der) {
  switch (scheme) {
    case Scheme::kSm2Sm3:
    case Scheme::kEcdsaP256Sha256:
      return IsEcSpki(scheme, spki_der);
    case Scheme::kEd25519:
      return IsEd25519Spki(spki_der);
    default:
      return false;
  }
}

absl::StatusOr<PublicKey> PublicKey::Parse(Scheme scheme, absl::string_view spki_der) {
  MRG_ASSIGN_OR_RETURN(EvpPkeyPtr key, ParseFor(scheme, spki_der));
  auto handle = std::make_shared<KeyHandle>();
  handle->key = std::move(key);
  return PublicKey(scheme, std::string(spki_der), std::move(handle));
}

absl::StatusOr<PublicKey> PublicKeyFromPem(Scheme scheme, absl::string_view pem) {
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  const bool read = PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1;
  ERR_clear_error();
  if (!read) {
    return MakeError(Reason::kKeyMalformed, "expected a PEM PUBLIC KEY block");
  }
  const bool is_public = std::strcmp(name, PEM_STRING_PUBLIC) == 0;
  const std::string der(reinterpret_cast<char*>(data), static_cast<size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  if (!is_public) return MakeError(Reason::kKeyMalformed, "expected a PEM PUBLIC KEY block");
  return PublicKey::Parse(scheme, der);
}

std::string PublicKeyToPem(const PublicKey& key) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  const std::string& der = key.spki_der();
  PEM_write_bio(bio.get(), PEM_STRING_PUBLIC, "",
                reinterpret_cast<const unsigned char*>(der.data()), static_cast<long>(der.size()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<PublicKey> PublicKeyFromRawEd25519(absl::string_view raw) {
  if (raw.size() != kEd25519RawBytes) {
    return MakeError(Reason::kKeyMalformed, "expected 32 bytes of an Ed25519 key");
  }
  return PublicKey::Parse(
      Scheme::kEd25519, absl::StrCat(absl::string_view(kEd25519Prefix, kEd25519PrefixBytes), raw));
}

std::string RawEd25519(const PublicKey& key) { return key.spki_der().substr(kEd25519PrefixBytes); }

}  // namespace mrg
