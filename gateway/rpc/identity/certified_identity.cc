#include "gateway/rpc/identity/certified_identity.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"

namespace mrg {
namespace {

absl::Status Invalid(absl::string_view expected) {
  return MakeError(Reason::kIdentityInvalid, expected);
}

}  // namespace

absl::StatusOr<CertifiedIdentity> CertifyIdentity(absl::string_view leaf_pem,
                                                  absl::string_view chain_pem,
                                                  const TrustBundles& bundles,
                                                  const RevocationsByDomain& revocations,
                                                  absl::Time now) {
  const auto leaf = ParsePemCertificates(leaf_pem);
  if (!leaf.ok() || leaf->size() != 1) return Invalid("expected one readable certificate");
  const Certificate& certificate = leaf->front();
  if (certificate.uri_sans().size() != 1) {
    return Invalid(absl::StrCat("expected exactly one URI subject alternative name, got ",
                                certificate.uri_sans().size()));
  }
  const auto identity = SpiffeId::Parse(certificate.uri_sans().front());
  if (!identity.ok()) return Invalid(absl::StrCat("expected ", SpiffeIdKind::kExpected));
  const std::vector<Certificate>* const bundle = bundles.Find(identity->trust_domain());
  if (bundle == nullptr) {
    return Invalid("expected a trust domain that this node's configuration names");
  }
  if (now < certificate.not_before() || now >= certificate.not_after()) {
    return Invalid("expected a certificate that is valid now");
  }
  std::vector<Certificate> intermediates;
  if (!chain_pem.empty()) {
    auto chain = ParsePemCertificates(chain_pem);
    if (!chain.ok()) return Invalid("expected a readable certificate chain");
    intermediates = *std::move(chain);
  }
  std::span<const RevocationList> lists;
  absl::Time until = certificate.not_after();
  const auto found = revocations.find(std::string(identity->trust_domain()));
  if (found != revocations.end()) {
    lists = found->second;
    for (const RevocationList& list : lists) until = std::min(until, list.next_update());
  }
  MRG_RETURN_IF_ERROR(VerifyChain(certificate, intermediates, *bundle, now, lists));
  return CertifiedIdentity{*identity, until};
}

}  // namespace mrg
