#include "gateway/crypto/evp_verifier.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/ecdsa_signature.h"
#include "gateway/crypto/evp_operation.h"
#include "openssl/err.h"

namespace mrg {
namespace {

// Group orders, big-endian: GB/T 32918.5 (sm2p256v1) and FIPS 186-5 / SP 800-186 3.2.1.3 (P-256).
const std::string& OrderOf(Scheme scheme) {
  static const auto* const kSm2 = new std::string(
      absl::HexStringToBytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"));
  static const auto* const kP256 = new std::string(
      absl::HexStringToBytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));
  return scheme == Scheme::kSm2Sm3 ? *kSm2 : *kP256;
}

class EvpVerifier : public Verifier {
 public:
  explicit EvpVerifier(PublicKey key) : key_(std::move(key)) {}

  absl::Status Verify(absl::string_view message, absl::string_view signature) const override {
    const Scheme scheme = key_.scheme();
    if (scheme == Scheme::kSm2Sm3 || scheme == Scheme::kEcdsaP256Sha256) {
      MRG_RETURN_IF_ERROR(CheckEcdsaSignature(signature, OrderOf(scheme)));
    }
    EvpOperation operation(scheme, EvpDirection::kVerify, key_.handle().key.get());
    if (!operation.ok()) {
      ERR_clear_error();
      return MakeError(Reason::kInvariantBroken, "the library cannot verify this scheme");
    }
    const int verified = EVP_DigestVerify(
        operation.ctx(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
        reinterpret_cast<const unsigned char*>(message.data()), message.size());
    if (verified != 1) {
      ERR_clear_error();
      return MakeError(Reason::kSignatureInvalid, "expected a signature over exactly these bytes");
    }
    return absl::OkStatus();
  }

 private:
  const PublicKey key_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Verifier>> NewEvpVerifier(const PublicKey& key) {
  EvpOperation probe(key.scheme(), EvpDirection::kVerify, key.handle().key.get());
  if (!probe.ok()) {
    ERR_clear_error();
    return MakeError(Reason::kInvariantBroken, "the library cannot verify this scheme");
  }
  return std::unique_ptr<Verifier>(new EvpVerifier(key));
}

}  // namespace mrg
