#include "gateway/crypto/signer_file.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<Signer>> SignerFromPem(absl::string_view pkcs8_pem) {
  // A key parses under its own scheme only, so the order does not matter.
  for (const Scheme scheme :
       {Scheme::kEd25519, Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256, Scheme::kRsaPssSha256}) {
    absl::StatusOr<std::unique_ptr<Signer>> signer = NewEvpSigner(scheme, pkcs8_pem);
    if (signer.ok()) return signer;
  }
  return MakeError(Reason::kKeyFileInvalid, "expected a PKCS#8 key of a scheme known here");
}

absl::StatusOr<std::unique_ptr<Signer>> SignerFromFile(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string pem, ReadPrivateKeyFile("private key", path));
  absl::StatusOr<std::unique_ptr<Signer>> signer = SignerFromPem(pem);
  if (!signer.ok()) {
    return MakeError(Reason::kKeyFileInvalid, absl::StrCat(path, ": ", signer.status().message()));
  }
  return signer;
}

}  // namespace mrg
