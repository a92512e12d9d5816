#include "gateway/cli/certificate_files.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/new_file.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/private_key_file.h"

namespace mrg {
namespace {

constexpr absl::string_view kScheme = "spiffe://";

absl::Status Malformed(absl::string_view flag, absl::string_view expected,
                       absl::string_view found) {
  return MakeFieldError(Reason::kFieldMalformed, flag,
                        absl::StrCat("expected ", expected, ", found \"", found, "\""));
}

// Result: `status` with the flag before its words.
absl::Status At(absl::string_view flag, const absl::Status& status) {
  absl::string_view words = status.message();
  const auto reason = ReasonOf(status);
  if (!reason.has_value()) return absl::Status(status.code(), absl::StrCat(flag, ": ", words));
  absl::ConsumePrefix(&words, absl::StrCat(TokenOf(*reason), ": "));
  return MakeFieldError(*reason, flag, words);
}

}  // namespace

absl::Status CheckTrustDomain(absl::string_view flag, absl::string_view domain) {
  const auto id = SpiffeId::Parse(absl::StrCat(kScheme, domain, "/x"));
  if (id.ok() && id->trust_domain() == domain && domain != "local") return absl::OkStatus();
  return Malformed(flag, "a trust domain, [a-z0-9._-]{1,255} and not \"local\"", domain);
}

absl::StatusOr<absl::Duration> DaysOf(absl::string_view flag, int days, int days_max) {
  if (days >= 1 && days <= days_max) return absl::Hours(24) * days;
  return Malformed(flag, absl::StrCat("days, 1 to ", days_max), absl::StrCat(days));
}

absl::StatusOr<std::string> TrustDomainOfCa(absl::string_view flag, absl::string_view pem) {
  const auto certificates = ParsePemCertificates(pem);
  if (!certificates.ok()) return At(flag, certificates.status());
  std::string domain;
  for (const Certificate& certificate : *certificates) {
    absl::string_view uri =
        certificate.uri_sans().size() == 1 ? certificate.uri_sans().front() : absl::string_view();
    const bool is_spiffe = absl::ConsumePrefix(&uri, kScheme);
    if (!is_spiffe || (!domain.empty() && domain != uri)) {
      return MakeFieldError(
          Reason::kCertificateUnreadable, flag,
          "expected CA certificates with the one URI SAN spiffe://<trust domain>");
    }
    domain = std::string(uri);
  }
  MRG_RETURN_IF_ERROR(CheckTrustDomain(flag, domain));
  return domain;
}

absl::StatusOr<KeyedCertificate> ReadAuthority(absl::string_view flag, const std::string& folder) {
  const std::filesystem::path path(folder);
  KeyedCertificate authority;
  auto pem = ReadWholeFile((path / "ca.pem").string());
  if (!pem.ok()) return At(flag, pem.status());
  authority.certificate_pem = *std::move(pem);
  MRG_ASSIGN_OR_RETURN(authority.private_key_pem,
                       ReadPrivateKeyFile(flag, (path / "ca.key").string()));
  return authority;
}

absl::StatusOr<KeyedCertificate> IssueWished(const KeyedCertificate& authority,
                                             const CertificateWish& wish, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const absl::Duration lifetime,
                       DaysOf("--days", wish.days, kCertificateDaysMax));
  for (const std::string& name : wish.dns_names) {
    if (!IsDnsName(name)) return Malformed("--dns", "the name of one host, no wildcard", name);
  }
  for (const std::string& address : wish.addresses) {
    if (!IsIpAddress(address)) {
      return Malformed("--ip", "an IPv4 address, or an IPv6 address without brackets", address);
    }
  }
  MRG_ASSIGN_OR_RETURN(const std::string domain,
                       TrustDomainOfCa("--authority", authority.certificate_pem));
  const absl::string_view path = absl::StripPrefix(wish.path, "/");
  auto identity = SpiffeId::Parse(absl::StrCat(kScheme, domain, "/", path));
  if (!identity.ok()) {
    return Malformed("--identity",
                     "segments of [A-Za-z0-9._-] between slashes, none of them . or .., such as "
                     "node/log-1",
                     wish.path);
  }
  auto issued = IssueDevelopmentCertificate(
      authority, {*std::move(identity), wish.dns_names, wish.addresses, lifetime}, now);
  if (!issued.ok()) return At("--authority", issued.status());
  return issued;
}

absl::Status WritePair(absl::string_view flag, const std::string& prefix,
                       const KeyedCertificate& pair) {
  const std::string key = prefix + ".key";
  MRG_RETURN_IF_ERROR(WriteNewFile(flag, key, pair.private_key_pem, kPrivateFileMode));
  const absl::Status written =
      WriteNewFile(flag, prefix + ".pem", pair.certificate_pem, kPublicFileMode);
  if (!written.ok()) unlink(key.c_str());
  return written;
}

}  // namespace mrg
