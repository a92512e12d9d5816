#ifndef MRG_TRUSTLIST_FORK_FORK_EVIDENCE_H_
#define MRG_TRUSTLIST_FORK_FORK_EVIDENCE_H_

// Split views of a publisher (docs/formats/fork-evidence.md, docs/threats.md T08): when two signed
// files prove one, and how anyone checks the proof.
//
// Two files of "root" or "timestamp" conflict when the same keys signed both and they have one
// version with two contents, or follow each other while the later one names another predecessor in
// x-mrg-prev. Files signed under different keys do not conflict: after a rotation versions may
// start anew (TUF 5.3.11). The same keys: one root of the publisher's chain, replaced or not, takes
// both by the threshold that it states (ADR-0027).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "mrg/trustlist/v1/fork_evidence.pb.h"

namespace mrg {

// What a valid proof proves.
struct ForkFinding {
  MemberId publisher;
  std::string first_root_sha256 = {};  // RootDigest of the first root in the chain, 32 raw bytes
  int64_t root_version = 0;            // of the root whose keys signed both files
  std::string role = {};
  int64_t first_version = 0;
  int64_t second_version = 0;     // first_version, or the one after it
  std::string first_sha256 = {};  // of the canonical `signed` parts, 32 raw bytes
  std::string second_sha256 = {};
};

// Looks for a conflict between two files of `role`. `roots`: the publisher's trusted roots from the
// first one on, in order; of more than 256 the first ones count. Files that no root's keys signed
// both prove nothing. Result: the proof, under the earliest root that takes both, so that nodes
// which stand at different roots find the same; nullopt when there is none.
std::optional<trustlist::v1::ForkEvidence> FindFork(const MemberId& publisher,
                                                    const std::vector<std::string>& roots,
                                                    absl::string_view role, absl::string_view a,
                                                    absl::string_view b, absl::Time now);

// Result: true when `newest_root` takes one of the two files no longer. Whoever holds keys that
// were replaced can still sign with them, and nobody can tell when. False for roots: the chain
// holds.
bool KeysWereReplaced(const trustlist::v1::ForkEvidence& evidence, absl::string_view newest_root);

// Which keys a proof is of, as the newest root sees them.
struct ForkKeys {
  bool replaced = false;  // KeysWereReplaced
  // TufKey::identity of the keys that signed one of the files and that the newest root no longer
  // lists for the role; when it lists all of them, of all.
  std::set<std::string> signers = {};
};

ForkKeys KeysOfFork(const trustlist::v1::ForkEvidence& evidence, absl::string_view newest_root);

// Result: true when both prove that the same two histories part: the same two contents, whoever
// signed them, since anybody can add or take away a signature of a file; or one root's keys signed
// all, one content stands in both proofs, and of the other two one names the other as the one
// before it.
bool ProveOneFork(const trustlist::v1::ForkEvidence& a, const trustlist::v1::ForkEvidence& b);

// Reads the file of a proof, canonical protobuf, as it was carried from node to node.
// Errors: FORK_EVIDENCE_INVALID, also for anything behind the proof.
absl::StatusOr<trustlist::v1::ForkEvidence> ParseForkEvidence(absl::string_view bytes);

// Checks a proof from its first root to its two files. Whether that root is the publisher's is for
// the caller to compare. Errors: FORK_EVIDENCE_INVALID, saying what does not hold.
absl::StatusOr<ForkFinding> CheckForkEvidence(const trustlist::v1::ForkEvidence& evidence);

// Result: what names a proof: SHA-256 of its canonical bytes without `found_at` and with the first
// root and the last one only, 32 raw bytes. Two nodes that find the same fork give it one name.
std::string ForkEvidenceId(const trustlist::v1::ForkEvidence& evidence);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_FORK_EVIDENCE_H_
