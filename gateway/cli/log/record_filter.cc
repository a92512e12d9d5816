#include "gateway/cli/log/record_filter.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/cli/record_words.h"

namespace mrg {
namespace {

absl::Status Malformed(absl::string_view option, absl::string_view expected) {
  return MakeFieldError(Reason::kFieldMalformed, option, absl::StrCat("expected ", expected));
}

// A mistyped value would silently show nothing.
template <typename Kind>
absl::Status CheckSyntax(absl::string_view option, const std::string& text) {
  if (text.empty() || Kind::IsValid(text)) return absl::OkStatus();
  return Malformed(option, Kind::kExpected);
}

bool Fits(const std::string& wanted, absl::string_view value) {
  return wanted.empty() || wanted == value;
}

}  // namespace

void RecordFilter::AddTo(CLI::App& app) {
  app.add_option("--since", since_text_,
                 "decided then or later, 2026-11-24T00:00:00+08:00 or e.g. now-7d; default: of any "
                 "time");
  app.add_option("--type", type_code_, "licence-type code, 21 characters");
  app.add_option("--using", using_, "province in which the licence was used, e.g. 31");
  app.add_option("--issuing", issuing_, "province that issued it");
  app.add_option("--outcome", outcome_, "e.g. NOT_RECOGNIZED");
  app.add_option("--reason", reason_, "first reason, e.g. SIGNATURE_INVALID");
}

absl::Status RecordFilter::Parse(absl::Time now) {
  if (!since_text_.empty()) {
    MRG_ASSIGN_OR_RETURN(since_, ParseInstantFrom("--since", since_text_, now));
  }
  MRG_RETURN_IF_ERROR(CheckSyntax<LicenceTypeCodeKind>("--type", type_code_));
  MRG_RETURN_IF_ERROR(CheckSyntax<JurisdictionIdKind>("--using", using_));
  MRG_RETURN_IF_ERROR(CheckSyntax<JurisdictionIdKind>("--issuing", issuing_));
  audit::v1::Outcome outcome = audit::v1::OUTCOME_UNSPECIFIED;
  if (!outcome_.empty() &&
      (!audit::v1::Outcome_Parse(absl::StrCat("OUTCOME_", outcome_), &outcome) ||
       outcome == audit::v1::OUTCOME_UNSPECIFIED)) {
    return Malformed("--outcome",
                     "RECOGNIZED, RECOGNIZED_WITH_CONDITIONS, NOT_RECOGNIZED, NO_RULE or "
                     "STALE_TRUST");
  }
  if (!reason_.empty() && !ReasonFromToken(reason_).has_value()) {
    return Malformed("--reason", "a reason of gateway/docs/REASONS.md");
  }
  return absl::OkStatus();
}

bool RecordFilter::narrows() const {
  return !since_text_.empty() || !type_code_.empty() || !using_.empty() || !issuing_.empty() ||
         !outcome_.empty() || !reason_.empty();
}

bool RecordFilter::Passes(const audit::v1::DecisionRecord& record) const {
  return absl::FromUnixMicros(record.decided_at_us()) >= since_ &&
         Fits(type_code_, record.type_code()) && Fits(using_, record.using_jurisdiction()) &&
         Fits(issuing_, record.issuing_jurisdiction()) &&
         Fits(outcome_, OutcomeToken(record.outcome())) && Fits(reason_, FirstReason(record));
}

}  // namespace mrg
