#include "gateway/rpc/identity/peer_identity.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/rpc/identity/certified_identity.h"

namespace mrg {
namespace {

constexpr char kPemBegin[] = "-----BEGIN";  // RFC 7468 2

// After this a wrong clock cannot matter any more.
constexpr absl::Duration kVerifiedFor = absl::Minutes(5);

absl::Status Invalid(absl::string_view expected) {
  return MakeError(Reason::kIdentityInvalid, expected);
}

// Whatever else a peer sends beside its certificate passes the handshake, too.
absl::Status CheckSize(absl::string_view leaf_pem, absl::string_view chain_pem) {
  if (leaf_pem.size() + chain_pem.size() <= kPeerChainBytesMax) {
    size_t certificates = 0;
    for (size_t at = chain_pem.find(kPemBegin); at != absl::string_view::npos;
         at = chain_pem.find(kPemBegin, at + 1)) {
      ++certificates;
    }
    if (certificates <= kPeerChainCertificatesMax) return absl::OkStatus();
  }
  return Invalid(absl::StrCat("expected a chain of at most ", kPeerChainCertificatesMax,
                              " certificates and ", kPeerChainBytesMax, " bytes"));
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

absl::StatusOr<SpiffeId> TlsPeerIdentity::Of(const PresentedCertificate& presented,
                                             absl::Time now) {
  const std::string& leaf_pem = presented.leaf_pem;
  const std::string& chain_pem = presented.chain_pem;
  if (leaf_pem.empty()) return Invalid("expected a client certificate");
  MRG_RETURN_IF_ERROR(CheckSize(leaf_pem, chain_pem));
  const std::string key = Sha256(absl::StrCat(leaf_pem, chain_pem));
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
  MRG_ASSIGN_OR_RETURN(
      const CertifiedIdentity certified,
      CertifyIdentity(leaf_pem, chain_pem, basis->bundles, basis->revocations, now));
  const Verified verified = {certified.identity, now,
                             std::min(certified.until, now + kVerifiedFor)};
  MutexLock lock(mu_);
  // Replaced meanwhile: this answer still counts, the next one is of what is new.
  if (basis != basis_) return verified.identity;
  if (verified_.size() >= kPeerIdentitiesMax) {
    std::erase_if(verified_, [now](const auto& each) { return now >= each.second.until; });
  }
  // Only peers that a member's CA vouches for can fill it, so starting over is enough.
  if (verified_.size() >= kPeerIdentitiesMax) verified_.clear();
  verified_.insert_or_assign(key, verified);
  return verified.identity;
}

absl::StatusOr<SpiffeId> AdminSocketIdentity::Of(const PresentedCertificate& presented,
                                                 absl::Time) {
  if (presented.over_tls) {
    return Invalid("expected a connection through the admin socket");
  }
  return AdminIdentity();
}

}  // namespace mrg
