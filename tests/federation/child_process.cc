#include "tests/federation/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

constexpr absl::Duration kRunAtMost = absl::Minutes(1);
constexpr int kSignalBase = 128;

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, const std::string& out_path,
    const std::string& err_path) {
  // A test that crashes cannot clean up; its children are then ended by the kernel.
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "KILL"};
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_path.c_str(), kAppend, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err_path.c_str(), kAppend, 0600);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return absl::UnavailableError(absl::StrCat(command[0], ": ", std::strerror(error)));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid));
}

ChildProcess::~ChildProcess() {
  if (!IsRunning()) return;
  Signal(SIGKILL);
  WaitForEnd(absl::Seconds(10));
}

bool ChildProcess::IsRunning() {
  if (ended_.has_value()) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
  return false;
}

void ChildProcess::Signal(int signal) {
  if (IsRunning()) kill(pid_, signal);
}

std::optional<int> ChildProcess::WaitForEnd(absl::Duration at_most) {
  WaitUntil([this] { return !IsRunning(); }, at_most);
  return ended_;
}

Ran RunToEnd(const std::vector<std::string>& command, const std::string& folder) {
  static std::atomic<int> count = 0;
  const std::string name = absl::StrCat(folder, "/ran-", ++count);
  Ran ran;
  auto process = ChildProcess::Start(command, name + ".out", name + ".err");
  if (!process.ok()) {
    ran.err = std::string(process.status().message());
    return ran;
  }
  ran.code = (*process)->WaitForEnd(kRunAtMost).value_or(-1);
  ran.out = ReadIfThere(name + ".out");
  ran.err = ReadIfThere(name + ".err");
  unlink((name + ".out").c_str());
  unlink((name + ".err").c_str());
  return ran;
}

std::string ReadIfThere(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

bool AnyFileHolds(const std::string& folder, absl::string_view bytes) {
  const std::filesystem::recursive_directory_iterator files(folder);
  return std::any_of(begin(files), end(files), [bytes](const auto& file) {
    return file.is_regular_file() && absl::StrContains(ReadIfThere(file.path()), bytes);
  });
}

}  // namespace mrg
