#include "gateway/ceremony/issuers_text.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/ceremony/far_ahead.h"
#include "gateway/ceremony/list_text.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/entry_scan.h"
#include "gateway/recognition/issuer.h"
#include "mrg/gateway/v1/issuer.pb.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using gateway::v1::IssuerList;

absl::Status Invalid(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kIssuerListInvalid, field, expected);
}

class Judge {
 public:
  Judge(const IssuersContext& context, const NodeSource& nodes)
      : context_(context), nodes_(nodes) {}

  absl::Status Check(const IssuerEntry& entry, absl::string_view bytes) {
    if (!ScanIssuerEntry(bytes).has_value()) {
      MRG_RETURN_IF_ERROR(Issuer::Parse(bytes).status());
    }
    if (SocialCreditCodeRefusal(entry.issuer_code()).has_value()) {
      return Invalid("issuer_code", "expected the check characters of GB 32100");
    }
    for (int i = 0; i < entry.area_prefixes_size(); ++i) {
      if (absl::StartsWith(entry.area_prefixes(i), context_.jurisdiction)) continue;
      return Invalid(absl::StrCat("area_prefixes[", i, "]"),
                     absl::StrCat("expected an area of ", context_.jurisdiction, ", found ",
                                  entry.area_prefixes(i)));
    }
    for (int i = 0; i < entry.type_codes_size(); ++i) {
      MRG_RETURN_IF_ERROR(CheckType(absl::StrCat("type_codes[", i, "]"), entry.type_codes(i)));
    }
    for (int i = 0; i < entry.states_size() && !context_.far_ahead; ++i) {
      MRG_RETURN_IF_ERROR(CheckNotFarAhead(absl::StrCat("states[", i, "].from"),
                                           ToTime(entry.states(i).from()), context_.now));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckType(absl::string_view field, const std::string& type_code) {
    if (good_types_.contains(type_code)) return absl::OkStatus();
    if (TypeCodeRefusal(type_code).has_value()) {
      return Invalid(field, "expected the check characters of GB/T 36904");
    }
    if (!context_.catalogue_root.empty()) {
      MRG_ASSIGN_OR_RETURN(const auto listed,
                           LookupEntry(context_.catalogue_root, nodes_, type_code));
      if (!listed.has_value()) {
        return Invalid(field, absl::StrCat("expected a type of the catalogue of ",
                                           context_.jurisdiction, ", found ", type_code));
      }
    }
    good_types_.insert(type_code);
    return absl::OkStatus();
  }

  const IssuersContext& context_;
  const NodeSource& nodes_;
  std::set<std::string> good_types_;
};

}  // namespace

absl::StatusOr<std::vector<TreeEntry>> ReadIssuersText(absl::string_view text,
                                                       const IssuersContext& context,
                                                       const NodeSource& nodes) {
  IssuerList list;
  MRG_RETURN_IF_ERROR(ReadListText(text, Reason::kIssuerListInvalid, &list));
  if (list.entries().empty()) return Invalid("entries", "expected at least one");
  Judge judge(context, nodes);
  std::vector<TreeEntry> entries;
  std::set<std::string> ids;
  for (int i = 0; i < list.entries_size(); ++i) {
    const IssuerEntry& entry = list.entries(i);
    std::string bytes = CanonicalBytes(entry);
    std::string id = IssuerId(entry.issuer_code(), Sha256(entry.public_key()));
    absl::Status status = judge.Check(entry, bytes);
    if (status.ok() && !ids.insert(id).second) {
      status = Invalid("public_key", "expected each key of an authority once");
    }
    if (!status.ok()) {
      IssuerList scratch;
      return AtEntry(text, absl::StrCat("entries[", i, "]"), status, &scratch);
    }
    entries.push_back({std::move(id), std::move(bytes)});
  }
  return entries;
}

}  // namespace mrg
