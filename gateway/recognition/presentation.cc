#include "gateway/recognition/presentation.h"

#include <optional>

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

absl::StatusOr<Presentation> Presentation::Parse(const gateway::v1::Presentation& message) {
  if (!message.has_detached()) {
    return MakeFieldError(Reason::kFieldRequired, "presentation.detached",
                          "expected a detached signature");
  }
  const gateway::v1::DetachedSignature& detached = message.detached();
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.document", detached.document(), kDocumentBytesMax));
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(detached.algorithm()));
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.signature", detached.signature(), kSignatureBytesMax));
  MRG_RETURN_IF_ERROR(
      RequireBytes("presentation.detached.public_key", detached.public_key(), kPublicKeyBytesMax));
  return Presentation(detached.document(), detached.signature(), scheme,
                      PublicKey::Parse(scheme, detached.public_key()));
}

}  // namespace mrg
