#include "gateway/cli/setup/handed_entry.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/metadata_header.h"

namespace mrg {
namespace {

// Keeps the digest from being one of anything else that is signed or listed.
constexpr char kHandedLabel[] = "mrg handed entry 1\n";

}  // namespace

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

trustlist::v1::FederationMember HandedByHub(const trustlist::v1::FederationMember& entry) {
  trustlist::v1::FederationMember handed = entry;
  handed.clear_jurisdictions();
  handed.clear_since();
  handed.clear_until();
  return handed;
}

std::string HandedDigest(const trustlist::v1::FederationMember& handed) {
  return Sha256(absl::StrCat(kHandedLabel, CanonicalBytes(handed)));
}

absl::Status CheckTold(absl::string_view flag, absl::string_view told,
                       const trustlist::v1::FederationMember& handed) {
  if (told.empty()) return absl::OkStatus();
  const auto digest = ParseHexSha256(TypedHex(told));
  if (!digest.ok()) {
    return MakeFieldError(Reason::kFieldMalformed, flag,
                          "expected 64 hex digits, in groups as they are shown or in one");
  }
  const std::string own = HandedDigest(handed);
  if (*digest == own) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldMalformed, flag,
                        absl::StrCat("expected the digest of what was handed over, ",
                                     SpokenDigest(own), ": another one was told, do not go on"));
}

}  // namespace mrg
