#include "gateway/recognition/signer_match.h"

#include <vector>

namespace mrg {

std::shared_ptr<const Issuer> MatchSigner(const IssuerList& issuers, const Credential& credential,
                                          absl::string_view issuer_code) {
  if (!credential.key.has_value() || !credential.chain.empty()) return nullptr;
  const std::vector<std::shared_ptr<const Issuer>> candidates =
      issuers.FindByKey(credential.key->spki_sha256());
  for (const auto& candidate : candidates) {
    if (candidate->issuer_code() == issuer_code) return candidate;
  }
  return candidates.empty() ? nullptr : candidates.front();
}

}  // namespace mrg
