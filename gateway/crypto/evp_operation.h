#ifndef MRG_GATEWAY_CRYPTO_EVP_OPERATION_H_
#define MRG_GATEWAY_CRYPTO_EVP_OPERATION_H_

// One sign or verify operation, set up for a scheme: what signing and verifying share. Package-
// private.

#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

// The SM2 user id when nothing else is agreed (GB/T 35276).
inline constexpr char kSm2UserId[] = "1234567812345678";

enum class EvpDirection { kSign, kVerify };

// An EVP_MD_CTX with its key context, ready for EVP_DigestSign or EVP_DigestVerify.
class EvpOperation {
 public:
  // `key` is borrowed. `ok()` tells whether the set-up succeeded.
  EvpOperation(Scheme scheme, EvpDirection direction, EVP_PKEY* key);

  bool ok() const { return ok_; }
  EVP_MD_CTX* ctx() { return md_ctx_.get(); }

 private:
  bool SetUp(Scheme scheme, EvpDirection direction, EVP_PKEY* key);

  // Order matters: the MD context refers to the key context that was set into it.
  EvpPkeyCtxPtr sm2_ctx_;
  EvpMdCtxPtr md_ctx_;
  bool ok_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_EVP_OPERATION_H_
