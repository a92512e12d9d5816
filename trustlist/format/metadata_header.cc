#include "trustlist/format/metadata_header.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/instant.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

constexpr absl::string_view kTimeFormat = "%Y-%m-%dT%H:%M:%SZ";
constexpr size_t kTimeBytes = 20;
constexpr size_t kKeyIdsMax = 64;
constexpr size_t kKeysMax = 1024;
constexpr size_t kSha256Bytes = 32;
constexpr size_t kSha512Bytes = 64;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kMetadataMalformed, detail);
}

absl::StatusOr<std::string> ParseHex(absl::string_view hex, size_t bytes) {
  const bool is_hex =
      std::all_of(hex.begin(), hex.end(), [](unsigned char c) { return absl::ascii_isxdigit(c); });
  if (hex.size() != 2 * bytes || !is_hex) {
    return Malformed(absl::StrCat("expected a digest of ", 2 * bytes, " hex digits"));
  }
  return absl::HexStringToBytes(hex);
}

bool IsPlainNumber(absl::string_view text) {
  return !text.empty() && (text[0] != '0' || text == "0") &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// Whether `version` is 1.x.y, or 1.x as older files have it. A later minor version adds what an
// earlier client passes over.
bool IsSpecification1(absl::string_view version) {
  const std::vector<absl::string_view> parts = absl::StrSplit(version, '.');
  return (parts.size() == 2 || parts.size() == 3) && parts[0] == "1" &&
         std::all_of(parts.begin(), parts.end(), IsPlainNumber);
}

absl::StatusOr<int64_t> PositiveMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const int64_t number, IntegerMember(object, name));
  if (number < 1) return Malformed(absl::StrCat("expected at least 1 in ", name));
  return number;
}

}  // namespace

absl::StatusOr<absl::Time> ParseTufTime(absl::string_view text) {
  // Whole seconds in UTC are the form of this length.
  auto time = ParseInstant("time", text);
  if (!time.ok() || text.size() != kTimeBytes || text.back() != 'Z') {
    return Malformed("expected a time of the form 2026-11-24T00:00:00Z");
  }
  return time;
}

std::string FormatTufTime(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

absl::StatusOr<MetadataHeader> ParseMetadataHeader(const Json& signed_part,
                                                   absl::string_view type) {
  MRG_ASSIGN_OR_RETURN(const std::string found_type, StringMember(signed_part, "_type"));
  if (found_type != type) return Malformed(absl::StrCat("expected _type ", type));
  MRG_ASSIGN_OR_RETURN(const std::string spec, StringMember(signed_part, "spec_version"));
  if (!IsSpecification1(spec)) return Malformed("expected spec_version 1.x.y");
  MetadataHeader header;
  MRG_ASSIGN_OR_RETURN(header.version, PositiveMember(signed_part, "version"));
  MRG_ASSIGN_OR_RETURN(const std::string expires, StringMember(signed_part, "expires"));
  MRG_ASSIGN_OR_RETURN(header.expires, ParseTufTime(expires));
  return header;
}

absl::StatusOr<RoleKeys> ParseRoleKeys(const Json& role) {
  MRG_ASSIGN_OR_RETURN(const Json* keyids, ArrayMember(role, "keyids"));
  RoleKeys keys;
  MRG_ASSIGN_OR_RETURN(keys.threshold, PositiveMember(role, "threshold"));
  if (keyids->size() > kKeyIdsMax) return Malformed("expected at most 64 key ids");
  for (const Json& keyid : *keyids) {
    if (!keyid.is_string()) return Malformed("expected key ids as text");
    const std::string& text = keyid.get_ref<const std::string&>();
    if (std::find(keys.keyids.begin(), keys.keyids.end(), text) != keys.keyids.end()) {
      return Malformed("expected each key id once in a role");
    }
    keys.keyids.push_back(text);
  }
  return keys;
}

absl::StatusOr<TufKeys> ParseTufKeys(const Json& keys) {
  if (keys.size() > kKeysMax) return Malformed("expected at most 1024 keys");
  TufKeys parsed;
  for (auto member = keys.begin(); member != keys.end(); ++member) {
    parsed.emplace(member.key(), TufKey::Of(member.value()));
  }
  return parsed;
}

absl::StatusOr<std::string> ParseHexSha256(absl::string_view hex) {
  return ParseHex(hex, kSha256Bytes);
}

bool FileDigests::Fit(absl::string_view bytes) const {
  return !unusable && (sha256.empty() || Sha256(bytes) == sha256) &&
         (sha512.empty() || Sha512(bytes) == sha512);
}

absl::StatusOr<FileDigests> ParseFileDigests(const Json& hashes) {
  FileDigests unusable;
  unusable.unusable = true;
  FileDigests digests;
  for (auto member = hashes.begin(); member != hashes.end(); ++member) {
    MRG_ASSIGN_OR_RETURN(const std::string hex, StringMember(hashes, member.key()));
    const bool is_sha256 = member.key() == "sha256";
    if (!is_sha256 && member.key() != "sha512") continue;
    auto digest = ParseHex(hex, is_sha256 ? kSha256Bytes : kSha512Bytes);
    if (!digest.ok()) return unusable;
    (is_sha256 ? digests.sha256 : digests.sha512) = *std::move(digest);
  }
  return digests.sha256.empty() && digests.sha512.empty() ? unusable : digests;
}

absl::StatusOr<MetaFile> ParseMetaFile(const Json& file) {
  MetaFile parsed;
  MRG_ASSIGN_OR_RETURN(parsed.version, PositiveMember(file, "version"));
  if (FindMember(file, "length") != nullptr) {
    MRG_ASSIGN_OR_RETURN(const int64_t length, PositiveMember(file, "length"));
    parsed.length = static_cast<uint64_t>(length);
  }
  if (FindMember(file, "hashes") != nullptr) {
    MRG_ASSIGN_OR_RETURN(const Json* hashes, ObjectMember(file, "hashes"));
    MRG_ASSIGN_OR_RETURN(parsed.digests, ParseFileDigests(*hashes));
  }
  return parsed;
}

}  // namespace mrg
