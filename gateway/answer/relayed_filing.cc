#include "gateway/answer/relayed_filing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_limits.h"
#include "gateway/answer/dispute_route.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/receipt/receipt_check.h"

namespace mrg {
namespace {

using audit::v1::DecisionRecord;
using dispute::v1::DisputeFiled;

absl::Status Expect(bool holds, absl::string_view expected) {
  if (holds) return absl::OkStatus();
  return MakeError(Reason::kDisputeEventRefused, absl::StrCat("expected ", expected));
}

}  // namespace

absl::StatusOr<std::vector<Destination>> RelayedFiling::DestinationsOf(
    const DisputeHistory& history, absl::Time now) const {
  const auto snapshot = parts_.snapshots->Current();
  if (snapshot == nullptr) return MakeError(Reason::kNodeNotReady, "no trust lists are in force");
  const DisputeFiled& filed = history.filed();
  const MemberId& filing_member = history.id().filing_member();
  MRG_ASSIGN_OR_RETURN(const DecisionRecord record,
                       CheckCitedReceipt(filed.receipt(), parts_.log_keys->KeysOf(filing_member)));
  // The event was parsed: what it names is well-formed, and what equals it is.
  MRG_ASSIGN_OR_RETURN(
      const JurisdictionId issuing,
      RequireId<JurisdictionId>("issuing_jurisdiction", filed.issuing_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(const JurisdictionId using_side,
                       RequireId<JurisdictionId>("using_jurisdiction", filed.using_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(const LicenceTypeCode type_code,
                       RequireId<LicenceTypeCode>("type_code", filed.type_code()));
  MRG_RETURN_IF_ERROR(CheckLicence(filed, record, issuing));
  MRG_RETURN_IF_ERROR(Expect(record.using_jurisdiction() == using_side.value(),
                             "using_jurisdiction to be the receipt's"));
  MRG_RETURN_IF_ERROR(Expect(snapshot->MemberOf(using_side) == filing_member,
                             "using_jurisdiction to be one of the filing member's"));
  MRG_RETURN_IF_ERROR(Expect(snapshot->MemberOf(issuing).has_value(),
                             "a member to answer for issuing_jurisdiction"));
  const absl::Time decided_at = absl::FromUnixMicros(record.decided_at_us());
  MRG_RETURN_IF_ERROR(Expect(history.filed_at() >= decided_at - kDisputeClockAheadMax,
                             "a filing after the receipt's decision"));

  const DisputedUse use = {issuing, using_side, type_code};
  const auto agreed_at = [&](absl::Time t) {
    return DestinationAt(*snapshot, parts_.hub, use, filed.kind(),
                         std::max(t, now - kRelayedAgeMax));
  };
  return std::vector<Destination>{agreed_at(history.filed_at()), agreed_at(decided_at)};
}

absl::Status RelayedFiling::CheckLicence(const DisputeFiled& filed, const DecisionRecord& record,
                                         const JurisdictionId& issuing) const {
  MRG_RETURN_IF_ERROR(Expect(record.issuing_jurisdiction() == filed.issuing_jurisdiction(),
                             "issuing_jurisdiction to be the receipt's"));
  MRG_RETURN_IF_ERROR(
      Expect(record.type_code() == filed.type_code(), "type_code to be the receipt's"));
  MRG_RETURN_IF_ERROR(Expect(record.licence_commitment().size() == kDigestBytes,
                             "a receipt that commits to a document"));
  MRG_RETURN_IF_ERROR(Expect(filed.epoch() >= record.epoch(), "no epoch before the receipt's"));
  // An entry under an epoch that nobody has a key of would stop every decision about the
  // jurisdiction's licences; of others' epochs their own members judge.
  const EpochKeys own = parts_.epoch_keys->OwnKeysOf(issuing);
  return Expect(own.empty() || own.contains(filed.epoch()), "an epoch of issuing_jurisdiction");
}

}  // namespace mrg
