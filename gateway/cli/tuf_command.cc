#include "gateway/cli/tuf_command.h"

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/web/http_file_source.h"
#include "trustlist/client/folder_client.h"
#include "trustlist/client/mirror_fetcher.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

// Repositories of others may list more than a member's does.
constexpr MetadataLimits kLimits = {.snapshot_bytes_max = size_t{4} << 20,
                                    .targets_bytes_max = size_t{8} << 20};

struct TufFlags {
  std::string metadata_dir;
  std::string metadata_url;
  std::vector<std::string> target_names;
  std::string target_base_url;
  std::string target_dir;
  std::string root;
};

absl::Status Init(const TufFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const std::string root, ReadWholeFile(flags.root));
  return InitFolder(flags.metadata_dir, root);
}

absl::Status Refresh(const TufFlags& flags) {
  HttpFileSource metadata(flags.metadata_url);
  MirrorFetcher mirror(&metadata);
  return RefreshFolder(flags.metadata_dir, &mirror, kLimits, RealClock().Now());
}

absl::Status Download(const TufFlags& flags, Display& out) {
  HttpFileSource metadata(flags.metadata_url);
  HttpFileSource targets(flags.target_base_url);
  MirrorFetcher mirror(&metadata, &targets);
  return DownloadTargets(flags.metadata_dir, &mirror, flags.target_names, flags.target_dir, kLimits,
                         RealClock().Now(), [&out](const std::string& file) {
                           out << file << "\n";
                           ShowJson({{"file", file}}, out);
                         });
}

}  // namespace

int RunTufCommand(std::span<const std::string> args, Display& out, Display& err) {
  TufFlags flags;
  CLI::App app("A TUF client for repositories on static mirrors", "mrgctl tuf");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--metadata-dir", flags.metadata_dir, "folder of trusted metadata")->required();
  CLI::Option* metadata_url =
      app.add_option("--metadata-url", flags.metadata_url, "base URL of the metadata");
  CLI::Option* target_name =
      app.add_option("--target-name", flags.target_names, "path of a target; may be repeated");
  target_name->allow_extra_args(false);
  CLI::Option* target_base_url =
      app.add_option("--target-base-url", flags.target_base_url, "base URL of the targets");
  CLI::Option* target_dir =
      app.add_option("--target-dir", flags.target_dir, "folder of downloaded targets");
  CLI::App* init = app.add_subcommand("init", "starts from a root that is trusted");
  init->add_option("root", flags.root, "root.json")->required();
  CLI::App* refresh = app.add_subcommand("refresh", "brings the metadata up to date");
  CLI::App* download = app.add_subcommand("download", "downloads targets, in order");
  refresh->needs(metadata_url);
  download->needs(metadata_url);
  download->needs(target_name);
  download->needs(target_base_url);
  download->needs(target_dir);
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (init->parsed()) return Report(Init(flags), err);
  if (refresh->parsed()) return Report(Refresh(flags), err);
  return Report(Download(flags, out), err);
}

}  // namespace mrg
