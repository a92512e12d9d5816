#include "trustlist/format/role_threshold.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {

absl::Status CheckThreshold(const SignedEnvelope& envelope, const TufKeys& keys,
                            const RoleKeys& role) {
  std::set<std::string> signers;  // identities: one key under two key ids is one signer
  for (const EnvelopeSignature& signature : envelope.signatures()) {
    if (std::find(role.keyids.begin(), role.keyids.end(), signature.keyid) == role.keyids.end()) {
      continue;
    }
    auto key = keys.find(signature.keyid);
    if (key == keys.end() || signature.signature.empty() ||
        signers.contains(key->second.identity()))
      continue;
    if (key->second.Verify(envelope.canonical_signed(), signature.signature).ok()) {
      signers.insert(key->second.identity());
    }
  }
  if (signers.size() >= static_cast<size_t>(role.threshold)) return absl::OkStatus();
  return MakeError(Reason::kMetadataThreshold,
                   absl::StrCat("expected valid signatures by ", role.threshold,
                                " keys of the role, found ", signers.size()));
}

}  // namespace mrg
