#include "gateway/recognition/issuer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_verifier.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using gateway::v1::IssuerState;

absl::Status Invalid(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kIssuerListInvalid, field, expected);
}

absl::StatusOr<Scheme> SchemeOf(gateway::v1::SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3:
      return Scheme::kSm2Sm3;
    case gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256:
      return Scheme::kEcdsaP256Sha256;
    case gateway::v1::SIGNATURE_ALGORITHM_ED25519:
      return Scheme::kEd25519;
    case gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256:
      return Scheme::kRsaPssSha256;
    default:
      return Invalid("algorithm", "expected a known signature algorithm");
  }
}

absl::Status CheckStates(const IssuerEntry& entry) {
  if (entry.states_size() > kIssuerStatesMax) return Invalid("states", "expected at most 64");
  for (const IssuerState& state : entry.states()) {
    if (state.kind() == gateway::v1::ISSUER_STATE_KIND_UNSPECIFIED ||
        !gateway::v1::IssuerStateKind_IsValid(state.kind())) {
      return Invalid("states.kind", "expected a known state");
    }
    if (!state.has_from()) return Invalid("states.from", "expected a time");
    const bool suspended = state.kind() == gateway::v1::ISSUER_STATE_KIND_SUSPENDED;
    if (state.has_until() && !suspended) {
      return Invalid("states.until", "expected only with a suspension");
    }
    if (state.has_until() && ToTime(state.until()) <= ToTime(state.from())) {
      return Invalid("states.until", "expected a time after `from`");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEntry(const IssuerEntry& entry) {
  if (!IssuerCode::Parse(entry.issuer_code()).ok()) {
    return Invalid("issuer_code", "expected a code of GB 32100, 18 characters");
  }
  if (entry.name().empty() || entry.name().size() > kIssuerNameBytesMax) {
    return Invalid("name", "expected 1 to 512 bytes");
  }
  if (!IsDisplayed(entry.name())) {
    return Invalid("name", "expected no control, bidi or invisible character");
  }
  if (entry.key_use() != gateway::v1::ISSUER_KEY_USE_SIGNING &&
      entry.key_use() != gateway::v1::ISSUER_KEY_USE_ENCRYPTION) {
    return Invalid("key_use", "expected SIGNING or ENCRYPTION");
  }
  if (entry.type_codes_size() > kIssuerTypeCodesMax)
    return Invalid("type_codes", "expected at most 1000");
  for (const std::string& type : entry.type_codes()) {
    if (!LicenceTypeCode::Parse(type).ok()) {
      return Invalid("type_codes", "expected licence-type codes of 21 characters");
    }
  }
  if (entry.area_prefixes_size() > kIssuerAreaPrefixesMax) {
    return Invalid("area_prefixes", "expected at most 1000");
  }
  for (const std::string& area : entry.area_prefixes()) {
    if (!IsAreaPrefix(area)) {
      return Invalid("area_prefixes", "expected prefixes of GB/T 2260 codes, 2, 4 or 6 digits");
    }
  }
  if (!entry.has_listed_from()) return Invalid("listed_from", "expected a time");
  return CheckStates(entry);
}

bool IsIn(const IssuerState& state, absl::Time now) {
  return ToTime(state.from()) <= now && (!state.has_until() || now < ToTime(state.until()));
}

}  // namespace

bool IsAreaPrefix(absl::string_view text) {
  return (text.size() == 2 || text.size() == 4 || text.size() == 6) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string IssuerId(absl::string_view issuer_code, absl::string_view spki_sha256) {
  return absl::StrCat(issuer_code, "/", absl::BytesToHexString(spki_sha256));
}

Issuer::Issuer(IssuerEntry entry, std::string entry_sha256, PublicKey key,
               std::unique_ptr<Verifier> verifier)
    : entry_(std::move(entry)),
      entry_sha256_(std::move(entry_sha256)),
      public_key_(std::move(key)),
      verifier_(std::move(verifier)) {}

absl::StatusOr<std::shared_ptr<const Issuer>> Issuer::Parse(absl::string_view entry_bytes) {
  MRG_ASSIGN_OR_RETURN(IssuerEntry entry,
                       ParseCanonical<IssuerEntry>(entry_bytes, Reason::kIssuerListInvalid));
  MRG_RETURN_IF_ERROR(CheckEntry(entry));
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(entry.algorithm()));
  auto key = PublicKey::Parse(scheme, entry.public_key());
  if (!key.ok()) return Invalid("public_key", key.status().message());
  auto verifier = NewEvpVerifier(*key);
  if (!verifier.ok()) return Invalid("public_key", verifier.status().message());
  std::string digest = Sha256(entry_bytes);
  return std::shared_ptr<const Issuer>(
      new Issuer(std::move(entry), std::move(digest), *std::move(key), *std::move(verifier)));
}

bool Issuer::MaySignType(absl::string_view type_code) const {
  return std::find(entry_.type_codes().begin(), entry_.type_codes().end(), type_code) !=
         entry_.type_codes().end();
}

bool Issuer::MaySignArea(absl::string_view division) const {
  return std::any_of(entry_.area_prefixes().begin(), entry_.area_prefixes().end(),
                     [&](const std::string& prefix) { return absl::StartsWith(division, prefix); });
}

bool Issuer::IsListedAt(absl::Time now) const { return ToTime(entry_.listed_from()) <= now; }

std::optional<Reason> Issuer::RefusalAt(absl::Time now) const {
  if (entry_.key_use() != gateway::v1::ISSUER_KEY_USE_SIGNING) return Reason::kIssuerKeyUse;
  for (const IssuerState& state : entry_.states()) {
    if (state.kind() == gateway::v1::ISSUER_STATE_KIND_COMPROMISED) {
      return Reason::kIssuerCompromised;
    }
  }
  if (!IsListedAt(now)) return Reason::kIssuerNotYetListed;
  for (const IssuerState& state : entry_.states()) {
    if (state.kind() == gateway::v1::ISSUER_STATE_KIND_SUSPENDED && IsIn(state, now)) {
      return Reason::kIssuerSuspended;
    }
  }
  return std::nullopt;
}

std::optional<absl::Time> Issuer::RetiredAt() const {
  std::optional<absl::Time> at;
  for (const IssuerState& state : entry_.states()) {
    if (state.kind() != gateway::v1::ISSUER_STATE_KIND_RETIRED) continue;
    const absl::Time from = ToTime(state.from());
    if (!at.has_value() || from < *at) at = from;
  }
  return at;
}

}  // namespace mrg
