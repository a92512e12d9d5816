#include "gateway/recognition/licence_status.h"

#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/entry_scan.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;

absl::Status Invalid(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kStatusListInvalid, field, expected);
}

absl::Status CheckEntry(const LicenceStatusEntry& entry) {
  if (entry.epoch() == 0) return Invalid("epoch", "expected an epoch from 1");
  if (entry.tag().size() != kLicenceTagBytes) return Invalid("tag", "expected 32 bytes");
  if (entry.intervals_size() > kLicenceStatusIntervalsMax)
    return Invalid("intervals", "expected at most 256");
  for (const LicenceStatusInterval& interval : entry.intervals()) {
    if (interval.kind() == gateway::v1::LICENCE_STATUS_KIND_UNSPECIFIED ||
        !gateway::v1::LicenceStatusKind_IsValid(interval.kind())) {
      return Invalid("intervals.kind", "expected a known status");
    }
    if (!interval.has_from()) return Invalid("intervals.from", "expected a time");
  }
  return absl::OkStatus();
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

// The first bytes of a licence_tag.
uint32_t TreeTagOf(absl::string_view licence_tag) {
  uint32_t tag = 0;
  std::memcpy(&tag, licence_tag.data(), sizeof(tag));
  return tag;
}

absl::StatusOr<LicenceStatusEntry> ParseEntry(absl::string_view value) {
  MRG_ASSIGN_OR_RETURN(LicenceStatusEntry entry,
                       ParseCanonical<LicenceStatusEntry>(value, Reason::kStatusListInvalid));
  MRG_RETURN_IF_ERROR(CheckEntry(entry));
  return entry;
}

// How many entries stand under each epoch.
using EpochCounts = std::map<uint32_t, uint64_t>;

absl::StatusOr<uint32_t> TakeEntry(const TreeNodeEntry& entry, EpochCounts* epochs) {
  std::string id;
  uint32_t epoch = 0, tag = 0;
  if (const auto scanned = ScanStatusEntry(entry.value)) {
    epoch = scanned->epoch;
    id = LicenceStatusId(epoch, scanned->tag);
    tag = TreeTagOf(scanned->tag);
  } else {
    MRG_ASSIGN_OR_RETURN(const LicenceStatusEntry parsed, ParseEntry(entry.value));
    epoch = parsed.epoch();
    id = LicenceStatusId(epoch, parsed.tag());
    tag = TreeTagOf(parsed.tag());
  }
  if (entry.id != id) {
    return MakeError(Reason::kStatusListInvalid, "expected each entry under its own id");
  }
  ++(*epochs)[epoch];
  return tag;
}

// The entry was taken into the earlier list, so it has an epoch that was counted.
void DropEntry(absl::string_view value, EpochCounts* epochs) {
  LicenceStatusEntry entry;
  if (!entry.ParseFromArray(value.data(), static_cast<int>(value.size()))) return;
  const auto counted = epochs->find(entry.epoch());
  if (counted != epochs->end()) --counted->second;
}

}  // namespace

std::string LicenceStatusId(uint32_t epoch, absl::string_view tag) {
  return absl::StrCat(epoch, "/", absl::BytesToHexString(tag));
}

bool IsOver(const LicenceStatusInterval& interval, absl::Time at) {
  return interval.has_until() && ToTime(interval.until()) <= at;
}

bool HoldsAt(const LicenceStatusInterval& interval, absl::Time at) {
  return ToTime(interval.from()) <= at && !IsOver(interval, at);
}

absl::StatusOr<LicenceStatusList> LicenceStatusList::Load(absl::string_view root_sha256,
                                                          const NodeSource& nodes,
                                                          const LicenceStatusList* earlier) {
  // Counted, not collected: a list made of an earlier one must know the same epochs as one read
  // whole, or a repeated request could be decided otherwise than the first.
  EpochCounts epochs;
  if (earlier != nullptr) epochs = earlier->epochs_;
  const TreeImage::Reader reader = {
      [&epochs](const TreeNodeEntry& entry) { return TakeEntry(entry, &epochs); },
      [&epochs](uint32_t, absl::string_view value) { DropEntry(value, &epochs); }};
  MRG_ASSIGN_OR_RETURN(TreeImage entries,
                       TreeImage::Load(root_sha256, nodes, reader,
                                       earlier == nullptr ? nullptr : &earlier->entries_));
  std::erase_if(epochs, [](const auto& counted) { return counted.second == 0; });
  if (epochs.size() > kTagEpochsMax) return Invalid("epoch", "expected at most 64 epochs");
  return LicenceStatusList(std::move(entries), std::move(epochs));
}

LicenceStatusVerdict LicenceStatusList::At(uint32_t epoch, absl::string_view tag,
                                           absl::Time now) const {
  LicenceStatusVerdict verdict;
  if (tag.size() != kLicenceTagBytes) return verdict;
  const auto judge = [&](absl::string_view value) {
    LicenceStatusEntry entry;
    if (!entry.ParseFromArray(value.data(), static_cast<int>(value.size()))) return;
    if (entry.epoch() != epoch || entry.tag() != tag) return;
    for (const LicenceStatusInterval& interval : entry.intervals()) {
      if (!HoldsAt(interval, now)) continue;
      if (interval.kind() == gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE) {
        verdict.under_dispute = true;
      }
      const std::optional<Reason> refusal = RefusalOf(interval.kind());
      if (Gravity(refusal) > Gravity(verdict.refusal)) verdict.refusal = refusal;
    }
  };
  entries_.ForEachAt(Sha256(LicenceStatusId(epoch, tag)), TreeTagOf(tag), judge);
  return verdict;
}

LicenceStatusVerdict LicenceStatusList::AtAny(const std::map<uint32_t, std::string>& tags,
                                              absl::Time now) const {
  LicenceStatusVerdict verdict;
  for (const auto& [epoch, tag] : tags) {
    const LicenceStatusVerdict one = At(epoch, tag, now);
    verdict.under_dispute |= one.under_dispute;
    if (Gravity(one.refusal) > Gravity(verdict.refusal)) verdict.refusal = one.refusal;
  }
  return verdict;
}

}  // namespace mrg
