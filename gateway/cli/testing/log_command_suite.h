#ifndef MRG_GATEWAY_CLI_TESTING_LOG_COMMAND_SUITE_H_
#define MRG_GATEWAY_CLI_TESTING_LOG_COMMAND_SUITE_H_

// What the tests of `mrgctl log` share: a node with a log of five records, and an auditor who has
// the member's root and knows nothing yet.
//
// Threads: the test's.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/log/testing/log_node.h"
#include "gateway/cli/log_command.h"
#include "gateway/cli/testing/ran_command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace mrg {

inline constexpr char kMember[] = "yangtze-delta";
inline constexpr char kOrigin[] = "yangtze-delta/log-1";

class LogCommandSuite : public ::testing::Test {
 protected:
  LogCommandSuite() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    WriteFile("root", node_.lists().root(1));
    node_.ListKey(kOrigin, *log_.key(), now_ - absl::Hours(48));
    node_.Serve(&log_);
    log_.AppendMany(5, first_);
  }

  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  std::string WriteFile(absl::string_view name, absl::string_view bytes) const {
    std::ofstream(Path(name)) << bytes;
    return Path(name);
  }
  static std::string ReadFile(const std::string& path) { return *ReadWholeFile(path); }
  std::string KeptPath() const { return Path("state/logs/yangtze-delta/log-1/checkpoint"); }
  std::vector<std::string> Contradicting() const {
    std::vector<std::string> files;
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(KeptPath()).parent_path())) {
      if (file.path() != KeptPath()) files.push_back(file.path());
    }
    return files;
  }

  int Run(std::vector<std::string> words) {
    out_.str("");
    err_.str("");
    Display out(&out_);
    Display err(&err_);
    return RunLogCommand(words, out, err);
  }
  // With all that says which log, and by which trust.
  int Log(std::vector<std::string> words) {
    words.insert(words.end(), {"--publisher", kMember, "--address", node_.address(),
                               "--trust-address", node_.address(), "--state", Path("state")});
    if (!std::filesystem::exists(Path("state/trust/yangtze-delta/metadata/root.json"))) {
      words.insert(words.end(), {"--root", Path("root")});
    }
    return Run(words);
  }
  // What failed, in one line, what to do next in another one, and nothing that looks like an
  // answer.
  void ExpectRefused(const std::vector<std::string>& words, absl::string_view why) {
    EXPECT_EQ(Log(words), kExitFailed);
    EXPECT_EQ(out_.str(), "");
    EXPECT_THAT(err_.str(), ::testing::AllOf(::testing::StartsWith("mrgctl: "),
                                             ::testing::HasSubstr(std::string(why))));
    EXPECT_TRUE(IsOneRefusal(err_.str())) << err_.str();
  }
  std::vector<nlohmann::json> JsonLines() const {
    std::vector<nlohmann::json> objects;
    const std::string text = out_.str();
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      objects.push_back(nlohmann::json::parse(std::string(line)));
    }
    return objects;
  }
  std::vector<uint64_t> Listed(std::vector<std::string> words) {
    words.insert(words.begin(), "list");
    words.insert(words.end(), {"--output", "json"});
    EXPECT_EQ(Log(words), kExitOk) << err_.str();
    std::vector<uint64_t> indexes;
    for (const auto& record : JsonLines()) indexes.push_back(record.at("index").get<uint64_t>());
    return indexes;
  }

  const std::string folder_ = absl::StrCat(
      ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const absl::Time now_ = RealClock().Now();
  const absl::Time first_ = now_ - absl::Hours(24);
  LogNode node_{now_};
  MemoryLog log_{kOrigin};
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TESTING_LOG_COMMAND_SUITE_H_
