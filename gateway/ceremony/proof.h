#ifndef MRG_GATEWAY_CEREMONY_PROOF_H_
#define MRG_GATEWAY_CEREMONY_PROOF_H_

// Proofs that an entry stands in a published list or does not, made from what a folder or a node
// holds; entry_proof.h verifies them.
//
// Threads: reads files only; a node is asked by one thread at a time.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/ceremony/repository_folder.h"
#include "mrg/trustlist/v1/entry_proof.pb.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Result: the proof for the entry `id` of the list `path`, "31/issuers" say, from the repository's
// signed files. Errors: as MakeEntryProof and the folder.
absl::StatusOr<trustlist::v1::EntryProof> ProveFromFolder(absl::string_view path,
                                                          absl::string_view id,
                                                          const RepositoryFolder& folder);

// The same from what a node holds of the publisher, also of lists that the node signs itself, such
// as status lists. `node` is asked for that publisher. Errors: as MakeEntryProof and Fetcher.
absl::StatusOr<trustlist::v1::EntryProof> ProveFromNode(absl::string_view path,
                                                        absl::string_view id, Fetcher* node);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_PROOF_H_
