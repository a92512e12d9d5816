#ifndef MRG_TRUSTLIST_FORMAT_SIGNED_ENVELOPE_H_
#define MRG_TRUSTLIST_FORMAT_SIGNED_ENVELOPE_H_

// A metadata file before anything in it is believed: the `signed` part, with every field it came
// with, and the signatures over its canonical form.
//
// Thread-safe: immutable.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/format/json_document.h"

namespace mrg {

struct EnvelopeSignature {
  std::string keyid;      // opaque text
  std::string signature;  // raw bytes; empty when the file holds none that could be one
};

class SignedEnvelope {
 public:
  // Parses {"signed": {...}, "signatures": [{"keyid", "sig"}]}; each key id once. A signature that
  // is no hex is kept as an empty one: it may be by a key that nobody here knows, and counts for
  // nothing.
  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.2.1.
  static absl::StatusOr<SignedEnvelope> Parse(absl::string_view bytes);

  const Json& signed_part() const { return signed_; }
  // The bytes that are signed.
  const std::string& canonical_signed() const { return canonical_; }
  // SHA-256 of canonical_signed(), 32 raw bytes: what names this version of the role.
  const std::string& signed_sha256() const { return signed_sha256_; }
  const std::vector<EnvelopeSignature>& signatures() const { return signatures_; }

 private:
  SignedEnvelope() = default;

  Json signed_;
  std::string canonical_;
  std::string signed_sha256_;
  std::vector<EnvelopeSignature> signatures_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_SIGNED_ENVELOPE_H_
