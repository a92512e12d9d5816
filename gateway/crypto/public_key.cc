#include "gateway/crypto/public_key.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/openssl_ptr.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

constexpr size_t kEcSpkiBytes = 91;  // named curve of 256 bits, uncompressed point
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
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

absl::Status CheckSize(Scheme scheme, const EVP_PKEY* key, size_t der_bytes) {
  if (scheme == Scheme::kRsaPssSha256) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
      return MakeError(Reason::kKeyMalformed, "expected an RSA modulus of 2048 to 8192 bits");
    }
  } else if (scheme != Scheme::kEd25519 && der_bytes != kEcSpkiBytes) {
    return MakeError(Reason::kKeyMalformed, "expected an uncompressed point on a named curve");
  }
  return absl::OkStatus();
}

}  // namespace

PublicKey::PublicKey(Scheme scheme, std::string spki_der, std::shared_ptr<const KeyHandle> handle)
    : scheme_(scheme),
      spki_der_(std::move(spki_der)),
      spki_sha256_(Sha256(spki_der_)),
      handle_(std::move(handle)) {}

absl::StatusOr<PublicKey> PublicKey::Parse(Scheme scheme, absl::string_view spki_der) {
  const auto* cursor = reinterpret_cast<const unsigned char*>(spki_der.data());
  const unsigned char* const end = cursor + spki_der.size();
  EvpPkeyPtr key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki_der.size())));
  if (key == nullptr || cursor != end) {
    return MakeError(Reason::kKeyMalformed, "expected one DER SubjectPublicKeyInfo");
  }
  unsigned char* encoded = nullptr;
  const int encoded_bytes = i2d_PUBKEY(key.get(), &encoded);
  const bool canonical =
      encoded_bytes >= 0 && absl::string_view(reinterpret_cast<char*>(encoded),
                                              static_cast<size_t>(encoded_bytes)) == spki_der;
  OPENSSL_free(encoded);
  if (!canonical) {
    return MakeError(Reason::kKeyMalformed, "expected the canonical DER encoding of the key");
  }
  MRG_RETURN_IF_ERROR(CheckFamily(scheme, FamilyOf(key.get())));
  MRG_RETURN_IF_ERROR(CheckSize(scheme, key.get(), spki_der.size()));
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
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
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
