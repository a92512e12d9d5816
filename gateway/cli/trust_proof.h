#ifndef MRG_GATEWAY_CLI_TRUST_PROOF_H_
#define MRG_GATEWAY_CLI_TRUST_PROOF_H_

// `mrgctl trust prove` and `verify-proof`: that an entry stands in a published list or does not, as
// a file that anyone can verify offline.

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/cli/repository_folder.h"
#include "trustlist/fetcher.h"

namespace mrg {

struct ProofOptions {
  std::string path;   // target path of the list, e.g. "31/issuers"
  std::string entry;  // id of the entry (SPEC 3)
  std::string proof;  // file, written by prove and read by verify-proof
  std::string root;   // file of the trusted root
  std::string at;     // "2026-11-24T00:00:00Z"; empty: now
};

// Writes the proof from the repository's signed files. Errors: as MakeEntryProof and the folder.
absl::Status WriteEntryProof(const ProofOptions& options, const RepositoryFolder& folder,
                             std::ostream& out);

// Writes the proof from what a node holds of the publisher, also of lists that the node signs
// itself, such as status lists. `node` is asked for that publisher. Errors: as MakeEntryProof and
// Fetcher.
absl::Status WriteEntryProofFromNode(const ProofOptions& options, Fetcher* node, std::ostream& out);

// Verifies a proof and says what it shows. Errors: as VerifyEntryProof and ReadWholeFile.
absl::Status CheckEntryProof(const ProofOptions& options, absl::Time now, std::ostream& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_PROOF_H_
