#include "trustlist/format/tuf_key.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_verifier.h"
#include "trustlist/format/canonical_json.h"

namespace mrg {
namespace {

struct SchemeRow {
  Scheme scheme;
  const char* keytype;
  const char* older_keytype;
  const char* tuf_scheme;
};

constexpr SchemeRow kSchemes[] = {
    {Scheme::kEd25519, "ed25519", "ed25519", "ed25519"},
    {Scheme::kEcdsaP256Sha256, "ecdsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {Scheme::kRsaPssSha256, "rsa", "rsa", "rsassa-pss-sha256"},
    {Scheme::kSm2Sm3, "sm2", "sm2", "sm2-sm3"},
};

std::optional<Scheme> FindScheme(absl::string_view keytype, absl::string_view tuf_scheme) {
  for (const SchemeRow& row : kSchemes) {
    if (tuf_scheme == row.tuf_scheme && (keytype == row.keytype || keytype == row.older_keytype)) {
      return row.scheme;
    }
  }
  return std::nullopt;
}

const SchemeRow& RowOf(Scheme scheme) {
  for (const SchemeRow& row : kSchemes) {
    if (row.scheme == scheme) return row;
  }
  return kSchemes[0];
}

absl::StatusOr<PublicKey> ParsePublic(Scheme scheme, const std::string& text) {
  if (scheme != Scheme::kEd25519) return PublicKeyFromPem(scheme, text);
  if (text.size() != 64) return MakeError(Reason::kKeyMalformed, "expected 64 hex digits");
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return MakeError(Reason::kKeyMalformed, "expected 64 hex digits");
    }
  }
  return PublicKeyFromRawEd25519(absl::HexStringToBytes(text));
}

absl::StatusOr<PublicKey> ReadKey(const Json& key) {
  MRG_ASSIGN_OR_RETURN(const std::string keytype, StringMember(key, "keytype"));
  MRG_ASSIGN_OR_RETURN(const std::string tuf_scheme, StringMember(key, "scheme"));
  MRG_ASSIGN_OR_RETURN(const Json* keyval, ObjectMember(key, "keyval"));
  MRG_ASSIGN_OR_RETURN(const std::string text, StringMember(*keyval, "public"));
  const std::optional<Scheme> scheme = FindScheme(keytype, tuf_scheme);
  if (!scheme.has_value()) return MakeError(Reason::kKeyMalformed, "the scheme is not known here");
  return ParsePublic(*scheme, text);
}

}  // namespace

TufKey TufKey::Of(const Json& key) {
  TufKey read;
  const absl::StatusOr<PublicKey> public_key = ReadKey(key);
  if (public_key.ok()) {
    auto verifier = NewEvpVerifier(*public_key);
    if (verifier.ok()) read.verifier_ = *std::move(verifier);
  }
  read.identity_ =
      read.verifier_ != nullptr ? public_key->spki_sha256() : Sha256(CanonicalJson(key));
  return read;
}

absl::Status TufKey::Verify(absl::string_view message, absl::string_view signature) const {
  if (verifier_ == nullptr) {
    return MakeError(Reason::kMetadataThreshold, "the key cannot be used here");
  }
  if (!verifier_->Verify(message, signature).ok()) {
    return MakeError(Reason::kMetadataThreshold, "the signature does not verify");
  }
  return absl::OkStatus();
}

Json TufKeyToJson(const PublicKey& key) {
  const SchemeRow& row = RowOf(key.scheme());
  const std::string text = key.scheme() == Scheme::kEd25519
                               ? absl::BytesToHexString(RawEd25519(key))
                               : PublicKeyToPem(key);
  return Json{{"keytype", row.keytype}, {"scheme", row.tuf_scheme}, {"keyval", {{"public", text}}}};
}

std::string TufKeyId(const PublicKey& key) {
  return absl::BytesToHexString(Sha256(CanonicalJson(TufKeyToJson(key))));
}

}  // namespace mrg
