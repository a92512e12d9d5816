#include "gateway/cli/backup/node_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/backup/manifest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

absl::Status Add(absl::string_view field, const std::string& path, const std::string& folder,
                 std::vector<NodeFile>* files) {
  if (path.empty()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(NodeFile file, NamedFile(field, path, folder));
  const bool is_there = std::any_of(files->begin(), files->end(), [&file](const NodeFile& other) {
    return other.name == file.name;
  });
  if (!is_there) files->push_back(std::move(file));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NodeFile> NamedFile(absl::string_view field, const std::string& path,
                                   const std::string& folder) {
  const fs::path whole = (fs::path(folder) / path).lexically_normal();
  std::string below = whole.lexically_relative(fs::path(folder).lexically_normal()).string();
  const bool is_below = !below.empty() && below != ".." && !absl::StartsWith(below, "../");
  std::string name =
      is_below ? absl::StrCat(kFolderPrefix, below)
               : absl::StrCat(kElsewherePrefix,
                              fs::absolute(whole).lexically_normal().relative_path().string());
  while (absl::EndsWith(name, "/")) name.pop_back();
  if (!IsBackupName(name)) {
    return MakeFieldError(Reason::kConfigInvalid, field,
                          absl::StrCat("expected a path of [A-Za-z0-9._@+,=-], found ", path));
  }
  return NodeFile{std::string(field), whole.string(), std::move(name)};
}

absl::StatusOr<NodeFiles> FilesOf(const gateway::v1::NodeConfig& config,
                                  const std::string& folder) {
  NodeFiles files;
  const auto open = [&](absl::string_view field, const std::string& path) {
    return Add(field, path, folder, &files.open);
  };
  const auto secret = [&](absl::string_view field, const std::string& path) {
    return Add(field, path, folder, &files.secrets);
  };
  MRG_ASSIGN_OR_RETURN(files.data_dir, NamedFile("data_dir", config.data_dir(), folder));
  MRG_RETURN_IF_ERROR(open("tls.cert_path", config.tls().cert_path()));
  for (const auto& domain : config.trust_domains()) {
    MRG_RETURN_IF_ERROR(open("trust_domains.ca_bundle_path", domain.ca_bundle_path()));
    MRG_RETURN_IF_ERROR(open("trust_domains.crl_path", domain.crl_path()));
  }
  for (const auto& peer : config.peers()) {
    MRG_RETURN_IF_ERROR(open("peers.root_path", peer.root_path()));
  }
  const auto& keys = config.keys();
  MRG_RETURN_IF_ERROR(secret("tls.key_path", config.tls().key_path()));
  MRG_RETURN_IF_ERROR(secret("keys.timestamp_path", keys.timestamp_path()));
  MRG_RETURN_IF_ERROR(secret("keys.snapshot_path", keys.snapshot_path()));
  MRG_RETURN_IF_ERROR(secret("keys.status_path", keys.status_path()));
  MRG_RETURN_IF_ERROR(secret("keys.log_path", keys.log_path()));
  MRG_RETURN_IF_ERROR(secret("keys.idempotency_path", keys.idempotency_path()));
  for (const auto& key : keys.epoch_keys()) {
    MRG_RETURN_IF_ERROR(secret("keys.epoch_keys.path", key.path()));
  }
  for (const auto& key : keys.carried_epoch_keys()) {
    MRG_RETURN_IF_ERROR(secret("keys.carried_epoch_keys.path", key.path()));
  }
  return files;
}

}  // namespace mrg
