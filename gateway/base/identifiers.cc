#include "gateway/base/identifiers.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/code_points.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr absl::string_view kSpiffeScheme = "spiffe://";
constexpr size_t kSpiffeIdBytesMax = 2048;

template <typename Predicate>
bool AllOf(absl::string_view text, size_t min, size_t max, Predicate allowed) {
  if (text.size() < min || text.size() > max) return false;
  for (char c : text) {
    if (!allowed(c)) return false;
  }
  return true;
}

bool IsLowerSlug(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; }
bool IsUpperCode(char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); }

bool IsSpiffePathSegment(absl::string_view segment) {
  if (segment.empty() || segment == "." || segment == "..") return false;
  return AllOf(segment, 1, kSpiffeIdBytesMax,
               [](char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_'; });
}

}  // namespace

template <typename Kind>
absl::StatusOr<Identifier<Kind>> Identifier<Kind>::Parse(absl::string_view text) {
  if (!Kind::IsValid(text)) {
    return MakeError(Reason::kFieldMalformed, absl::StrCat("expected ", Kind::kExpected));
  }
  return Identifier(text);
}

template class Identifier<MemberIdKind>;
template class Identifier<JurisdictionIdKind>;
template class Identifier<LicenceTypeCodeKind>;
template class Identifier<IssuerCodeKind>;
template class Identifier<ScenarioIdKind>;
template class Identifier<AgreementIdKind>;
template class Identifier<StandardIdKind>;
template class Identifier<RequestIdKind>;
template class Identifier<SpiffeIdKind>;

bool MemberIdKind::IsValid(absl::string_view text) { return AllOf(text, 1, 63, IsLowerSlug); }
bool JurisdictionIdKind::IsValid(absl::string_view text) {
  return AllOf(text, 2, 2, [](char c) { return absl::ascii_isdigit(c); });
}
bool LicenceTypeCodeKind::IsValid(absl::string_view text) {
  return AllOf(text, 21, 21, IsUpperCode);
}
bool IssuerCodeKind::IsValid(absl::string_view text) { return AllOf(text, 18, 18, IsUpperCode); }
bool ScenarioIdKind::IsValid(absl::string_view text) { return AllOf(text, 1, 64, IsLowerSlug); }
bool AgreementIdKind::IsValid(absl::string_view text) { return AllOf(text, 1, 64, IsLowerSlug); }
bool StandardIdKind::IsValid(absl::string_view text) { return AllOf(text, 1, 64, IsLowerSlug); }
bool RequestIdKind::IsValid(absl::string_view text) {
  return AllOf(text, 1, 64,
               [](char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_'; });
}

bool SpiffeIdKind::IsValid(absl::string_view text) {
  if (text.size() > kSpiffeIdBytesMax || !absl::StartsWith(text, kSpiffeScheme)) return false;
  text.remove_prefix(kSpiffeScheme.size());
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return false;
  const absl::string_view domain = text.substr(0, slash);
  if (!AllOf(domain, 1, 255, [](char c) { return IsLowerSlug(c) || c == '.' || c == '_'; })) {
    return false;
  }
  absl::string_view path = text.substr(slash + 1);
  while (true) {
    const size_t end = path.find('/');
    if (!IsSpiffePathSegment(path.substr(0, end))) return false;
    if (end == absl::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(absl::string_view text) {
  auto id = Identifier<SpiffeIdKind>::Parse(text);
  if (!id.ok()) return id.status();
  return SpiffeId(*std::move(id));
}

absl::string_view SpiffeId::trust_domain() const {
  absl::string_view rest = absl::string_view(value()).substr(kSpiffeScheme.size());
  return rest.substr(0, rest.find('/'));
}

absl::string_view SpiffeId::path() const {
  absl::string_view rest = absl::string_view(value()).substr(kSpiffeScheme.size());
  return rest.substr(rest.find('/'));
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t bytes = FirstCodePoint(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace mrg
