#ifndef MRG_TRUSTLIST_CLIENT_ENTRY_PROOF_H_
#define MRG_TRUSTLIST_CLIENT_ENTRY_PROOF_H_

// Proofs that an entry stands in a published list, or that it does not, verified against a trusted
// root alone. A proof says what was signed; that nothing newer was, only the timestamp could say,
// and it is no part of a proof.
//
// Pure but for what is read through the arguments; thread-safe.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "mrg/trustlist/v1/entry_proof.pb.h"

namespace mrg {

// Bytes of a proof: some roots, two roles of 1 MiB, a path of nodes.
inline constexpr size_t kEntryProofBytesMax = size_t{32} << 20;

// Reads the signed file of a role as published: for "root" that of the version, for others the
// present one (version nullopt).
using ReadRoleFn = std::function<absl::StatusOr<std::string>(absl::string_view role,
                                                             std::optional<int64_t> version)>;

// Makes the proof of the entry `id` in the list `path`. `root_version`: the newest root.
// Result: a proof that the entry is there or is not.
// Errors: TARGET_NOT_FOUND when no role lists the path, METADATA_MALFORMED, METADATA_MISMATCH when
// it is no list, as ProveEntry, and what `read` gave.
absl::StatusOr<trustlist::v1::EntryProof> MakeEntryProof(absl::string_view path,
                                                         absl::string_view id, int64_t root_version,
                                                         const ReadRoleFn& read,
                                                         const NodeSource& nodes);

// What a proof shows.
struct ProvenEntry {
  std::string path;
  std::string id;
  std::optional<std::string> value;  // nullopt: the entry is proved absent
  std::string role;                  // that lists the path
  int64_t role_version = 0;
  absl::Time expires;        // the earliest expiry of the root and the roles it rests on
  int64_t root_version = 0;  // of the newest root in the proof
  std::string root_sha256;   // of the list's tree, 32 raw bytes
};

// Verifies `proof` (bytes of an EntryProof) from `trusted_root` (a root file, TUF JSON) on, for the
// instant `at`. Errors: METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_ROLLBACK (the chain does
// not reach from the trusted root), METADATA_NOT_FOUND (a role that is asked is not in the proof),
// METADATA_EXPIRED at `at`, METADATA_MISMATCH (no list), TARGET_NOT_FOUND, TREE_NODE_MALFORMED.
// Source: TUF 1.0 sections 5.3, 5.6; docs/formats/tree-node.md.
absl::StatusOr<ProvenEntry> VerifyEntryProof(absl::string_view proof,
                                             absl::string_view trusted_root, absl::Time at);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_ENTRY_PROOF_H_
