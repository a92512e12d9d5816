#include "gateway/crypto/sealing_key.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
static_assert(kNonceBytes + kTagBytes == kSealBytes);

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string* text) { return reinterpret_cast<unsigned char*>(text->data()); }

int Size(absl::string_view text) { return static_cast<int>(text.size()); }

// What could not be sealed would be stored in clear or lost, so the process ends instead.
void Require(int done) {
  if (done != 1) std::abort();
}

}  // namespace

SealingKey SealingKey::Derive(absl::string_view secret, absl::string_view purpose) {
  // Extract with a salt of zeros (RFC 5869 2.2), then the first block of expand (2.3).
  const std::string extracted = HmacSha256(std::string(kDigestBytes, '\0'), secret);
  return SealingKey(HmacSha256(extracted, absl::StrCat(purpose, "\x01")));
}

std::string SealingKey::Seal(absl::string_view plain, absl::string_view context) const {
  const std::string nonce = RandomBytes(kNonceBytes);
  std::string body(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  const EvpCipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  Require(cipher != nullptr);
  Require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key_), Bytes(nonce)));
  Require(EVP_EncryptUpdate(cipher.get(), nullptr, &size, Bytes(context), Size(context)));
  Require(EVP_EncryptUpdate(cipher.get(), Bytes(&body), &size, Bytes(plain), Size(plain)));
  Require(EVP_EncryptFinal_ex(cipher.get(), Bytes(&body) + size, &size));
  Require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
  return absl::StrCat(nonce, body, tag);
}

std::optional<std::string> SealingKey::Open(absl::string_view sealed,
                                            absl::string_view context) const {
  if (sealed.size() < kSealBytes) return std::nullopt;
  const absl::string_view nonce = sealed.substr(0, kNonceBytes);
  const absl::string_view body = sealed.substr(kNonceBytes, sealed.size() - kSealBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(body.size(), '\0');
  const EvpCipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  Require(cipher != nullptr);
  Require(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key_), Bytes(nonce)));
  Require(EVP_DecryptUpdate(cipher.get(), nullptr, &size, Bytes(context), Size(context)));
  Require(EVP_DecryptUpdate(cipher.get(), Bytes(&plain), &size, Bytes(body), Size(body)));
  Require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(&plain) + size, &size) != 1) return std::nullopt;
  return plain;
}

}  // namespace mrg
