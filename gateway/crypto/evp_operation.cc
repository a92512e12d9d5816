#include "gateway/crypto/evp_operation.h"

#include <cstring>

#include "openssl/rsa.h"

namespace mrg {
namespace {

constexpr int kPssSaltBytes = 32;

const EVP_MD* DigestFor(Scheme scheme) {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const kSm3 = EVP_MD_fetch(nullptr, "SM3", nullptr);
  if (scheme == Scheme::kEd25519) return nullptr;  // Ed25519 hashes by itself (RFC 8032 5.1)
  return scheme == Scheme::kSm2Sm3 ? kSm3 : kSha256;
}

}  // namespace

EvpOperation::EvpOperation(Scheme scheme, EvpDirection direction, EVP_PKEY* key)
    : md_ctx_(EVP_MD_CTX_new()) {
  ok_ = md_ctx_ != nullptr && SetUp(scheme, direction, key);
}

bool EvpOperation::SetUp(Scheme scheme, EvpDirection direction, EVP_PKEY* key) {
  if (scheme == Scheme::kSm2Sm3) {
    // The id goes into ZA, so it must be set before the digest starts.
    sm2_ctx_.reset(EVP_PKEY_CTX_new(key, nullptr));
    if (sm2_ctx_ == nullptr ||
        EVP_PKEY_CTX_set1_id(sm2_ctx_.get(), kSm2UserId, std::strlen(kSm2UserId)) != 1) {
      return false;
    }
    EVP_MD_CTX_set_pkey_ctx(md_ctx_.get(), sm2_ctx_.get());
  }
  EVP_PKEY_CTX* key_ctx = nullptr;
  const EVP_MD* digest = DigestFor(scheme);
  const int started = direction == EvpDirection::kSign
                          ? EVP_DigestSignInit(md_ctx_.get(), &key_ctx, digest, nullptr, key)
                          : EVP_DigestVerifyInit(md_ctx_.get(), &key_ctx, digest, nullptr, key);
  if (started != 1) return false;
  if (scheme != Scheme::kRsaPssSha256) return true;
  // We sign with a salt of 32 bytes and accept any: other signers of TUF metadata use the longest
  // that fits, and the length is not what makes PSS secure (RFC 8017 9.1).
  return EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(
             key_ctx, direction == EvpDirection::kSign ? kPssSaltBytes : RSA_PSS_SALTLEN_AUTO) == 1;
}

}  // namespace mrg
