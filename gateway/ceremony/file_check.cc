#include "gateway/ceremony/file_check.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dispute/working_calendar.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/ceremony/list_text.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/witness/log_keys.h"
#include "mrg/dispute/v1/working_calendar.pb.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {
namespace {

absl::Status Same(Reason refusal, absl::string_view field, absl::string_view named,
                  absl::string_view found) {
  if (named == found) return absl::OkStatus();
  return MakeFieldError(refusal, field,
                        absl::StrCat("expected ", absl::CHexEscape(named),
                                     ", as its name says, found ", absl::CHexEscape(found)));
}

absl::Status CheckCalendar(const TargetName& name, absl::string_view text) {
  WorkingCalendar calendar;
  MRG_RETURN_IF_ERROR(calendar.AddText(text));
  dispute::v1::WorkingCalendar message;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kMetadataMalformed, &message));
  return Same(Reason::kMetadataMalformed, "year", absl::StrCat(name.number),
              absl::StrCat(message.year()));
}

absl::Status CheckDictionary(const TargetName& name, absl::string_view text) {
  MRG_ASSIGN_OR_RETURN(const Dictionary dictionary, Dictionary::Parse(text));
  return Same(Reason::kDictionaryInvalid, "version", absl::StrCat(name.number),
              absl::StrCat(dictionary.version()));
}

absl::Status CheckPack(const TargetName& name, absl::string_view text,
                       const Dictionary* dictionary) {
  gateway::v1::MappingPack pack;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kPackInvalid, &pack));
  MRG_RETURN_IF_ERROR(Same(Reason::kPackInvalid, "owner_jurisdiction", name.jurisdiction,
                           pack.owner_jurisdiction()));
  MRG_RETURN_IF_ERROR(Same(Reason::kPackInvalid, "type_code", name.id, pack.type_code()));
  MRG_RETURN_IF_ERROR(Same(Reason::kPackInvalid, "standard", name.standard, pack.standard()));
  MRG_RETURN_IF_ERROR(Same(Reason::kPackInvalid, "version", name.version, pack.version()));
  return dictionary == nullptr ? absl::OkStatus()
                               : CompiledPack::Compile(text, *dictionary).status();
}

absl::Status CheckAgreement(const TargetName& name, absl::string_view text) {
  gateway::v1::Agreement agreement;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kAgreementInvalid, &agreement));
  MRG_RETURN_IF_ERROR(Same(Reason::kAgreementInvalid, "id", name.id, agreement.id()));
  MRG_RETURN_IF_ERROR(Same(Reason::kAgreementInvalid, "revision", absl::StrCat(name.number),
                           absl::StrCat(agreement.revision())));
  MRG_RETURN_IF_ERROR(CheckIsParty(agreement, name.jurisdiction));
  return Agreement::Parse(text).status();
}

absl::Status CheckRepeal(const TargetName& name, absl::string_view text) {
  MRG_ASSIGN_OR_RETURN(const gateway::v1::Repeal repeal, ParseRepeal(text));
  return Same(Reason::kAgreementInvalid, "agreement_id", name.id, repeal.agreement_id());
}

template <typename Message>
absl::Status AtLineOf(absl::string_view text, const absl::Status& status) {
  Message scratch;
  return AtLine(text, status, &scratch);
}

}  // namespace

absl::Status CheckFile(absl::string_view path, absl::string_view bytes,
                       const Dictionary* dictionary) {
  MRG_ASSIGN_OR_RETURN(const TargetName name, ParseTargetPath(path));
  switch (name.kind) {
    case TargetKind::kCalendar:
      return CheckCalendar(name, bytes);
    case TargetKind::kDictionary:
      return AtLineOf<gateway::v1::Dictionary>(bytes, CheckDictionary(name, bytes));
    case TargetKind::kPack:
      return AtLineOf<gateway::v1::MappingPack>(bytes, CheckPack(name, bytes, dictionary));
    case TargetKind::kAgreement:
      return AtLineOf<gateway::v1::Agreement>(bytes, CheckAgreement(name, bytes));
    case TargetKind::kRepeal:
      return AtLineOf<gateway::v1::Repeal>(bytes, CheckRepeal(name, bytes));
    case TargetKind::kLogKeys:
      return ParseLogKeys(bytes).status();
    case TargetKind::kContact:
      return ParseContact(bytes).status();
    case TargetKind::kFederation:
      return ParseFederation(bytes).status();
    case TargetKind::kIssuers:
    case TargetKind::kCatalogue:
    case TargetKind::kLicenceStatus:
      break;
  }
  return MakeFieldError(Reason::kMetadataMalformed, path, "expected a file, this is a prefix tree");
}

}  // namespace mrg
