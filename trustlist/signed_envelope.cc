#include "trustlist/signed_envelope.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/canonical_json.h"

namespace mrg {
namespace {

constexpr size_t kSignaturesMax = 64;
constexpr size_t kSignatureHexMax = 4096;

bool IsHex(absl::string_view text) {
  if (text.size() % 2 != 0 || text.size() > kSignatureHexMax) return false;
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<SignedEnvelope> SignedEnvelope::Parse(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(Json document, ParseJsonDocument(bytes));
  MRG_RETURN_IF_ERROR(ObjectMember(document, "signed").status());
  MRG_ASSIGN_OR_RETURN(const Json* signatures, ArrayMember(document, "signatures"));
  if (signatures->size() > kSignaturesMax) {
    return MakeError(Reason::kMetadataMalformed, "expected at most 64 signatures");
  }
  SignedEnvelope envelope;
  std::set<std::string> keyids;
  for (const Json& signature : *signatures) {
    MRG_ASSIGN_OR_RETURN(std::string keyid, StringMember(signature, "keyid"));
    MRG_ASSIGN_OR_RETURN(const std::string hex, StringMember(signature, "sig"));
    if (!IsHex(hex)) return MakeError(Reason::kMetadataMalformed, "expected signatures in hex");
    if (!keyids.insert(keyid).second) {
      return MakeError(Reason::kMetadataMalformed, "expected each key id once among signatures");
    }
    envelope.signatures_.push_back({std::move(keyid), absl::HexStringToBytes(hex)});
  }
  envelope.signed_ = std::move(document["signed"]);
  envelope.canonical_ = CanonicalJson(envelope.signed_);
  envelope.signed_sha256_ = Sha256(envelope.canonical_);
  return envelope;
}

}  // namespace mrg
