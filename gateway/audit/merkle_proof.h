#ifndef MRG_GATEWAY_AUDIT_MERKLE_PROOF_H_
#define MRG_GATEWAY_AUDIT_MERKLE_PROOF_H_

// Inclusion and consistency proofs of RFC 6962 2.1.1 and 2.1.2: making and verifying them.
// Indices and sizes are full 64-bit values.
//
// Pure; thread-safe.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/merkle_tree.h"

namespace mrg {

// Result: the inclusion proof of leaf `index` in the tree of `size` leaves, leaf first.
// REQUIRES: index < size.
absl::StatusOr<std::vector<std::string>> MakeInclusionProof(uint64_t index, uint64_t size,
                                                            const PerfectNodeReader& reader);

// Result: the consistency proof between the trees of `first` and `second` leaves.
// REQUIRES: 1 <= first <= second.
absl::StatusOr<std::vector<std::string>> MakeConsistencyProof(uint64_t first, uint64_t second,
                                                              const PerfectNodeReader& reader);

// Verifies that `leaf_hash` is leaf `index` of the tree of `size` leaves with this root.
// Hashes are bytes of any length; one that is not 32 bytes is refused.
// Errors: RECEIPT_PROOF_INVALID. Source: RFC 9162 2.1.3.2.
absl::Status VerifyInclusion(absl::string_view leaf_hash, uint64_t index, uint64_t size,
                             std::span<const std::string> proof, absl::string_view root);

// Verifies that the tree of `first` leaves is a prefix of the tree of `second` leaves. Two empty
// trees are refused: an empty tree has nothing to be consistent about.
// Errors: RECEIPT_PROOF_INVALID. Source: RFC 9162 2.1.4.2.
absl::Status VerifyConsistency(uint64_t first, uint64_t second, absl::string_view first_root,
                               absl::string_view second_root, std::span<const std::string> proof);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_MERKLE_PROOF_H_
