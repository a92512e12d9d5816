#include "gateway/config/tls_files.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/config_fields.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/private_key_file.h"

namespace mrg {
namespace {

std::string FieldOf(absl::string_view field, const std::string& domain) {
  return absl::StrCat("trust_domains.", field, " of ", domain);
}

}  // namespace

absl::StatusOr<OwnCertificate> LoadOwnCertificate(const TlsFiles& files,
                                                  const TrustBundles& bundles, absl::Time now) {
  OwnCertificate own;
  MRG_ASSIGN_OR_RETURN(own.certificate_pem, ReadConfigFile("tls.cert_path", files.certificate_path,
                                                           Reason::kCertificateUnreadable));
  MRG_RETURN_IF_ERROR(
      ReadConfigFile("tls.key_path", files.key_path, Reason::kCertificateUnreadable).status());
  MRG_ASSIGN_OR_RETURN(own.private_key_pem, ReadPrivateKeyFile("tls.key_path", files.key_path));
  const absl::Status matches = CheckCertificateMatchesKey(own.certificate_pem, own.private_key_pem);
  if (!matches.ok()) {
    const Reason reason = ReasonOf(matches).value_or(Reason::kCertificateUnreadable);
    return MakeError(reason,
                     absl::StrCat("tls: ", files.certificate_path, " and ", files.key_path,
                                  ": expected the PEM certificate of an end entity and its PEM "
                                  "private key without a passphrase"));
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<Certificate> chain,
                       ParsePemCertificates(own.certificate_pem));
  const std::vector<std::string>& names = chain.front().uri_sans();
  if (names.size() != 1 || names.front() != files.identity) {
    return ConfigInvalid("tls.cert_path",
                         absl::StrCat("a certificate with the one URI SAN ", files.identity));
  }
  own.ends = chain.front().not_after();
  // With another no peer and no platform would talk to the node, and each would say so in its own
  // words.
  if (now >= own.ends) {
    return ConfigInvalid(
        "tls.cert_path",
        absl::StrCat("a certificate that has not ended; it ended at ",
                     absl::FormatTime(absl::RFC3339_sec, own.ends, absl::UTCTimeZone())));
  }
  MRG_ASSIGN_OR_RETURN(const SpiffeId identity, SpiffeId::Parse(files.identity));
  const std::vector<Certificate>* const bundle = bundles.Find(identity.trust_domain());
  if (bundle == nullptr) return ConfigInvalid("tls.trust_domain", "one of trust_domains");
  const absl::Status certified =
      VerifyChain(chain.front(), std::span(chain).subspan(1), *bundle, now, {});
  if (certified.ok()) return own;
  return ConfigInvalid("tls.cert_path",
                       absl::StrCat("a certificate that holds now and that the CAs of ",
                                    identity.trust_domain(), " certify: ", certified.message()));
}

absl::StatusOr<TrustBundles> LoadTrustBundles(const TlsFiles& files) {
  TrustBundles bundles;
  for (const auto& [domain, path] : files.ca_bundle_paths) {
    const std::string field = FieldOf("ca_bundle_path", domain);
    MRG_ASSIGN_OR_RETURN(const std::string pem,
                         ReadConfigFile(field, path, Reason::kCertificateUnreadable));
    const absl::Status added = bundles.Add(domain, pem);
    if (ReasonOf(added) == Reason::kCertificateUnreadable) {
      return MakeError(Reason::kCertificateUnreadable,
                       absl::StrCat(field, ": expected PEM certificates in ", path));
    }
    MRG_RETURN_IF_ERROR(added);
  }
  return bundles;
}

absl::StatusOr<RevocationsByDomain> LoadRevocations(const TlsFiles& files) {
  RevocationsByDomain revocations;
  for (const auto& [domain, path] : files.crl_paths) {
    const std::string field = FieldOf("crl_path", domain);
    MRG_ASSIGN_OR_RETURN(const std::string pem,
                         ReadConfigFile(field, path, Reason::kCertificateUnreadable));
    auto lists = ParsePemRevocationLists(pem);
    if (!lists.ok()) {
      return MakeError(Reason::kCertificateUnreadable,
                       absl::StrCat(field,
                                    ": expected PEM X509 CRL blocks, each with a nextUpdate, "
                                    "in ",
                                    path));
    }
    revocations.emplace(domain, *std::move(lists));
  }
  return revocations;
}

absl::Status CheckRevocationsContinue(const RevocationsByDomain& before,
                                      const RevocationsByDomain& next, absl::Time now) {
  for (const auto& [domain, lists] : before) {
    const auto found = next.find(domain);
    for (const RevocationList& list : lists) {
      if (now >= list.next_update()) continue;
      const auto replaces = [&](const RevocationList& one) {
        return now < one.next_update() && one.Continues(list);
      };
      if (found != next.end() && std::ranges::any_of(found->second, replaces)) continue;
      return ConfigInvalid(FieldOf("crl_path", domain),
                           "of each CA whose list is in use one that holds now and was issued no "
                           "earlier");
    }
  }
  return absl::OkStatus();
}

}  // namespace mrg
