#ifndef MRG_GATEWAY_RECOGNITION_ENTRY_SCAN_H_
#define MRG_GATEWAY_RECOGNITION_ENTRY_SCAN_H_

// Entries of issuer and status trees checked where they lie, without decoding them: a list of a
// million is taken in a second, and what is used of it is decoded when it is used (ADR-0012).
//
// A scan is stricter than the parser of the entry, never laxer, but for one thing: whether the
// point of an elliptic-curve key lies on the curve. A scan that does not accept says nothing; then
// the parser is asked, which also names the field.
//
// Thread-safe: pure functions. What they give borrows from the bytes.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace mrg {

struct ScannedIssuer {
  absl::string_view issuer_code;
  absl::string_view public_key;  // DER SubjectPublicKeyInfo
};

// Scans the canonical bytes of an IssuerEntry. Result: nullopt when Issuer::Parse must be asked.
std::optional<ScannedIssuer> ScanIssuerEntry(absl::string_view bytes);

// Result: the issuer code of an entry that was accepted once, to pass over the others' entries
// without reading them.
absl::string_view IssuerCodeIn(absl::string_view issuer_entry);

// Bounds of a status entry.
inline constexpr size_t kLicenceTagBytes = 32;
inline constexpr int kLicenceStatusIntervalsMax = 256;

struct ScannedStatus {
  uint32_t epoch = 0;     // from 1
  absl::string_view tag;  // 32 raw bytes
};

// Scans the canonical bytes of a LicenceStatusEntry. Result: nullopt when the parser of
// licence_status.h must be asked.
std::optional<ScannedStatus> ScanStatusEntry(absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_ENTRY_SCAN_H_
