#ifndef MRG_GATEWAY_CEREMONY_MEMBERSHIP_H_
#define MRG_GATEWAY_CEREMONY_MEMBERSHIP_H_

// What stands in a repository's folder about the members of the federation, before it is signed.
//
// Threads: one process at a time edits a folder.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/signing.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Result: version and digest of the root in `bytes`, which nobody vouches for yet.
// Errors: METADATA_MALFORMED.
absl::StatusOr<RootState> ReadRootFile(absl::string_view bytes);

// Result: the hub's list of members as it is staged or, with nothing staged, published; an empty
// one when none is listed. Errors: METADATA_MALFORMED, TARGET_NOT_FOUND, NotFound without targets.
absl::StatusOr<trustlist::v1::Federation> ListedFederation(const RepositoryFolder& folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_MEMBERSHIP_H_
