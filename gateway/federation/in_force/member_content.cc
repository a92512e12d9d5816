#include "gateway/federation/in_force/member_content.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"

namespace mrg {
namespace {

absl::Status ReadLogKeys(const MemberId& publisher, absl::string_view bytes,
                         MemberContent* content) {
  MRG_ASSIGN_OR_RETURN(content->log_keys, ParseLogKeysOf(publisher, bytes));
  return absl::OkStatus();
}

absl::Status ReadCalendar(uint64_t year, absl::string_view bytes, MemberContent* content) {
  WorkingCalendar one;
  MRG_RETURN_IF_ERROR(one.AddText(bytes));
  // A file of another year would replace that year's, by the order of the paths.
  const absl::civil_year_t found = one.Years().front();
  if (found != static_cast<absl::civil_year_t>(year)) {
    return MakeFieldError(Reason::kMetadataMalformed, "year",
                          absl::StrCat("expected ", year, ", as the path says, found ", found));
  }
  return content->calendar.AddText(bytes);
}

absl::Status ReadTarget(const MemberId& publisher, const TargetName& name,
                        const InForceTarget& target, const BlobReader& blobs,
                        MemberContent* content) {
  switch (name.kind) {
    case TargetKind::kLogKeys: {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
      return ReadLogKeys(publisher, bytes, content);
    }
    case TargetKind::kCalendar: {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
      return ReadCalendar(name.number, bytes, content);
    }
    case TargetKind::kFederation: {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
      MRG_ASSIGN_OR_RETURN(content->federation, ParseFederation(bytes));
      return absl::OkStatus();
    }
    case TargetKind::kContact: {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
      MRG_ASSIGN_OR_RETURN(content->contact, ParseContact(bytes));
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();  // ReadListedContent has read it.
  }
}

}  // namespace

absl::StatusOr<MemberContent> ReadMemberContent(const InForceSet& set, const BlobReader& blobs,
                                                const MemberContent* previous) {
  MemberContent content;
  MRG_ASSIGN_OR_RETURN(
      content.listed,
      ReadListedContent(set, blobs, previous == nullptr ? nullptr : &previous->listed));
  for (const InForceTarget& target : set.targets) {
    MRG_ASSIGN_OR_RETURN(const TargetName name, ParseTargetPath(target.path));
    const absl::Status status = ReadTarget(set.publisher, name, target, blobs, &content);
    if (!status.ok()) return AtTarget(set.publisher, target.path, status);
  }
  return content;
}

}  // namespace mrg
