#include "gateway/ceremony/proof.h"

#include <cstdint>
#include <optional>

#include "gateway/base/status_macros.h"
#include "gateway/ceremony/fetched_nodes.h"
#include "trustlist/client/entry_proof.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

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
