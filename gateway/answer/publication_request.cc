#include "gateway/answer/publication_request.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

constexpr size_t kNameBytesMax = 64;
constexpr size_t kPathBytesMax = 256;
constexpr size_t kFileBytesMax = size_t{1} << 20;

// An empty target is a target too.
absl::Status CheckTarget(absl::string_view field, absl::string_view content) {
  if (content.size() <= kFileBytesMax) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldTooLong, field, "expected at most 1 MiB");
}

}  // namespace

absl::StatusOr<Publication> CheckPublication(const gateway::v1::PublishRequest& message) {
  Publication publication;
  if (message.metadata().empty()) {
    return MakeFieldError(Reason::kFieldRequired, "metadata", "expected at least one file");
  }
  for (int i = 0; i < message.metadata_size(); ++i) {
    const auto& file = message.metadata(i);
    const std::string field = absl::StrCat("metadata[", i, "]");
    MRG_RETURN_IF_ERROR(RequireText(absl::StrCat(field, ".name"), file.name(), kNameBytesMax));
    MRG_RETURN_IF_ERROR(
        RequireBytes(absl::StrCat(field, ".content"), file.content(), kFileBytesMax));
    publication.metadata.emplace_back(file.name(), file.content());
  }
  for (int i = 0; i < message.targets_size(); ++i) {
    const auto& file = message.targets(i);
    const std::string field = absl::StrCat("targets[", i, "]");
    MRG_RETURN_IF_ERROR(RequireText(absl::StrCat(field, ".path"), file.path(), kPathBytesMax));
    MRG_RETURN_IF_ERROR(CheckTarget(absl::StrCat(field, ".content"), file.content()));
    publication.targets.emplace_back(file.path(), file.content());
  }
  for (int i = 0; i < message.tree_nodes_size(); ++i) {
    MRG_RETURN_IF_ERROR(RequireBytes(absl::StrCat("tree_nodes[", i, "]"), message.tree_nodes(i),
                                     kTreeNodeBytesMax));
    publication.tree_nodes.push_back(message.tree_nodes(i));
  }
  return publication;
}

absl::StatusOr<std::vector<std::string>> CheckUploadedContent(
    const gateway::v1::UploadContentRequest& message) {
  for (int i = 0; i < message.content_size(); ++i) {
    MRG_RETURN_IF_ERROR(CheckTarget(absl::StrCat("content[", i, "]"), message.content(i)));
  }
  return std::vector<std::string>(message.content().begin(), message.content().end());
}

}  // namespace mrg
