#include "gateway/crypto/evp_signer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_operation.h"
#include "gateway/crypto/private_key_pem.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

constexpr size_t kSignatureBytesMax = 1024;
constexpr size_t kRsaBits = 3072;

absl::Status CannotSign() {
  ERR_clear_error();
  return MakeError(Reason::kInvariantBroken, "the library cannot sign with this scheme");
}

class EvpSigner : public Signer {
 public:
  EvpSigner(EvpPkeyPtr key, PublicKey public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}

  absl::StatusOr<std::string> Sign(absl::string_view message) const override {
    EvpOperation operation(public_key_.scheme(), EvpDirection::kSign, key_.get());
    if (!operation.ok()) return CannotSign();
    std::string signature(kSignatureBytesMax, '\0');
    size_t size = signature.size();
    if (EVP_DigestSign(operation.ctx(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) != 1) {
      return CannotSign();
    }
    signature.resize(size);
    return signature;
  }

  const PublicKey& public_key() const override { return public_key_; }

 private:
  const EvpPkeyPtr key_;
  const PublicKey public_key_;
};

std::string PublicDer(EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  if (size < 0) return std::string();
  std::string der(reinterpret_cast<char*>(encoded), static_cast<size_t>(size));
  OPENSSL_free(encoded);
  return der;
}

EVP_PKEY* Generate(Scheme scheme) {
  switch (scheme) {
    case Scheme::kSm2Sm3:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
    case Scheme::kEcdsaP256Sha256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case Scheme::kEd25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case Scheme::kRsaPssSha256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kRsaBits);
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Signer>> NewEvpSigner(Scheme scheme, absl::string_view pkcs8_pem) {
  MRG_ASSIGN_OR_RETURN(EvpPkeyPtr key, ReadPrivateKeyPem(pkcs8_pem, Reason::kKeyFileInvalid));
  auto public_key = PublicKey::Parse(scheme, PublicDer(key.get()));
  if (!public_key.ok()) {
    return MakeError(Reason::kKeyFileInvalid,
                     absl::StrCat("expected a private key of ", SchemeName(scheme)));
  }
  return std::unique_ptr<Signer>(new EvpSigner(std::move(key), *std::move(public_key)));
}

absl::StatusOr<std::string> GeneratePrivateKeyPem(Scheme scheme) {
  EvpPkeyPtr key(Generate(scheme));
  if (key == nullptr) return CannotSign();
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    return CannotSign();
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace mrg
