#include "gateway/cli/spoken_digest.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/displayed_text.h"

namespace mrg {
namespace {

constexpr size_t kGroup = 4;
// Of a SHA-256.
constexpr size_t kDigestDigits = 64;

bool IsHex(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

std::string InGroups(absl::string_view hex) {
  std::string spoken;
  for (size_t at = 0; at < hex.size(); at += kGroup) {
    absl::StrAppend(&spoken, at == 0 ? "" : " ", hex.substr(at, kGroup));
  }
  return spoken;
}

// Result: where the part behind the last slash begins.
size_t LastPart(absl::string_view id) {
  const size_t slash = id.rfind('/');
  return slash == absl::string_view::npos ? 0 : slash + 1;
}

bool IsDigest(absl::string_view text) { return text.size() == kDigestDigits && IsHex(text); }

}  // namespace

std::string SpokenDigest(absl::string_view bytes) {
  return InGroups(absl::BytesToHexString(bytes));
}

std::string SpokenHex(absl::string_view hex) { return IsHex(hex) ? InGroups(hex) : Word(hex); }

std::string SpokenEntryId(absl::string_view id) {
  const size_t last = LastPart(id);
  const absl::string_view digest = id.substr(last);
  if (!IsDigest(digest)) return Word(id);
  return absl::StrCat(last == 0 ? "" : Word(id.substr(0, last)), InGroups(digest));
}

std::string TypedHex(absl::string_view typed) { return absl::StrReplaceAll(typed, {{" ", ""}}); }

std::string TypedEntryId(absl::string_view typed) {
  const size_t last = LastPart(typed);
  const std::string digest = TypedHex(typed.substr(last));
  if (!IsDigest(digest)) return std::string(typed);
  return absl::StrCat(typed.substr(0, last), digest);
}

}  // namespace mrg
