#ifndef MRG_GATEWAY_RECOGNITION_PRESENTATION_H_
#define MRG_GATEWAY_RECOGNITION_PRESENTATION_H_

// What the holder presented, parsed as far as it goes. A malformed key is a state of the
// presentation, not an error: it is judged and receipted like every other content (SPEC 7).
//
// Thread-safe: immutable values and pure functions.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"
#include "mrg/gateway/v1/presentation.pb.h"

namespace mrg {

class Presentation {
 public:
  // Result: the presentation; `public_key()` may hold a failed status.
  // Errors (the caller's faults, SPEC 7): FIELD_REQUIRED, FIELD_TOO_LONG, ENUM_UNSPECIFIED with the
  // field path below "presentation"; NOT_IN_THIS_VERSION for an algorithm that is not offered yet.
  // Source: SPEC 6.
  static absl::StatusOr<Presentation> Parse(const gateway::v1::Presentation& message);

  // The signed bytes, 1 to 65,536 bytes.
  const std::string& document() const { return document_; }
  const std::string& signature() const { return signature_; }
  Scheme scheme() const { return scheme_; }
  // The presented key, or why it is refused: KEY_MALFORMED, KEY_MISLABELLED, KEY_WRONG_CURVE.
  const absl::StatusOr<PublicKey>& public_key() const { return public_key_; }

 private:
  Presentation(std::string document, std::string signature, Scheme scheme,
               absl::StatusOr<PublicKey> public_key)
      : document_(std::move(document)),
        signature_(std::move(signature)),
        scheme_(scheme),
        public_key_(std::move(public_key)) {}

  std::string document_;
  std::string signature_;
  Scheme scheme_;
  absl::StatusOr<PublicKey> public_key_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_PRESENTATION_H_
