#ifndef MRG_GATEWAY_RECOGNITION_SIGNER_MATCH_H_
#define MRG_GATEWAY_RECOGNITION_SIGNER_MATCH_H_

// Which listed issuer signed a credential.
//
// Thread-safe: pure function.

#include <memory>

#include "absl/strings/string_view.h"
#include "gateway/credential_form/credential.h"
#include "gateway/recognition/issuer.h"
#include "gateway/recognition/issuer_list.h"

namespace mrg {

// Result: among the issuers that list the credential's key, the one of `issuer_code`, as the
// signed bytes name it; else the first of them by issuer code; null when none lists the key, when
// there is no key, or when the signer is stated by a chain of certificates, which no list of this
// version is about. Source: docs/LIFE_OF_A_RECOGNITION.md, step 5.
std::shared_ptr<const Issuer> MatchSigner(const IssuerList& issuers, const Credential& credential,
                                          absl::string_view issuer_code);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_SIGNER_MATCH_H_
