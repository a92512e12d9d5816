#ifndef MRG_TRUSTLIST_FORMAT_SNAPSHOT_METADATA_H_
#define MRG_TRUSTLIST_FORMAT_SNAPSHOT_METADATA_H_

// snapshot.json: the versions of all targets roles at one moment.
//
// Thread-safe: immutable values.

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

struct SnapshotMetadata {
  MetadataHeader header;
  std::map<std::string, MetaFile> roles;  // by role name, without ".json"; holds "targets"

  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.4.
  static absl::StatusOr<SnapshotMetadata> Parse(const SignedEnvelope& envelope);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_SNAPSHOT_METADATA_H_
