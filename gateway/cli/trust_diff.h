#ifndef MRG_GATEWAY_CLI_TRUST_DIFF_H_
#define MRG_GATEWAY_CLI_TRUST_DIFF_H_

// What a signer reads before signing: how the staged files differ from the published ones, in
// words, down to single issuers and licence types.
//
// Threads: reads files only.

#include <ostream>

#include "absl/status/status.h"
#include "gateway/cli/repository_folder.h"

namespace mrg {

// Prints the difference, or that there is none. Errors: NotFound, METADATA_MALFORMED,
// TARGET_NOT_FOUND (a file was changed after it was staged), TREE_NODE_*.
absl::Status PrintTrustDiff(const RepositoryFolder& folder, std::ostream& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_DIFF_H_
