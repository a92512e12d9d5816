#ifndef MRG_GATEWAY_CLI_CEREMONY_WORDS_H_
#define MRG_GATEWAY_CLI_CEREMONY_WORDS_H_

// What a step of a signing ceremony did or shows, in words, for the person who signs.
//
// Threads: reads files only.

#include <ostream>
#include <vector>

#include "absl/status/status.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"

namespace mrg {

void PrintRootState(const RootState& root, std::ostream& out);
void PrintStaged(const StagedTarget& staged, std::ostream& out);
// `options` are those by which the entries were revoked.
void PrintRevoked(const RevokedEntries& revoked, const RevokeOptions& options, std::ostream& out);

// Prints how the staged files differ from the published ones, down to single issuers and licence
// types, or that nothing is staged. Errors: as DiffRepository, ContentAfter and ForEachEntryDiff.
absl::Status PrintTrustDiff(const RepositoryFolder& folder, std::ostream& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CEREMONY_WORDS_H_
