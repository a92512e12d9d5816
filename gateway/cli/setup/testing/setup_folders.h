#ifndef MRG_GATEWAY_CLI_SETUP_TESTING_SETUP_FOLDERS_H_
#define MRG_GATEWAY_CLI_SETUP_TESTING_SETUP_FOLDERS_H_

// For tests: folders of members that `mrgctl init` makes and `mrgctl member add` changes.

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/cli/command.h"
#include "gateway/cli/setup/init_command.h"
#include "gateway/cli/setup/member_command.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/config/node_config.h"
#include "gtest/gtest.h"

namespace mrg {

using Flags = std::map<std::string, std::string>;

inline RanCommand Mrgctl(CommandFamily family, const std::string& word, const Flags& flags) {
  std::vector<std::string> words = {word};
  for (const auto& [flag, value] : flags) words.insert(words.end(), {flag, value});
  return RunCommand(family, words);
}

inline int ModeOf(const std::filesystem::path& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
}

// Result: what stands behind `label` to the end of its line; empty when it is not there.
inline std::string Behind(const std::string& shown, const std::string& label) {
  const size_t at = shown.find(label);
  if (at == shown.npos) return "";
  const size_t from = at + label.size();
  return shown.substr(from, shown.find('\n', from) - from);
}

// What a member reads out, and what the others compare it with.
inline constexpr char kOwnDigest[] = "its digest: ";
inline constexpr char kHubsDigest[] = "its digest with what you were handed: ";

// The path of a unix socket has at most 107 bytes, so the folders are the system's.
class SetupFolders : public ::testing::Test {
 protected:
  SetupFolders() {
    std::string folder = (std::filesystem::temp_directory_path() / "init-XXXXXX").string();
    folder_ = mkdtemp(folder.data());
  }
  ~SetupFolders() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  Flags HubFlags() const {
    return {{"--dir", Path("hub")},
            {"--trust-domain", "hub.example"},
            {"--federation", "127.0.0.1:7402"},
            {"--metrics", "127.0.0.1:7403"},
            {"--dictionary", "deploy/packs/canonical/1.textproto"}};
  }
  RanCommand MakeHub() const { return Mrgctl(RunInitCommand, "hub", HubFlags()); }

  Flags RegionFlags() const {
    return {{"--dir", Path("delta")},
            {"--member", "yangtze-delta"},
            {"--trust-domain", "delta.example"},
            {"--jurisdictions", "32,31"},
            {"--api", "127.0.0.1:7411"},
            {"--federation", "0.0.0.0:7412"},
            {"--endpoint", "node.delta.example:7412"},
            {"--hub-root", Path("hub/repository/metadata/1.root.json")},
            {"--hub-endpoint", "127.0.0.1:7402"},
            {"--hub-ca", Path("hub/tls/ca.pem")}};
  }
  RanCommand MakeRegion() const { return Mrgctl(RunInitCommand, "region", RegionFlags()); }

  RanCommand AddRegion() const {
    return Mrgctl(RunMemberCommand, "add",
                  {{"--dir", Path("hub")}, {"--file", Path("delta/member.textproto")}});
  }

  absl::StatusOr<NodeConfig> Config(const std::string& member) const {
    return LoadNodeConfig(Path(member + "/node.textproto"), RealClock().Now());
  }

  size_t FilesIn(const std::string& folder) const {
    return static_cast<size_t>(std::distance(std::filesystem::recursive_directory_iterator(folder),
                                             std::filesystem::recursive_directory_iterator()));
  }

  std::string folder_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_TESTING_SETUP_FOLDERS_H_
