#include "trustlist/format/signed_envelope.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/canonical_json.h"

namespace mrg {
namespace {

// Result: the raw bytes; empty when `signature` holds none in hex.
std::string BytesOf(const Json& signature) {
  const Json* const sig = FindMember(signature, "sig");
  if (sig == nullptr || !sig->is_string()) return "";
  const std::string& hex = sig->get_ref<const std::string&>();
  const bool is_hex =
      hex.size() % 2 == 0 &&
      std::all_of(hex.begin(), hex.end(), [](unsigned char c) { return absl::ascii_isxdigit(c); });
  return is_hex ? absl::HexStringToBytes(hex) : "";
}

}  // namespace

absl::StatusOr<SignedEnvelope> SignedEnvelope::Parse(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(Json document, ParseJsonDocument(bytes));
  MRG_RETURN_IF_ERROR(ObjectMember(document, "signed").status());
  MRG_ASSIGN_OR_RETURN(const Json* signatures, ArrayMember(document, "signatures"));
  SignedEnvelope envelope;
  std::set<std::string> keyids;
  for (const Json& signature : *signatures) {
    MRG_ASSIGN_OR_RETURN(std::string keyid, StringMember(signature, "keyid"));
    if (!keyids.insert(keyid).second) {
      return MakeError(Reason::kMetadataMalformed, "expected each key id once among signatures");
    }
    envelope.signatures_.push_back({std::move(keyid), BytesOf(signature)});
  }
  envelope.signed_ = std::move(document["signed"]);
  envelope.canonical_ = CanonicalJson(envelope.signed_);
  envelope.signed_sha256_ = Sha256(envelope.canonical_);
  return envelope;
}

}  // namespace mrg
