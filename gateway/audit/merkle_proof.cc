#include "gateway/audit/merkle_proof.h"

#include <algorithm>
#include <bit>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status Invalid(absl::string_view detail) {
  return MakeError(Reason::kReceiptProofInvalid, detail);
}

// Result: the largest power of two below `count`. REQUIRES: count >= 2.
uint64_t SplitOf(uint64_t count) { return std::bit_floor(count - 1); }

absl::Status AppendPath(uint64_t index, uint64_t begin, uint64_t end,
                        const PerfectNodeReader& reader, std::vector<std::string>* proof) {
  if (end - begin == 1) return absl::OkStatus();
  const uint64_t split = begin + SplitOf(end - begin);
  const bool left = index < split;
  MRG_RETURN_IF_ERROR(AppendPath(index, left ? begin : split, left ? split : end, reader, proof));
  MRG_ASSIGN_OR_RETURN(const TreeHash sibling,
                       SubtreeRoot(left ? split : begin, left ? end : split, reader));
  proof->emplace_back(ToView(sibling));
  return absl::OkStatus();
}

// SUBPROOF of RFC 6962 2.1.2; `whole` tells whether the old tree is a complete subtree here.
absl::Status AppendSubproof(uint64_t first, uint64_t begin, uint64_t end, bool whole,
                            const PerfectNodeReader& reader, std::vector<std::string>* proof) {
  if (first == end) {
    if (whole) return absl::OkStatus();
    MRG_ASSIGN_OR_RETURN(const TreeHash root, SubtreeRoot(begin, end, reader));
    proof->emplace_back(ToView(root));
    return absl::OkStatus();
  }
  const uint64_t split = begin + SplitOf(end - begin);
  const bool left = first <= split;
  MRG_RETURN_IF_ERROR(AppendSubproof(first, left ? begin : split, left ? split : end, left && whole,
                                     reader, proof));
  MRG_ASSIGN_OR_RETURN(const TreeHash other,
                       SubtreeRoot(left ? split : begin, left ? end : split, reader));
  proof->emplace_back(ToView(other));
  return absl::OkStatus();
}

bool AllAreHashes(std::span<const std::string> hashes) {
  return std::all_of(hashes.begin(), hashes.end(),
                     [](const std::string& hash) { return hash.size() == kTreeHashBytes; });
}

}  // namespace

absl::StatusOr<std::vector<std::string>> MakeInclusionProof(uint64_t index, uint64_t size,
                                                            const PerfectNodeReader& reader) {
  std::vector<std::string> proof;
  MRG_RETURN_IF_ERROR(AppendPath(index, 0, size, reader, &proof));
  return proof;
}

absl::StatusOr<std::vector<std::string>> MakeConsistencyProof(uint64_t first, uint64_t second,
                                                              const PerfectNodeReader& reader) {
  std::vector<std::string> proof;
  MRG_RETURN_IF_ERROR(AppendSubproof(first, 0, second, true, reader, &proof));
  return proof;
}

absl::Status VerifyInclusion(absl::string_view leaf_hash, uint64_t index, uint64_t size,
                             std::span<const std::string> proof, absl::string_view root) {
  if (index >= size) return Invalid("expected an index below the tree size");
  if (leaf_hash.size() != kTreeHashBytes || root.size() != kTreeHashBytes || !AllAreHashes(proof)) {
    return Invalid("expected hashes of 32 bytes");
  }
  uint64_t node = index;
  uint64_t last = size - 1;
  TreeHash hash = ToTreeHash(leaf_hash);
  for (const std::string& step : proof) {
    if (last == 0) return Invalid("expected a shorter proof");
    if ((node & 1) == 1 || node == last) {
      hash = NodeHash(ToTreeHash(step), hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, ToTreeHash(step));
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return Invalid("expected a longer proof");
  if (ToView(hash) != root) return Invalid("expected the proof to lead to the root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(uint64_t first, uint64_t second, absl::string_view first_root,
                               absl::string_view second_root, std::span<const std::string> proof) {
  if (first == 0 || first > second) return Invalid("expected 1 <= first <= second");
  if (first_root.size() != kTreeHashBytes || second_root.size() != kTreeHashBytes ||
      !AllAreHashes(proof)) {
    return Invalid("expected hashes of 32 bytes");
  }
  if (first == second) {
    if (!proof.empty()) return Invalid("expected an empty proof between equal trees");
    return first_root == second_root ? absl::OkStatus() : Invalid("expected equal roots");
  }
  std::vector<std::string> steps(proof.begin(), proof.end());
  // The old root stands in the proof implicitly when the old tree is perfect.
  if (std::has_single_bit(first)) steps.insert(steps.begin(), std::string(first_root));
  if (steps.empty()) return Invalid("expected a longer proof");
  uint64_t node = first - 1;
  uint64_t last = second - 1;
  while ((node & 1) == 1) {
    node >>= 1;
    last >>= 1;
  }
  TreeHash old_hash = ToTreeHash(steps[0]);
  TreeHash new_hash = old_hash;
  for (size_t i = 1; i < steps.size(); ++i) {
    if (last == 0) return Invalid("expected a shorter proof");
    const TreeHash step = ToTreeHash(steps[i]);
    if ((node & 1) == 1 || node == last) {
      old_hash = NodeHash(step, old_hash);
      new_hash = NodeHash(step, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = NodeHash(new_hash, step);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return Invalid("expected a longer proof");
  if (ToView(old_hash) != first_root) return Invalid("expected the proof to lead to the old root");
  if (ToView(new_hash) != second_root) return Invalid("expected the proof to lead to the new root");
  return absl::OkStatus();
}

}  // namespace mrg
