#include "gateway/audit/checkpoint.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_verifier.h"

namespace mrg {
namespace {

constexpr absl::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash and a space
constexpr char kEd25519Algorithm = '\x01';                       // C2SP signed-note
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kRootBytes = 32;

absl::Status Invalid(absl::string_view detail) {
  return MakeError(Reason::kReceiptCheckpointInvalid, detail);
}

// A signed note's key name: no spaces, no plus signs; a line of its own.
bool IsOrigin(absl::string_view origin) {
  return !origin.empty() && std::all_of(origin.begin(), origin.end(),
                                        [](char c) { return absl::ascii_isgraph(c) && c != '+'; });
}

std::string BodyOf(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      absl::Base64Escape(checkpoint.root), "\n");
}

// C2SP signed-note: the first four bytes of SHA-256(name, newline, algorithm, key).
std::string KeyId(absl::string_view name, const PublicKey& key) {
  return Sha256(absl::StrCat(name, "\n", absl::string_view(&kEd25519Algorithm, 1), RawEd25519(key)))
      .substr(0, kKeyIdBytes);
}

std::string NoteOf(absl::string_view body, absl::string_view name, const PublicKey& key,
                   absl::string_view signature) {
  return absl::StrCat(body, "\n", kSignaturePrefix, name, " ",
                      absl::Base64Escape(absl::StrCat(KeyId(name, key), signature)), "\n");
}

}  // namespace

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const Signer& signer) {
  // Signing anything else would make a note that nobody can verify, or that says another thing.
  if (signer.public_key().scheme() != Scheme::kEd25519 || !IsOrigin(checkpoint.origin) ||
      checkpoint.root.size() != kRootBytes) {
    return MakeError(Reason::kInvariantBroken,
                     "expected an Ed25519 log key, an origin and a root hash of 32 bytes");
  }
  const std::string body = BodyOf(checkpoint);
  MRG_ASSIGN_OR_RETURN(const std::string signature, signer.Sign(body));
  return NoteOf(body, checkpoint.origin, signer.public_key(), signature);
}

absl::StatusOr<Checkpoint> ParseCheckpointOfAnyKey(absl::string_view note, absl::string_view origin,
                                                   std::span<const PublicKey> keys) {
  absl::StatusOr<Checkpoint> checkpoint =
      MakeError(Reason::kReceiptCheckpointInvalid, "no key of the log is known");
  for (const PublicKey& key : keys) {
    checkpoint = ParseSignedCheckpoint(note, origin, key);
    if (checkpoint.ok()) break;
  }
  return checkpoint;
}

absl::StatusOr<Checkpoint> ParseCheckpointBody(absl::string_view note) {
  const std::vector<absl::string_view> lines = absl::StrSplit(note, absl::MaxSplits('\n', 3));
  Checkpoint checkpoint;
  if (lines.size() != 4 || lines[0].empty() || !absl::SimpleAtoi(lines[1], &checkpoint.size) ||
      !absl::Base64Unescape(lines[2], &checkpoint.root) || checkpoint.root.size() != kRootBytes) {
    return Invalid("expected the lines origin, size and root hash");
  }
  checkpoint.origin = std::string(lines[0]);
  return checkpoint;
}

absl::StatusOr<Checkpoint> ParseSignedCheckpoint(absl::string_view note, absl::string_view origin,
                                                 const PublicKey& key) {
  MRG_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointBody(note));
  if (checkpoint.origin != origin) return Invalid("expected the origin of this log");
  if (key.scheme() != Scheme::kEd25519) return Invalid("expected an Ed25519 log key");
  const std::string body = BodyOf(checkpoint);
  absl::string_view line = note;
  std::string blob;
  if (!absl::ConsumePrefix(&line, absl::StrCat(body, "\n", kSignaturePrefix, origin, " ")) ||
      !absl::ConsumeSuffix(&line, "\n") || !absl::Base64Unescape(line, &blob) ||
      blob.size() <= kKeyIdBytes) {
    return Invalid("expected one signature line of this log");
  }
  const std::string signature = blob.substr(kKeyIdBytes);
  // Base64 and decimals have more than one spelling; only ours is accepted.
  if (NoteOf(body, origin, key, signature) != note) {
    return Invalid("expected the note in its one encoding, signed by the listed key");
  }
  MRG_ASSIGN_OR_RETURN(const auto verifier, NewEvpVerifier(key));
  if (!verifier->Verify(body, signature).ok()) return Invalid("the signature does not verify");
  return checkpoint;
}

}  // namespace mrg
