#ifndef MRG_GATEWAY_CEREMONY_PUBLICATION_H_
#define MRG_GATEWAY_CEREMONY_PUBLICATION_H_

// The product of a signing ceremony as it is handed to the node.
//
// Thread-safe: reads files only.

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// What of a repository is handed over.
struct PublicationScope {
  bool everything = false;  // also what was published before, for a node that starts empty
  std::string role;         // only this one; empty: all
};

// Takes one target file or tree node.
using TakeContentFn = std::function<absl::Status(std::string bytes)>;

// Result: the metadata that the node does not have yet: files that differ from the published ones.
// What it lists newly goes to `take`, one by one, so that a list of any size needs little memory.
// Of a single role nothing is asked of the others, so that a ceremony that is not at its end does
// not hold up an emergency. Errors: FailedPrecondition when nothing is staged or signatures are
// missing; NotFound, also for a role that there is not; METADATA_MALFORMED, TARGET_NOT_FOUND,
// TREE_NODE_NOT_FOUND; those of `take`.
absl::StatusOr<gateway::v1::PublishRequest> MakePublication(const RepositoryFolder& folder,
                                                            const PublicationScope& scope,
                                                            const TakeContentFn& take);

// Notes in the folder that the node put `published` in force. Errors: METADATA_MALFORMED; of the
// file.
absl::Status NoteInForce(const gateway::v1::PublishRequest& published, absl::Time at,
                         const RepositoryFolder& folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_PUBLICATION_H_
