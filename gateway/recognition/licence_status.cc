#include "gateway/recognition/licence_status.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;

constexpr int kIntervalsMax = 256;
constexpr size_t kTagBytes = 32;

absl::Status Invalid(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kStatusListInvalid, field, expected);
}

absl::Status CheckEntry(const LicenceStatusEntry& entry) {
  if (entry.epoch() == 0) return Invalid("epoch", "expected an epoch from 1");
  if (entry.tag().size() != kTagBytes) return Invalid("tag", "expected 32 bytes");
  if (entry.intervals_size() > kIntervalsMax) return Invalid("intervals", "expected at most 256");
  for (const LicenceStatusInterval& interval : entry.intervals()) {
    if (interval.kind() == gateway::v1::LICENCE_STATUS_KIND_UNSPECIFIED ||
        !gateway::v1::LicenceStatusKind_IsValid(interval.kind())) {
      return Invalid("intervals.kind", "expected a known status");
    }
    if (!interval.has_from()) return Invalid("intervals.from", "expected a time");
  }
  return absl::OkStatus();
}

bool Covers(const LicenceStatusInterval& interval, absl::Time now) {
  return ToTime(interval.from()) <= now &&
         (!interval.has_until() || now < ToTime(interval.until()));
}

// Revocation outweighs cancellation outweighs suspension: the graver act is the one to report.
int Gravity(std::optional<Reason> refusal) {
  if (!refusal.has_value()) return 0;
  if (*refusal == Reason::kLicenceSuspended) return 1;
  return *refusal == Reason::kLicenceCancelled ? 2 : 3;
}

std::optional<Reason> RefusalOf(gateway::v1::LicenceStatusKind kind) {
  switch (kind) {
    case gateway::v1::LICENCE_STATUS_KIND_REVOKED:
      return Reason::kLicenceRevoked;
    case gateway::v1::LICENCE_STATUS_KIND_CANCELLED:
      return Reason::kLicenceCancelled;
    case gateway::v1::LICENCE_STATUS_KIND_SUSPENDED:
      return Reason::kLicenceSuspended;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string LicenceTag(absl::string_view epoch_key, absl::string_view jurisdiction,
                       absl::string_view type_code, absl::string_view normalised_number) {
  const absl::string_view zero("\0", 1);
  return HmacSha256(epoch_key,
                    absl::StrCat(jurisdiction, zero, type_code, zero, normalised_number));
}

std::string LicenceStatusId(uint32_t epoch, absl::string_view tag) {
  return absl::StrCat(epoch, "/", absl::BytesToHexString(tag));
}

absl::StatusOr<LicenceStatusList> LicenceStatusList::FromEntries(
    const std::vector<std::string>& entries) {
  LicenceStatusList list;
  for (const std::string& bytes : entries) {
    MRG_ASSIGN_OR_RETURN(LicenceStatusEntry entry,
                         ParseCanonical<LicenceStatusEntry>(bytes, Reason::kStatusListInvalid));
    MRG_RETURN_IF_ERROR(CheckEntry(entry));
    std::string id = LicenceStatusId(entry.epoch(), entry.tag());
    if (!list.entries_.emplace(std::move(id), std::move(entry)).second) {
      return Invalid("tag", "expected one entry per licence");
    }
  }
  return list;
}

LicenceStatusVerdict LicenceStatusList::At(uint32_t epoch, absl::string_view tag,
                                           absl::Time now) const {
  LicenceStatusVerdict verdict;
  auto found = entries_.find(LicenceStatusId(epoch, tag));
  if (found == entries_.end()) return verdict;
  for (const LicenceStatusInterval& interval : found->second.intervals()) {
    if (!Covers(interval, now)) continue;
    if (interval.kind() == gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE) {
      verdict.under_dispute = true;
    }
    const std::optional<Reason> refusal = RefusalOf(interval.kind());
    if (Gravity(refusal) > Gravity(verdict.refusal)) verdict.refusal = refusal;
  }
  return verdict;
}

}  // namespace mrg
