#include "gateway/crypto/private_key_pem.h"

#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {

int NoPassphrase(char* /*buffer*/, int /*size*/, int /*for_writing*/, void* /*data*/) { return -1; }

absl::StatusOr<EvpPkeyPtr> ReadPrivateKeyPem(absl::string_view pem, Reason reason) {
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  ERR_clear_error();
  EvpPkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  bool encrypted = false;
  while (const unsigned long error = ERR_get_error()) {
    encrypted = encrypted || (ERR_GET_LIB(error) == ERR_LIB_PEM &&
                              ERR_GET_REASON(error) == PEM_R_BAD_PASSWORD_READ);
  }
  if (key != nullptr) return key;
  return MakeError(reason, encrypted ? "expected a private key without a passphrase"
                                     : "expected a PKCS#8 private key in PEM");
}

}  // namespace mrg
