#include "gateway/credential_form/detached.h"

#include <utility>

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::StatusOr<Scheme> SchemeOf(gateway::v1::SignatureAlgorithm algorithm) {
  constexpr absl::string_view kField = "presentation.detached.algorithm";
  switch (algorithm) {
    case gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3:
      return Scheme::kSm2Sm3;
    case gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256:
      return Scheme::kEcdsaP256Sha256;
    case gateway::v1::SIGNATURE_ALGORITHM_ED25519:
    case gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256:
      return MakeFieldError(Reason::kNotInThisVersion, kField,
                            "expected SIGNATURE_ALGORITHM_SM2_SM3 or "
                            "SIGNATURE_ALGORITHM_ECDSA_P256_SHA256 in this version");
    default:
      return MakeFieldError(Reason::kEnumUnspecified, kField, "expected a known algorithm");
  }
}

}  // namespace

absl::StatusOr<Credential> ReadDetached(
    std::shared_ptr<const gateway::v1::DetachedSignature> message) {
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.document", message->document(), kDocumentBytesMax));
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(message->algorithm()));
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.signature", message->signature(), kSignatureBytesMax));
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.public_key", message->public_key(), kPublicKeyBytesMax));
  const std::shared_ptr<const std::string> document(message, &message->document());
  auto key = PublicKey::Parse(scheme, message->public_key());
  Credential credential{CredentialForm::kDetached,        document, document,
                        {message, &message->signature()}, scheme,   key.status()};
  if (key.ok()) credential.key = *std::move(key);
  return credential;
}

}  // namespace mrg
