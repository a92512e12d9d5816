#ifndef MRG_GATEWAY_CREDENTIAL_FORM_CREDENTIAL_H_
#define MRG_GATEWAY_CREDENTIAL_FORM_CREDENTIAL_H_

// What a holder presented, whatever the form in which it came: the document, the bytes that are
// signed, the signature, the signer and the time of signing. Each form has a file of its own that
// makes one of these; the decision knows no form.
//
// Thread-safe: immutable values.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

enum class CredentialForm {
  kDetached,  // a bare key and a signature that stands beside the document
};

// Result: the form's name in the decision record, [a-z_]{1,32}.
constexpr absl::string_view FormName(CredentialForm form) {
  switch (form) {
    case CredentialForm::kDetached:
      return "detached";
  }
  return "";
}

enum class SigningTimeKind {
  kNone,     // the form carries none
  kClaimed,  // stated by the signer
  kStamped,  // confirmed by a trusted time stamp over the signature
};

struct SigningTime {
  SigningTimeKind kind = SigningTimeKind::kNone;
  absl::Time at = absl::InfiniteFuture();  // meaningful unless kNone
};

// Bytes are shared with the message they came in: a large document is held once. No pointer is
// null.
struct Credential {
  CredentialForm form;
  std::shared_ptr<const std::string> document;      // what the mapping pack reads
  std::shared_ptr<const std::string> signed_bytes;  // what the signature is over
  std::shared_ptr<const std::string> signature;
  Scheme scheme;
  // Why the parts are refused, e.g. KEY_MALFORMED, KEY_MISLABELLED, KEY_WRONG_CURVE: a state that
  // is judged and receipted like every other content, and no error (docs/LIFE_OF_A_RECOGNITION.md,
  // step 3).
  absl::Status malformed = {};
  std::optional<PublicKey> key = {};    // nullopt exactly when malformed
  std::vector<std::string> chain = {};  // certificates, DER, the signer's first; empty: a bare key
  SigningTime signing_time = {};        // what the form itself says
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CREDENTIAL_FORM_CREDENTIAL_H_
