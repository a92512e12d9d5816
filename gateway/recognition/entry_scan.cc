#include "gateway/recognition/entry_scan.h"

#include <limits>

#include "gateway/base/canonical_fields.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"
#include "gateway/recognition/issuer.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using gateway::v1::IssuerState;
using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;

// Fields of google.protobuf.Timestamp.
constexpr uint32_t kSeconds = 1;
constexpr uint32_t kNanos = 2;
constexpr uint64_t kSecondsMax = kTimestampSecondsMax;
constexpr uint64_t kNanosMax = kTimestampNanosMax;

// An instant since 1970.
struct Instant {
  uint64_t seconds = 0;
  uint64_t nanos = 0;
  bool IsAfter(const Instant& other) const {
    return seconds != other.seconds ? seconds > other.seconds : nanos > other.nanos;
  }
};

std::optional<Instant> ScanInstant(absl::string_view bytes) {
  Instant instant;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    if (!fields.is_set_varint()) return std::nullopt;
    if (fields.number() == kSeconds && fields.varint() <= kSecondsMax) {
      instant.seconds = fields.varint();
    } else if (fields.number() == kNanos && fields.varint() <= kNanosMax) {
      instant.nanos = fields.varint();
    } else {
      return std::nullopt;
    }
  }
  return fields.ok() ? std::optional<Instant>(instant) : std::nullopt;
}

// {kind, from, until}: the form of a state and of an interval alike.
struct Period {
  uint64_t kind = 0;
  std::optional<Instant> from;
  std::optional<Instant> until;
};

static_assert(int{IssuerState::kKindFieldNumber} == int{LicenceStatusInterval::kKindFieldNumber});
static_assert(int{IssuerState::kFromFieldNumber} == int{LicenceStatusInterval::kFromFieldNumber});
static_assert(int{IssuerState::kUntilFieldNumber} == int{LicenceStatusInterval::kUntilFieldNumber});

std::optional<Period> ScanPeriod(absl::string_view bytes) {
  Period period;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    switch (fields.number()) {
      case IssuerState::kKindFieldNumber:
        if (!fields.is_set_varint()) return std::nullopt;
        period.kind = fields.varint();
        break;
      case IssuerState::kFromFieldNumber:
      case IssuerState::kUntilFieldNumber: {
        if (!fields.is_message()) return std::nullopt;
        const auto instant = ScanInstant(fields.bytes());
        if (!instant.has_value()) return std::nullopt;
        (fields.number() == IssuerState::kFromFieldNumber ? period.from : period.until) = instant;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  if (!fields.ok() || !period.from.has_value()) return std::nullopt;
  return period;
}

bool IsState(absl::string_view bytes) {
  const auto state = ScanPeriod(bytes);
  if (!state.has_value()) return false;
  const bool suspended = state->kind == gateway::v1::ISSUER_STATE_KIND_SUSPENDED;
  if (!suspended &&
      (state->until.has_value() || (state->kind != gateway::v1::ISSUER_STATE_KIND_RETIRED &&
                                    state->kind != gateway::v1::ISSUER_STATE_KIND_COMPROMISED))) {
    return false;
  }
  return !state->until.has_value() || state->until->IsAfter(*state->from);
}

bool IsInterval(absl::string_view bytes) {
  const auto interval = ScanPeriod(bytes);
  return interval.has_value() && interval->kind > 0 &&
         interval->kind <= gateway::v1::LicenceStatusKind_MAX;
}

bool IsKey(uint64_t algorithm, absl::string_view spki_der) {
  switch (algorithm) {
    case gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3:
      return HasFixedKeyForm(Scheme::kSm2Sm3, spki_der);
    case gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256:
      return HasFixedKeyForm(Scheme::kEcdsaP256Sha256, spki_der);
    case gateway::v1::SIGNATURE_ALGORITHM_ED25519:
      return HasFixedKeyForm(Scheme::kEd25519, spki_der);
    default:
      return false;
  }
}

bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= kIssuerNameBytesMax && IsDisplayed(name);
}

}  // namespace

std::optional<ScannedIssuer> ScanIssuerEntry(absl::string_view bytes) {
  ScannedIssuer issuer;
  absl::string_view name;
  uint64_t algorithm = 0, key_use = 0;
  int types = 0, areas = 0, states = 0;
  bool listed_from = false;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    bool good = false;
    switch (fields.number()) {
      case IssuerEntry::kIssuerCodeFieldNumber:
        good = fields.is_set_bytes();
        issuer.issuer_code = fields.bytes();
        break;
      case IssuerEntry::kNameFieldNumber:
        good = fields.is_set_bytes();
        name = fields.bytes();
        break;
      case IssuerEntry::kPublicKeyFieldNumber:
        good = fields.is_set_bytes();
        issuer.public_key = fields.bytes();
        break;
      case IssuerEntry::kAlgorithmFieldNumber:
        good = fields.is_set_varint();
        algorithm = fields.varint();
        break;
      case IssuerEntry::kKeyUseFieldNumber:
        good = fields.is_set_varint();
        key_use = fields.varint();
        break;
      case IssuerEntry::kTypeCodesFieldNumber:
        good = !fields.is_varint() && LicenceTypeCodeKind::IsValid(fields.bytes()) &&
               ++types <= kIssuerTypeCodesMax;
        break;
      case IssuerEntry::kAreaPrefixesFieldNumber:
        good = !fields.is_varint() && IsAreaPrefix(fields.bytes()) &&
               ++areas <= kIssuerAreaPrefixesMax;
        break;
      case IssuerEntry::kListedFromFieldNumber:
        good = listed_from = fields.is_message() && ScanInstant(fields.bytes()).has_value();
        break;
      case IssuerEntry::kStatesFieldNumber:
        good = !fields.is_varint() && IsState(fields.bytes()) && ++states <= kIssuerStatesMax;
        break;
      default:
        break;
    }
    if (!good) return std::nullopt;
  }
  const bool known_use = key_use == gateway::v1::ISSUER_KEY_USE_SIGNING ||
                         key_use == gateway::v1::ISSUER_KEY_USE_ENCRYPTION;
  if (!fields.ok() || !IssuerCodeKind::IsValid(issuer.issuer_code) || !IsName(name) || !known_use ||
      !listed_from || !IsKey(algorithm, issuer.public_key)) {
    return std::nullopt;
  }
  return issuer;
}

absl::string_view IssuerCodeIn(absl::string_view issuer_entry) {
  CanonicalFields fields(issuer_entry);
  // It is the first field and has to be there.
  const bool is_there = fields.Next() && fields.number() == IssuerEntry::kIssuerCodeFieldNumber;
  return is_there ? fields.bytes() : absl::string_view();
}

std::optional<ScannedStatus> ScanStatusEntry(absl::string_view bytes) {
  ScannedStatus status;
  int intervals = 0;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    bool good = false;
    switch (fields.number()) {
      case LicenceStatusEntry::kEpochFieldNumber:
        good = fields.is_set_varint() && fields.varint() <= std::numeric_limits<uint32_t>::max();
        status.epoch = static_cast<uint32_t>(fields.varint());
        break;
      case LicenceStatusEntry::kTagFieldNumber:
        good = fields.is_set_bytes() && fields.bytes().size() == kLicenceTagBytes;
        status.tag = fields.bytes();
        break;
      case LicenceStatusEntry::kIntervalsFieldNumber:
        good = !fields.is_varint() && IsInterval(fields.bytes()) &&
               ++intervals <= kLicenceStatusIntervalsMax;
        break;
      default:
        break;
    }
    if (!good) return std::nullopt;
  }
  if (!fields.ok() || status.epoch == 0 || status.tag.empty()) return std::nullopt;
  return status;
}

}  // namespace mrg
