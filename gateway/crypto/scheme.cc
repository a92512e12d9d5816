#include "gateway/crypto/scheme.h"

#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr Scheme kAll[] = {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256, Scheme::kEd25519,
                           Scheme::kRsaPssSha256};

}  // namespace

absl::string_view SchemeName(Scheme scheme) {
  switch (scheme) {
    case Scheme::kSm2Sm3:
      return "sm2-sm3";
    case Scheme::kEcdsaP256Sha256:
      return "ecdsa-p256-sha256";
    case Scheme::kEd25519:
      return "ed25519";
    case Scheme::kRsaPssSha256:
      return "rsa-pss-sha256";
  }
  return "";
}

absl::StatusOr<Scheme> SchemeFromName(absl::string_view name) {
  for (Scheme scheme : kAll) {
    if (SchemeName(scheme) == name) return scheme;
  }
  return MakeError(Reason::kFieldMalformed,
                   "expected sm2-sm3, ecdsa-p256-sha256, ed25519 or rsa-pss-sha256");
}

}  // namespace mrg
