#include "gateway/membership/trust_bundles.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::Status TrustBundles::Add(absl::string_view trust_domain, absl::string_view bundle_pem) {
  const std::string name(trust_domain);
  if (!SpiffeIdKind::IsValid(absl::StrCat("spiffe://", name, "/x")) ||
      name.find('/') != std::string::npos) {
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("expected the name of a trust domain, got \"", name, "\""));
  }
  if (name == AdminIdentity().trust_domain()) {
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("the trust domain \"", name, "\" is the admin socket's own"));
  }
  if (by_domain_.count(name) != 0) {
    return MakeError(Reason::kConfigInvalid,
                     absl::StrCat("the trust domain \"", name, "\" is listed twice"));
  }
  MRG_ASSIGN_OR_RETURN(std::vector<Certificate> certificates, ParsePemCertificates(bundle_pem));
  // Not the text that was given: other readers would find other certificates in it.
  std::string pem;
  for (const Certificate& certificate : certificates) absl::StrAppend(&pem, certificate.Pem());
  by_domain_.emplace(name, Bundle{std::move(certificates), std::move(pem)});
  return absl::OkStatus();
}

absl::Status TrustBundles::Replace(absl::string_view old_domain, absl::string_view trust_domain,
                                   absl::string_view bundle_pem) {
  TrustBundles changed = *this;
  changed.by_domain_.erase(std::string(old_domain));
  MRG_RETURN_IF_ERROR(changed.Add(trust_domain, bundle_pem));
  *this = std::move(changed);
  return absl::OkStatus();
}

void TrustBundles::TakeOver(const TrustBundles& other, absl::string_view trust_domain) {
  const std::string name(trust_domain);
  const auto found = other.by_domain_.find(name);
  if (found == other.by_domain_.end()) {
    by_domain_.erase(name);
  } else {
    by_domain_.insert_or_assign(name, found->second);
  }
}

std::string TrustBundles::all_pem() const {
  std::string all;
  for (const auto& [domain, bundle] : by_domain_) absl::StrAppend(&all, bundle.pem, "\n");
  return all;
}

std::string TrustBundles::PemOf(absl::string_view trust_domain) const {
  const auto found = by_domain_.find(std::string(trust_domain));
  return found == by_domain_.end() ? "" : found->second.pem;
}

const std::vector<Certificate>* TrustBundles::Find(absl::string_view trust_domain) const {
  const auto found = by_domain_.find(std::string(trust_domain));
  return found == by_domain_.end() ? nullptr : &found->second.certificates;
}

}  // namespace mrg
