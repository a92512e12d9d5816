#include "gateway/prefix_tree/tree_node.h"

#include <functional>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/tree.pb.h"

namespace mrg {
namespace {

using trustlist::v1::TreeNode;

bool IsBelow(const std::string& key, absl::string_view prefix) {
  for (size_t depth = 0; depth < prefix.size(); ++depth) {
    if (NibbleAt(key, depth) != static_cast<uint8_t>(prefix[depth])) return false;
  }
  return true;
}

// The rules of proto/mrg/trustlist/v1/tree.proto, judged on the parsed message.
bool ReferenceAccepts(const std::string& bytes, absl::string_view prefix) {
  TreeNode node;
  if (!ParseCanonicalInto(bytes, &node)) return false;
  std::string last;
  if (node.has_leaf()) {
    if (node.leaf().entries_size() > 64) return false;
    for (const auto& entry : node.leaf().entries()) {
      if (entry.id().empty() || entry.id().size() > 512 || entry.value().size() > 65536) {
        return false;
      }
      const std::string key = Sha256(entry.id());
      if (!IsBelow(key, prefix) || key <= last) return false;
      last = key;
    }
    return node.leaf().entries_size() > 0 || prefix.empty();
  }
  if (!node.has_branch()) return false;
  absl::uint128 entries = 0;
  int64_t nibble = -1;
  for (const auto& child : node.branch().children()) {
    if (child.nibble() > 15 || child.nibble() <= nibble || child.sha256().size() != 32 ||
        child.entry_count() == 0) {
      return false;
    }
    nibble = child.nibble();
    entries += child.entry_count();
  }
  return entries > 64 && entries <= UINT64_MAX && prefix.size() < 64;
}

bool Accepts(const std::string& bytes, absl::string_view prefix) {
  const auto node = ReadTreeNode(bytes, Sha256(bytes), prefix);
  EXPECT_TRUE(node.ok() || ReasonOf(node.status()) == Reason::kTreeNodeMalformed);
  return node.ok();
}

std::vector<std::string> SomeNodes() {
  std::vector<std::string> nodes = {BuildTree({})->root_bytes()};
  for (int count : {1, 3, 64, 65, 300}) {
    std::vector<TreeEntry> entries;
    for (int i = 0; i < count; ++i) entries.push_back({absl::StrCat("id-", i), absl::StrCat(i)});
    entries.front().value.clear();
    const BuiltTree tree = *BuildTree(entries);
    for (const auto& [sha256, bytes] : tree.nodes) nodes.push_back(bytes);
  }
  return nodes;
}

void Mutate(std::mt19937* random, std::string* bytes) {
  const auto at = [&] { return bytes->empty() ? 0 : (*random)() % bytes->size(); };
  switch ((*random)() % 5) {
    case 0:
      if (!bytes->empty()) (*bytes)[at()] = static_cast<char>((*random)());
      break;
    case 1:
      if (!bytes->empty()) (*bytes)[at()] ^= static_cast<char>(1 << (*random)() % 8);
      break;
    case 2:
      bytes->insert(at(), 1, static_cast<char>((*random)()));
      break;
    case 3:
      if (!bytes->empty()) bytes->erase(at(), 1 + (*random)() % 3);
      break;
    default:
      bytes->append(bytes->substr(at()));
  }
}

TEST(TreeNode, AgreesWithTheRulesOnTheParsedMessage) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::vector<std::string> nodes = SomeNodes();
  int accepted = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string bytes = nodes[random() % nodes.size()];
    const int mutations = static_cast<int>(random() % 3);
    for (int i = 0; i < mutations; ++i) Mutate(&random, &bytes);
    const std::string prefix(random() % 4 == 0 ? 1 : 0, static_cast<char>(random() % 16));

    const bool accepts = Accepts(bytes, prefix);

    ASSERT_EQ(accepts, ReferenceAccepts(bytes, prefix)) << "round " << round;
    accepted += accepts ? 1 : 0;
  }
  EXPECT_GT(accepted, 8000);
}

TEST(TreeNode, ViewSaysWhatTheMessageSays) {
  for (const std::string& bytes : SomeNodes()) {
    TreeNode message;
    ASSERT_TRUE(message.ParseFromString(bytes));
    const std::string first = message.leaf().entries_size() > 0
                                  ? Sha256(message.leaf().entries(0).id())
                                  : std::string(32, '\0');
    const bool root = message.has_branch() || message.leaf().entries_size() == 0;
    const std::string prefix = root ? "" : std::string(1, static_cast<char>(NibbleAt(first, 0)));
    auto node = ReadTreeNode(bytes, Sha256(bytes), prefix);
    if (!node.ok()) node = ReadTreeNode(bytes, Sha256(bytes), "");

    ASSERT_TRUE(node.ok()) << node.status();
    EXPECT_EQ(node->is_branch(), message.has_branch());
    ASSERT_EQ(node->entries.size(), static_cast<size_t>(message.leaf().entries_size()));
    uint64_t entries = node->entries.size();
    for (size_t i = 0; i < node->entries.size(); ++i) {
      EXPECT_EQ(node->entries[i].id, message.leaf().entries(static_cast<int>(i)).id());
      EXPECT_EQ(node->entries[i].value, message.leaf().entries(static_cast<int>(i)).value());
      EXPECT_EQ(node->entries[i].key, Sha256(node->entries[i].id));
    }
    ASSERT_EQ(node->children.size(), static_cast<size_t>(message.branch().children_size()));
    for (size_t i = 0; i < node->children.size(); ++i) {
      const auto& child = message.branch().children(static_cast<int>(i));
      EXPECT_EQ(node->children[i].nibble, child.nibble());
      EXPECT_EQ(node->children[i].sha256, child.sha256());
      EXPECT_EQ(node->children[i].entry_count, child.entry_count());
      EXPECT_EQ(node->ChildAt(child.nibble()), &node->children[i]);
      entries += child.entry_count();
    }
    EXPECT_EQ(node->entry_count, entries);
    EXPECT_EQ(node->ChildAt(16), nullptr);
  }
}

TEST(TreeNode, BytesOfAnotherDigestAreRefused) {
  const std::string bytes = BuildTree({{"a", "1"}})->root_bytes();
  EXPECT_EQ(ReasonOf(ReadTreeNode(bytes, Sha256("other"), "").status()),
            Reason::kTreeNodeMalformed);
}

TEST(TreeNode, BranchOverFewEntriesAndUnsortedLeafAreRefused) {
  TreeNode branch;
  auto* child = branch.mutable_branch()->add_children();
  child->set_nibble(1);
  child->set_sha256(std::string(32, 'x'));
  child->set_entry_count(64);
  EXPECT_FALSE(Accepts(CanonicalBytes(branch), ""));
  child->set_entry_count(65);
  EXPECT_TRUE(Accepts(CanonicalBytes(branch), ""));
  EXPECT_FALSE(Accepts(CanonicalBytes(branch), std::string(64, '\0')));

  TreeNode leaf;
  for (const char* id : {"a", "b", "c", "d"}) leaf.mutable_leaf()->add_entries()->set_id(id);
  EXPECT_FALSE(Accepts(CanonicalBytes(leaf), ""));
}

TEST(TreeNode, BranchWhoseCountsRunOverIsRefused) {
  TreeNode branch;
  for (uint32_t nibble : {0u, 1u}) {
    auto* child = branch.mutable_branch()->add_children();
    child->set_nibble(nibble);
    child->set_sha256(std::string(32, 'x'));
    child->set_entry_count(UINT64_MAX - 5);
  }
  EXPECT_FALSE(Accepts(CanonicalBytes(branch), ""));
}

TEST(TreeNode, SizesOfEntriesAreBounded) {
  for (const auto& [id_bytes, value_bytes, accepted] :
       {std::tuple{1, 0, true}, {512, 65536, true}, {513, 1, false}, {1, 65537, false}}) {
    TreeNode leaf;
    auto* entry = leaf.mutable_leaf()->add_entries();
    entry->set_id(std::string(static_cast<size_t>(id_bytes), 'i'));
    entry->set_value(std::string(static_cast<size_t>(value_bytes), 'v'));
    EXPECT_EQ(Accepts(CanonicalBytes(leaf), ""), accepted) << id_bytes << " " << value_bytes;
  }
}

}  // namespace
}  // namespace mrg
