#include "gateway/rpc/identity/peer_identity.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"

namespace mrg {
namespace {

// Property names of gRPC's security layer (grpc/grpc_security_constants.h).
constexpr char kPeerCertificate[] = "x509_pem_cert";
constexpr char kPeerChain[] = "x509_pem_cert_chain";

// After this a wrong clock cannot matter any more.
constexpr absl::Duration kVerifiedFor = absl::Minutes(5);

// The property's only value; empty when there is none or more than one.
std::string OnlyValue(const grpc::AuthContext& context, const char* name) {
  const std::vector<grpc::string_ref> values = context.FindPropertyValues(name);
  if (values.size() != 1) return "";
  return std::string(values[0].data(), values[0].size());
}

absl::Status Invalid(absl::string_view expected) {
  return MakeError(Reason::kIdentityInvalid, expected);
}

}  // namespace

TlsPeerIdentity::TlsPeerIdentity(TrustBundles bundles)
    : basis_(std::make_shared<const Basis>(Basis{std::move(bundles), {}})) {}

void TlsPeerIdentity::Replace(TrustBundles bundles) {
  MutexLock lock(mu_);
  basis_ = std::make_shared<const Basis>(Basis{std::move(bundles), basis_->revocations});
  verified_.clear();
}

void TlsPeerIdentity::ReplaceRevocations(RevocationsByDomain revocations) {
  MutexLock lock(mu_);
  basis_ = std::make_shared<const Basis>(Basis{basis_->bundles, std::move(revocations)});
  verified_.clear();
}

absl::StatusOr<SpiffeId> TlsPeerIdentity::Of(const grpc::AuthContext& context, absl::Time now) {
  const std::string leaf_pem = OnlyValue(context, kPeerCertificate);
  if (leaf_pem.empty()) return Invalid("expected a client certificate");
  const std::string chain_pem = OnlyValue(context, kPeerChain);
  const std::string key = absl::StrCat(leaf_pem, chain_pem);
  std::shared_ptr<const Basis> basis;
  {
    MutexLock lock(mu_);
    basis = basis_;
    const auto found = verified_.find(key);
    if (found != verified_.end()) {
      if (now >= found->second.from && now < found->second.until) return found->second.identity;
      verified_.erase(found);
    }
  }
  MRG_ASSIGN_OR_RETURN(const Verified verified, Verify(*basis, leaf_pem, chain_pem, now));
  MutexLock lock(mu_);
  // Replaced meanwhile: this answer still counts, the next one is of what is new.
  if (basis != basis_) return verified.identity;
  // Only peers that a member's CA vouches for can fill it, so starting over is enough.
  if (verified_.size() >= kPeerIdentitiesMax) verified_.clear();
  verified_.insert_or_assign(key, verified);
  return verified.identity;
}

absl::StatusOr<TlsPeerIdentity::Verified> TlsPeerIdentity::Verify(const Basis& basis,
                                                                  absl::string_view leaf_pem,
                                                                  absl::string_view chain_pem,
                                                                  absl::Time now) {
  const auto leaf = ParsePemCertificates(leaf_pem);
  if (!leaf.ok() || leaf->size() != 1) return Invalid("expected one readable client certificate");
  const Certificate& certificate = leaf->front();
  if (certificate.uri_sans().size() != 1) {
    return Invalid(absl::StrCat("expected exactly one URI subject alternative name, got ",
                                certificate.uri_sans().size()));
  }
  const auto identity = SpiffeId::Parse(certificate.uri_sans().front());
  if (!identity.ok()) return Invalid(absl::StrCat("expected ", SpiffeIdKind::kExpected));
  const std::vector<Certificate>* const bundle = basis.bundles.Find(identity->trust_domain());
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
  std::span<const RevocationList> revocations;
  absl::Time until = std::min(certificate.not_after(), now + kVerifiedFor);
  const auto lists = basis.revocations.find(std::string(identity->trust_domain()));
  if (lists != basis.revocations.end()) {
    revocations = lists->second;
    for (const RevocationList& list : revocations) until = std::min(until, list.next_update());
  }
  MRG_RETURN_IF_ERROR(VerifyChain(certificate, intermediates, *bundle, now, revocations));
  return Verified{*identity, now, until};
}

absl::StatusOr<SpiffeId> AdminSocketIdentity::Of(const grpc::AuthContext& context, absl::Time) {
  if (context.IsPeerAuthenticated() || !context.FindPropertyValues(kPeerCertificate).empty()) {
    return Invalid("expected a connection through the admin socket");
  }
  return AdminIdentity();
}

}  // namespace mrg
