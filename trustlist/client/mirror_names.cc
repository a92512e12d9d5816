#include "trustlist/client/mirror_names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

// Names of our own files, with room for an extension below the 255 bytes of common file systems.
constexpr size_t kLocalNameBytesMax = 200;
constexpr size_t kLocalNamePrefixBytes = 100;

template <typename IsPlain>
std::string Encoded(absl::string_view text, IsPlain is_plain) {
  std::string encoded;
  for (const char c : text) {
    if (is_plain(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '~') {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// Dots alone would name a folder.
std::string NoFolder(std::string encoded) {
  if (encoded.find_first_not_of('.') != std::string::npos) return encoded;
  return absl::StrReplaceAll(encoded, {{".", "%2E"}});
}

std::string EncodedSegment(absl::string_view text) { return NoFolder(PercentEncoded(text)); }

// A name that a file system would not take ends in its digest instead, behind a "+" that stands in
// no encoded name, so that no other name is called the same.
std::string Shortened(std::string encoded, absl::string_view name) {
  if (encoded.size() <= kLocalNameBytesMax) return encoded;
  encoded.resize(kLocalNamePrefixBytes);
  return absl::StrCat(encoded, "+", absl::BytesToHexString(Sha256(name)));
}

}  // namespace

std::string PercentEncoded(absl::string_view text) {
  return Encoded(text, [](unsigned char c) { return absl::ascii_isalnum(c); });
}

std::string MirrorMetadataName(absl::string_view role, std::optional<int64_t> version) {
  const std::string name = absl::StrCat(PercentEncoded(role), ".json");
  return version.has_value() ? absl::StrCat(*version, ".", name) : name;
}

std::string MirrorTargetName(absl::string_view path, absl::string_view digest) {
  std::string name;
  for (size_t slash = path.find('/'); slash != absl::string_view::npos; slash = path.find('/')) {
    absl::StrAppend(&name, EncodedSegment(path.substr(0, slash)), "/");
    path.remove_prefix(slash + 1);
  }
  if (digest.empty()) return absl::StrCat(name, EncodedSegment(path));
  return absl::StrCat(name, absl::BytesToHexString(digest), ".", PercentEncoded(path));
}

std::string LocalRoleName(absl::string_view role) {
  const std::string encoded = NoFolder(Encoded(
      role, [](unsigned char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }));
  return absl::StrCat(Shortened(encoded, role), ".json");
}

std::string LocalTargetName(absl::string_view path) {
  return Shortened(EncodedSegment(path), path);
}

}  // namespace mrg
