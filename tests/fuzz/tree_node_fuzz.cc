// Bytes as a node of a prefix tree: the first byte is its depth, as many nibbles follow, then the
// node.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/tree_node.h"
#include "gateway/prefix_tree/tree_proof.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

void CheckView(const TreeNodeView& node, absl::string_view prefix) {
  Require(node.entries.empty() || node.children.empty(), "a node is a leaf or a branch");
  Require(node.entries.size() <= kTreeLeafEntriesMax, "a leaf is no larger than allowed");
  for (size_t i = 0; i < node.entries.size(); ++i) {
    const TreeNodeEntry& entry = node.entries[i];
    Require(entry.key == Sha256(entry.id), "an entry stands under the digest of its id");
    Require(i == 0 || node.entries[i - 1].key < entry.key, "keys rise");
    Require(!entry.id.empty() && entry.id.size() <= kTreeIdBytesMax &&
                entry.value.size() <= kTreeValueBytesMax,
            "an entry is no larger than allowed");
    for (size_t depth = 0; depth < prefix.size(); ++depth) {
      Require(NibbleAt(entry.key, depth) == static_cast<uint32_t>(prefix[depth]),
              "an entry belongs to the place of its leaf");
    }
  }
  uint64_t below = 0;
  for (const TreeNodeChild& child : node.children) {
    Require(node.ChildAt(child.nibble) == &child && child.sha256.size() == 32,
            "a child stands under its nibble");
    below += child.entry_count;
  }
  Require(node.entry_count == (node.is_branch() ? below : node.entries.size()),
          "a node counts what is below it");
  Require(!node.is_branch() || node.entry_count > kTreeLeafEntriesMax,
          "what fits into a leaf is no branch");
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  const size_t depth = static_cast<uint8_t>(bytes[0]) % (mrg::kTreeDepthMax + 1);
  std::string prefix(bytes.substr(1, depth));
  bytes.remove_prefix(1 + prefix.size());
  for (char& nibble : prefix) nibble = static_cast<char>(nibble & 0x0f);

  const std::string digest = mrg::Sha256(bytes);
  const auto node = mrg::ReadTreeNode(bytes, digest, prefix);
  if (node.ok()) mrg::CheckView(*node, prefix);
  const auto proven = mrg::VerifyEntry(digest, {std::string(bytes)}, "an id");
  if (proven.ok() && prefix.empty()) {
    mrg::Require(node.ok() && !node->is_branch(), "a proof of one node is a leaf");
  }
  return 0;
}
