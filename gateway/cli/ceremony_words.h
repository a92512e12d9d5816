#ifndef MRG_GATEWAY_CLI_CEREMONY_WORDS_H_
#define MRG_GATEWAY_CLI_CEREMONY_WORDS_H_

// What a step of a signing ceremony did or shows, in words, for the person who signs.
//
// Threads: reads files only.

#include <vector>

#include "absl/status/status.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/cli/display.h"

namespace mrg {

void PrintRootState(const RootState& root, Display& out);
void PrintStaged(const StagedTarget& staged, Display& out);
// `options` are those by which the entries were revoked.
void PrintRevoked(const RevokedEntries& revoked, const RevokeOptions& options, Display& out);

// Prints how the staged files differ from the published ones, down to single issuers and licence
// types, or that nothing is staged. Errors: as DiffRepository, ContentAfter and ForEachEntryDiff.
absl::Status PrintTrustDiff(const RepositoryFolder& folder, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CEREMONY_WORDS_H_
