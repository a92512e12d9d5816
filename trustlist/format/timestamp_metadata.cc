#include "trustlist/format/timestamp_metadata.h"

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<TimestampMetadata> TimestampMetadata::Parse(const SignedEnvelope& envelope) {
  const Json& signed_part = envelope.signed_part();
  TimestampMetadata timestamp;
  MRG_ASSIGN_OR_RETURN(timestamp.header, ParseMetadataHeader(signed_part, kTimestampRole));
  timestamp.header.signed_sha256 = envelope.signed_sha256();
  MRG_ASSIGN_OR_RETURN(const Json* meta, ObjectMember(signed_part, "meta"));
  MRG_ASSIGN_OR_RETURN(const Json* snapshot, ObjectMember(*meta, "snapshot.json"));
  MRG_ASSIGN_OR_RETURN(timestamp.snapshot, ParseMetaFile(*snapshot));
  if (const Json* previous = FindMember(signed_part, "x-mrg-prev"); previous != nullptr) {
    PreviousTimestamp parsed;
    MRG_ASSIGN_OR_RETURN(parsed.version, IntegerMember(*previous, "version"));
    MRG_ASSIGN_OR_RETURN(const std::string hex, StringMember(*previous, "digest"));
    MRG_ASSIGN_OR_RETURN(parsed.signed_sha256, ParseHexSha256(hex));
    if (parsed.version != timestamp.header.version - 1) {
      return MakeError(Reason::kMetadataMalformed,
                       "expected x-mrg-prev to name the version before");
    }
    timestamp.previous = parsed;
  }
  return timestamp;
}

}  // namespace mrg
