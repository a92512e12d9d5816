#ifndef MRG_TRUSTLIST_REPOSITORY_PUBLICATION_CHECK_H_
#define MRG_TRUSTLIST_REPOSITORY_PUBLICATION_CHECK_H_

// What the own repository is about to publish, judged as its followers will judge it: nothing goes
// in force here that one of them would refuse.
//
// Thread-safe: pure functions, as far as the reader of the content is.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/repository/repository_work.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Runs the client workflow over the repository as `work` would leave it, every generation of
// delegated roles within every limit. `first_root_sha256`: the RootDigest that the first root must
// have, when one is known. Result: the set that a follower would put in force.
// Errors: METADATA_* and MEMBER_ROOT_UNCONFIRMED; METADATA_NOT_FOUND for a delegation to a role
// that is not there; METADATA_EXPIRED also for a new file of a delegated role.
// Source: TUF 1.0 section 5.
absl::StatusOr<InForceSet> VerifyAsClient(const MemberId& publisher, const RepositoryWork& work,
                                          const MetadataLimits& limits,
                                          const std::optional<std::string>& first_root_sha256,
                                          absl::Time now);

// Checks that all content of `set` is held and is what was listed; `held` reads new content too.
// Errors: TARGET_NOT_FOUND, TREE_NODE_NOT_FOUND, TREE_NODE_MALFORMED, METADATA_MISMATCH,
// METADATA_TOO_LONG; STORE_UNAVAILABLE, STORE_CORRUPT.
absl::Status CheckPublishedContent(const InForceSet& set, const RepositoryWork& work,
                                   const BlobReader& held, const MetadataLimits& limits);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_PUBLICATION_CHECK_H_
