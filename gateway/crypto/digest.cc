#include "gateway/crypto/digest.h"

#include <cstdlib>

#include "gateway/crypto/openssl_ptr.h"
#include "openssl/hmac.h"
#include "openssl/sha.h"

namespace mrg {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string* text) { return reinterpret_cast<unsigned char*>(text->data()); }

// A digest that failed would be signed or compared as if it were one, so the process ends instead.
void Require(bool done) {
  if (!done) std::abort();
}

// Fetched once: EVP_sm3() in a call would look the provider up each time.
const EVP_MD* FetchOnce(const char* name) { return EVP_MD_fetch(nullptr, name, nullptr); }

std::string DigestOf(const EVP_MD* md, absl::string_view bytes) {
  std::string digest(static_cast<size_t>(EVP_MD_get_size(md)), '\0');
  unsigned int size = 0;
  Require(EVP_Digest(bytes.data(), bytes.size(), Bytes(&digest), &size, md, nullptr) == 1 &&
          size == digest.size());
  return digest;
}

}  // namespace

std::string Sha256(absl::string_view bytes) {
  static const EVP_MD* const kMd = FetchOnce("SHA256");
  return DigestOf(kMd, bytes);
}

std::string Sha512(absl::string_view bytes) {
  static const EVP_MD* const kMd = FetchOnce("SHA512");
  return DigestOf(kMd, bytes);
}

std::string Sm3(absl::string_view bytes) {
  static const EVP_MD* const kMd = FetchOnce("SM3");
  return DigestOf(kMd, bytes);
}

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  static const EVP_MD* const kMd = FetchOnce("SHA256");
  std::string mac(32, '\0');
  unsigned int size = 0;
  // A null pointer would mean "no key set", not "the empty key".
  const char* const key_bytes = key.empty() ? "" : key.data();
  Require(HMAC(kMd, key_bytes, static_cast<int>(key.size()), Bytes(message), message.size(),
               Bytes(&mac), &size) != nullptr &&
          size == mac.size());
  return mac;
}

struct Sha256Stream::State {
  EvpMdCtxPtr ctx{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  static const EVP_MD* const kMd = FetchOnce("SHA256");
  Require(EVP_DigestInit_ex2(state_->ctx.get(), kMd, nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;

Sha256Stream& Sha256Stream::Update(absl::string_view bytes) {
  Require(EVP_DigestUpdate(state_->ctx.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

std::string Sha256Stream::Finish() {
  std::string digest(32, '\0');
  unsigned int size = 0;
  Require(EVP_DigestFinal_ex(state_->ctx.get(), Bytes(&digest), &size) == 1 &&
          size == digest.size());
  return digest;
}

}  // namespace mrg
