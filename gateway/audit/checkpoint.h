#ifndef MRG_GATEWAY_AUDIT_CHECKPOINT_H_
#define MRG_GATEWAY_AUDIT_CHECKPOINT_H_

// Signed checkpoints of a log: C2SP tlog-checkpoint in a signed note with one Ed25519 signature.
//
// Pure; thread-safe.

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/signer.h"

namespace mrg {

struct Checkpoint {
  std::string origin;  // "<member>/<log-id>"; also the name of the signing key
  uint64_t size = 0;
  std::string root;  // 32 raw bytes
};

// Result: the note: body, blank line, one signature line.
// Errors: as Signer::Sign; INVARIANT_BROKEN unless `signer` is Ed25519, the root has 32 bytes and
// the origin is printable ASCII without spaces and '+'. Source: C2SP tlog-checkpoint, signed-note.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const Signer& signer);

// Parses and verifies a note of exactly the form SignCheckpoint writes: any further line, any line
// that does not verify, and any other encoding of the same content is refused.
// Errors: RECEIPT_CHECKPOINT_INVALID.
absl::StatusOr<Checkpoint> ParseSignedCheckpoint(absl::string_view note, absl::string_view origin,
                                                 const PublicKey& key);

// The same with the first of `keys` that signed the note: a log's key may have been replaced since.
// Errors: RECEIPT_CHECKPOINT_INVALID, also when there are no keys.
absl::StatusOr<Checkpoint> ParseCheckpointOfAnyKey(absl::string_view note, absl::string_view origin,
                                                   std::span<const PublicKey> keys);

// Reads the body of a note without looking at its signature, for a node's own stored note.
// Errors: RECEIPT_CHECKPOINT_INVALID.
absl::StatusOr<Checkpoint> ParseCheckpointBody(absl::string_view note);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_CHECKPOINT_H_
