#ifndef MRG_TRUSTLIST_FORMAT_TIMESTAMP_METADATA_H_
#define MRG_TRUSTLIST_FORMAT_TIMESTAMP_METADATA_H_

// timestamp.json: which snapshot is the newest, said anew every few minutes.
//
// Thread-safe: immutable values.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

// Our field `x-mrg-prev`: the timestamp before this one, which makes the timestamps of a publisher
// a chain in which a fork shows (docs/formats/tuf-metadata.md).
struct PreviousTimestamp {
  int64_t version = 0;
  std::string signed_sha256;  // of its canonical `signed` part, 32 raw bytes
};

struct TimestampMetadata {
  MetadataHeader header;
  MetaFile snapshot;
  std::optional<PreviousTimestamp> previous;

  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.6.
  static absl::StatusOr<TimestampMetadata> Parse(const SignedEnvelope& envelope);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_TIMESTAMP_METADATA_H_
