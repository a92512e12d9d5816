#include "dispute/dispute_id.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kQueueNameBytesMax = 64;

// The form "xxxxxxxx-xxxx-7xxx-yxxx-xxxxxxxxxxxx" with y one of 8, 9, a, b.
bool IsUuidV7(absl::string_view text) {
  constexpr absl::string_view kForm = "hhhhhhhh-hhhh-7hhh-yhhh-hhhhhhhhhhhh";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const char c = text[i];
    const bool is_hex = absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
    const bool fits = kForm[i] == 'h'   ? is_hex
                      : kForm[i] == 'y' ? c == '8' || c == '9' || c == 'a' || c == 'b'
                                        : c == kForm[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<DisputeId> DisputeId::Parse(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos || !IsUuidV7(text.substr(slash + 1))) {
    return MakeError(Reason::kFieldMalformed, "expected a dispute id, <member>/<UUID version 7>");
  }
  MRG_ASSIGN_OR_RETURN(MemberId member, MemberId::Parse(text.substr(0, slash)));
  return DisputeId(std::string(text), std::move(member));
}

DisputeId DisputeId::Make(const MemberId& filing_member, absl::Time now) {
  return DisputeId(absl::StrCat(filing_member.value(), "/", NewUuidV7(now)), filing_member);
}

bool IsQueueName(absl::string_view text) {
  return !text.empty() && text.size() <= kQueueNameBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

}  // namespace mrg
