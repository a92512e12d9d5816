#include "gateway/cli/setup/handed_entry.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"

namespace mrg {

absl::StatusOr<trustlist::v1::FederationMember> ReadHandedEntry(absl::string_view flag,
                                                                const std::string& path) {
  auto text = ReadWholeFile(path, kTextFileBytesMax);
  if (!text.ok()) {
    return absl::Status(text.status().code(), absl::StrCat(flag, ": ", text.status().message()));
  }
  const auto malformed = [&](absl::string_view field, absl::string_view expected) {
    return MakeFieldError(Reason::kFieldMalformed, flag,
                          absl::StrCat(field, ": expected ", expected));
  };
  trustlist::v1::FederationMember entry;
  const absl::Status parsed = ParseTextMessage(*text, Reason::kFieldMalformed, &entry);
  if (!parsed.ok()) {
    return MakeFieldError(
        Reason::kFieldMalformed, flag,
        absl::StrCat("expected the member.textproto of `mrgctl init region`: ", parsed.message()));
  }
  if (!MemberIdKind::IsValid(entry.member())) return malformed("member", MemberIdKind::kExpected);
  if (entry.jurisdictions().empty()) return malformed("jurisdictions", "at least one");
  if (entry.first_root_sha256().size() != kDigestBytes) {
    return malformed("first_root_sha256", "32 bytes");
  }
  if (entry.endpoints().empty()) return malformed("endpoints", "at least one");
  if (entry.ca_bundle_pem().empty()) return malformed("ca_bundle_pem", "PEM certificates");
  return entry;
}

}  // namespace mrg
