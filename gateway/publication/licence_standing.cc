#include "gateway/publication/licence_standing.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/publication/status_intervals.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusKind;

constexpr LicenceStatusKind kAuthoritys[] = {gateway::v1::LICENCE_STATUS_KIND_REVOKED,
                                             gateway::v1::LICENCE_STATUS_KIND_SUSPENDED,
                                             gateway::v1::LICENCE_STATUS_KIND_CANCELLED};

// Result: the kind that the action begins; UNSPECIFIED for any other.
LicenceStatusKind KindOf(gateway::v1::LicenceStatusAction action) {
  switch (action) {
    case gateway::v1::LICENCE_STATUS_ACTION_REVOKE:
      return gateway::v1::LICENCE_STATUS_KIND_REVOKED;
    case gateway::v1::LICENCE_STATUS_ACTION_SUSPEND:
      return gateway::v1::LICENCE_STATUS_KIND_SUSPENDED;
    case gateway::v1::LICENCE_STATUS_ACTION_CANCEL:
      return gateway::v1::LICENCE_STATUS_KIND_CANCELLED;
    default:
      return gateway::v1::LICENCE_STATUS_KIND_UNSPECIFIED;
  }
}

absl::Status NotAllowed(absl::string_view expected) {
  return MakeFieldError(Reason::kIssuerNotAllowed, "issuer_code", expected);
}

// Whoever finds the status there holds it beside the one who was first: otherwise the first could
// take back what was reported to the second.
absl::Status Begin(LicenceStatusKind kind, const IssuerCode& issuer, absl::Time now,
                   LicenceStanding* standing) {
  BeginInterval(kind, now, now, &standing->entry);
  standing->holders.emplace(kind, issuer.value());
  if (standing->holders.size() <= kStatusHoldersMax) return absl::OkStatus();
  return NotAllowed(absl::StrCat("expected at most ", kStatusHoldersMax,
                                 " authorities to hold what stands against one licence"));
}

absl::Status Restore(const IssuerCode& issuer, absl::Time now, LicenceStandings* standings) {
  bool let_go = false;
  std::string other;  // holds what stands on
  for (auto& [epoch, standing] : *standings) {
    StatusHolders& holders = standing.holders;
    for (const LicenceStatusKind kind : kAuthoritys) {
      if (!IsUnended(kind, now, standing.entry)) continue;
      const bool was_own = holders.erase({kind, issuer.value()}) > 0;
      const auto left = holders.lower_bound({kind, ""});
      const bool is_held = left != holders.end() && left->first == kind;
      if (is_held) other = left->second;
      if (!is_held) EndIntervals(kind, now, now, &standing.entry);
      let_go |= was_own || !is_held;
    }
  }
  if (let_go || other.empty()) return absl::OkStatus();
  return NotAllowed(absl::StrCat(
      "expected ", other, ", which holds what stands against the licence, got ", issuer.value()));
}

}  // namespace

absl::Status ApplyStatusAction(gateway::v1::LicenceStatusAction action, const IssuerCode& issuer,
                               absl::Time now, uint32_t epoch, LicenceStandings* standings) {
  if (action == gateway::v1::LICENCE_STATUS_ACTION_RESTORE) return Restore(issuer, now, standings);
  const LicenceStatusKind kind = KindOf(action);
  if (kind == gateway::v1::LICENCE_STATUS_KIND_UNSPECIFIED) return absl::OkStatus();
  bool is_known = false;
  absl::Status status;
  for (auto& [of_entry, standing] : *standings) {
    if (!IsUnended(kind, now, standing.entry)) continue;
    is_known = true;
    status.Update(Begin(kind, issuer, now, &standing));
  }
  if (!is_known) status = Begin(kind, issuer, now, &standings->at(epoch));
  return status;
}

bool ApplyDisputeMark(bool set, absl::Time at, absl::Time now, LicenceStatusEntry* entry) {
  const LicenceStatusKind kind = gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE;
  const absl::Time since = std::min(at, now);
  return set ? BeginInterval(kind, since, now, entry) : EndIntervals(kind, since, now, entry);
}

}  // namespace mrg
