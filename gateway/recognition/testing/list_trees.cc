#include "gateway/recognition/testing/list_trees.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gateway/recognition/issuer.h"

namespace mrg {
namespace {

template <typename List>
absl::StatusOr<List> Load(const std::vector<TreeEntry>& entries) {
  const absl::StatusOr<BuiltTree> tree = BuildTree(entries);
  if (!tree.ok()) return tree.status();
  MapNodes nodes;
  nodes.Add(*tree);
  return List::Load(tree->root_sha256, nodes);
}

}  // namespace

std::vector<TreeEntry> IssuerEntries(const std::vector<gateway::v1::IssuerEntry>& entries) {
  std::vector<TreeEntry> tree;
  for (const auto& entry : entries) {
    tree.push_back(
        {IssuerId(entry.issuer_code(), Sha256(entry.public_key())), CanonicalBytes(entry)});
  }
  return tree;
}

std::vector<TreeEntry> StatusEntries(const std::vector<gateway::v1::LicenceStatusEntry>& entries) {
  std::vector<TreeEntry> tree;
  for (const auto& entry : entries) {
    tree.push_back({LicenceStatusId(entry.epoch(), entry.tag()), CanonicalBytes(entry)});
  }
  return tree;
}

absl::StatusOr<IssuerList> LoadIssuers(const std::vector<TreeEntry>& entries) {
  return Load<IssuerList>(entries);
}

absl::StatusOr<LicenceStatusList> LoadStatuses(const std::vector<TreeEntry>& entries) {
  return Load<LicenceStatusList>(entries);
}

}  // namespace mrg
