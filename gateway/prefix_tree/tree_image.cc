#include "gateway/prefix_tree/tree_image.h"

#include <cstring>
#include <optional>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kNumberBytes = sizeof(uint32_t);
constexpr size_t kChildren = 16;

uint32_t NumberAt(absl::string_view packed, size_t index) {
  uint32_t number = 0;
  std::memcpy(&number, packed.data() + index * kNumberBytes, kNumberBytes);
  return number;
}

void PutNumber(size_t index, uint32_t number, std::string* packed) {
  std::memcpy(packed->data() + index * kNumberBytes, &number, kNumberBytes);
}

}  // namespace

uint32_t TreeImage::Node::TagAt(size_t index) const { return NumberAt(packed, index); }

absl::string_view TreeImage::Node::ValueAt(size_t index) const {
  const uint32_t begin = index == 0 ? 0 : NumberAt(packed, entry_count + index - 1);
  const uint32_t end = NumberAt(packed, entry_count + index);
  return absl::string_view(packed).substr(2 * entry_count * kNumberBytes + begin, end - begin);
}

class TreeImage::Loader {
 public:
  Loader(const NodeSource& nodes, const Reader& reader) : nodes_(nodes), reader_(reader) {}

  // Result: the whole tree. `earlier`: the earlier image's root; null: none.
  absl::StatusOr<NodePtr> LoadRoot(absl::string_view sha256, const NodePtr& earlier) const {
    if (earlier != nullptr && earlier->Is(sha256)) return earlier;
    MRG_ASSIGN_OR_RETURN(const std::string bytes, nodes_.ReadNode(sha256));
    return Load(sha256, bytes, "", std::nullopt, earlier);
  }

 private:
  // Result: the subtree at the position of `prefix`, of which `bytes` is the first node and not the
  // one of `earlier`: what the earlier image has there; null: nothing. `stated`: how many entries
  // the parent says it has.
  absl::StatusOr<NodePtr> Load(absl::string_view sha256, const std::string& bytes,
                               const std::string& prefix, std::optional<uint64_t> stated,
                               const NodePtr& earlier) const {
    MRG_ASSIGN_OR_RETURN(const TreeNodeView view, ReadTreeNode(bytes, sha256, prefix));
    MRG_RETURN_IF_ERROR(CheckCount(stated, view.entry_count));
    auto node = std::make_shared<Node>();
    std::memcpy(node->sha256.data(), sha256.data(), node->sha256.size());
    node->entry_count = view.entry_count;
    if (!view.is_branch()) {
      if (earlier != nullptr) Drop(*earlier);
      MRG_RETURN_IF_ERROR(Pack(view.entries, &node->packed));
      return NodePtr(std::move(node));
    }
    const bool both_branches = earlier != nullptr && earlier->is_branch();
    if (earlier != nullptr && !both_branches) Drop(*earlier);
    node->children.resize(kChildren);
    const auto before_at = [&](uint32_t nibble) {
      return both_branches ? earlier->children[nibble] : nullptr;
    };
    // What is not shared with the earlier image is read, in one go.
    TreeNodeView changed;
    for (const TreeNodeChild& child : view.children) {
      const NodePtr before = before_at(child.nibble);
      if (before == nullptr || !before->Is(child.sha256)) changed.children.push_back(child);
    }
    MRG_ASSIGN_OR_RETURN(const std::vector<std::string> below, ReadChildren(changed, nodes_));
    size_t next = 0;
    for (uint32_t nibble = 0; nibble < kChildren; ++nibble) {
      const NodePtr before = before_at(nibble);
      const TreeNodeChild* const child = view.ChildAt(nibble);
      if (child == nullptr) {
        if (before != nullptr) Drop(*before);
        continue;
      }
      if (before != nullptr && before->Is(child->sha256)) {
        MRG_RETURN_IF_ERROR(CheckCount(child->entry_count, before->entry_count));
        node->children[nibble] = before;
        continue;
      }
      MRG_ASSIGN_OR_RETURN(node->children[nibble],
                           Load(child->sha256, below[next++], PrefixBelow(prefix, nibble),
                                child->entry_count, before));
    }
    return NodePtr(std::move(node));
  }

  static absl::Status CheckCount(std::optional<uint64_t> stated, uint64_t actual) {
    if (!stated.has_value() || *stated == actual) return absl::OkStatus();
    return MakeError(Reason::kTreeNodeMalformed, "expected as many entries as the parent states");
  }

  absl::Status Pack(const std::vector<TreeNodeEntry>& entries, std::string* packed) const {
    const size_t count = entries.size();
    size_t bytes = 2 * count * kNumberBytes;
    for (const TreeNodeEntry& entry : entries) bytes += entry.value.size();
    packed->reserve(bytes);  // once, so that no byte is held in vain
    packed->resize(2 * count * kNumberBytes);
    size_t end = 0;
    for (size_t i = 0; i < count; ++i) {
      MRG_ASSIGN_OR_RETURN(const uint32_t tag, reader_.take(entries[i]));
      end += entries[i].value.size();
      PutNumber(i, tag, packed);
      PutNumber(count + i, static_cast<uint32_t>(end), packed);
      packed->append(entries[i].value.data(), entries[i].value.size());
    }
    return absl::OkStatus();
  }

  void Drop(const Node& node) const {
    if (!reader_.dropped) return;
    for (size_t i = 0; !node.is_branch() && i < node.entry_count; ++i) {
      reader_.dropped(node.TagAt(i), node.ValueAt(i));
    }
    for (const NodePtr& child : node.children) {
      if (child != nullptr) Drop(*child);
    }
  }

  const NodeSource& nodes_;
  const Reader& reader_;
};

absl::StatusOr<TreeImage> TreeImage::Load(absl::string_view root_sha256, const NodeSource& nodes,
                                          const Reader& reader, const TreeImage* earlier) {
  TreeImage image;
  MRG_ASSIGN_OR_RETURN(
      image.root_,
      Loader(nodes, reader).LoadRoot(root_sha256, earlier == nullptr ? nullptr : earlier->root_));
  return image;
}

void TreeImage::ForEachAt(absl::string_view key_prefix, std::optional<uint32_t> tag,
                          absl::FunctionRef<void(absl::string_view value)> visit) const {
  const Node* node = root_.get();
  for (size_t depth = 0; node != nullptr && node->is_branch(); ++depth) {
    if (depth == 2 * key_prefix.size()) break;
    node = node->children[NibbleAt(key_prefix, depth)].get();
  }
  if (node != nullptr) VisitBelow(*node, tag, visit);
}

void TreeImage::VisitBelow(const Node& node, std::optional<uint32_t> tag,
                           absl::FunctionRef<void(absl::string_view value)> visit) {
  for (size_t i = 0; !node.is_branch() && i < node.entry_count; ++i) {
    if (!tag.has_value() || node.TagAt(i) == *tag) visit(node.ValueAt(i));
  }
  for (const NodePtr& child : node.children) {
    if (child != nullptr) VisitBelow(*child, tag, visit);
  }
}

size_t TreeImage::SharedNodes(const TreeImage& a, const TreeImage& b) {
  return SharedBelow(a.root_, b.root_);
}

size_t TreeImage::SharedBelow(const NodePtr& a, const NodePtr& b) {
  if (a == nullptr || b == nullptr) return 0;
  if (a == b) return CountBelow(a);
  size_t shared = 0;
  for (size_t i = 0; i < kChildren && a->is_branch() && b->is_branch(); ++i) {
    shared += SharedBelow(a->children[i], b->children[i]);
  }
  return shared;
}

size_t TreeImage::CountBelow(const NodePtr& node) {
  if (node == nullptr) return 0;
  size_t count = 1;
  for (const NodePtr& child : node->children) count += CountBelow(child);
  return count;
}

}  // namespace mrg
