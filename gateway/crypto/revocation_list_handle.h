#ifndef MRG_GATEWAY_CRYPTO_REVOCATION_LIST_HANDLE_H_
#define MRG_GATEWAY_CRYPTO_REVOCATION_LIST_HANDLE_H_

// OpenSSL's own of a RevocationList, for the check of chains. For this package only.

#include "gateway/crypto/openssl_ptr.h"
#include "openssl/x509.h"

namespace mrg {

struct RevocationListHandle {
  std::unique_ptr<X509_CRL, OpensslFree<X509_CRL_free>> list;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_REVOCATION_LIST_HANDLE_H_
