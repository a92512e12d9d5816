#include "gateway/ceremony/proof.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/client/entry_proof.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

// The nodes of a publisher's lists as a node hands them out.
class FetchedNodes : public NodeSource {
 public:
  explicit FetchedNodes(Fetcher* node) : node_(node) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, node_->FetchNodes({std::string(sha256)}));
    if (nodes.size() != 1) return MakeError(Reason::kTreeNodeMalformed, "expected one node");
    return std::move(nodes.front());
  }

 private:
  Fetcher* const node_;
};

}  // namespace

absl::StatusOr<trustlist::v1::EntryProof> ProveFromFolder(absl::string_view path,
                                                          absl::string_view id,
                                                          const RepositoryFolder& folder) {
  const auto read = [&folder](absl::string_view role, std::optional<int64_t> version) {
    return version.has_value() ? folder.ReadRoot(*version) : folder.ReadBytes(role);
  };
  return MakeEntryProof(path, id, folder.RootVersion(), read, FolderNodes(&folder));
}

absl::StatusOr<trustlist::v1::EntryProof> ProveFromNode(absl::string_view path,
                                                        absl::string_view id, Fetcher* node) {
  const MetadataLimits limits;
  const auto read = [&](absl::string_view role, std::optional<int64_t> version) {
    return node->FetchMetadata(
        role, version, role == kRootRole ? limits.root_bytes_max : limits.targets_bytes_max);
  };
  MRG_ASSIGN_OR_RETURN(const std::string newest, read(kRootRole, std::nullopt));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(newest));
  MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
  return MakeEntryProof(path, id, root.header.version, read, FetchedNodes(node));
}

}  // namespace mrg
