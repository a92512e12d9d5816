#include "trustlist/format/snapshot_metadata.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<SnapshotMetadata> SnapshotMetadata::Parse(const SignedEnvelope& envelope) {
  const Json& signed_part = envelope.signed_part();
  SnapshotMetadata snapshot;
  MRG_ASSIGN_OR_RETURN(snapshot.header, ParseMetadataHeader(signed_part, kSnapshotRole));
  snapshot.header.signed_sha256 = envelope.signed_sha256();
  MRG_ASSIGN_OR_RETURN(const Json* meta, ObjectMember(signed_part, "meta"));
  for (auto file = meta->begin(); file != meta->end(); ++file) {
    if (!absl::EndsWith(file.key(), ".json")) {
      return MakeError(Reason::kMetadataMalformed, "expected file names ending in .json");
    }
    MRG_ASSIGN_OR_RETURN(snapshot.roles[std::string(absl::StripSuffix(file.key(), ".json"))],
                         ParseMetaFile(file.value()));
  }
  if (!snapshot.roles.contains(kTargetsRole)) {
    return MakeError(Reason::kMetadataMalformed, "expected targets.json in the snapshot");
  }
  return snapshot;
}

}  // namespace mrg
