// mrgd: the node of one member, a region or the hub.

#include <pthread.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gateway/base/build_version.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
#include "gateway/config/node_config.h"
#include "gateway/config/node_keys.h"
#include "gateway/daemon/renewed_node.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"

namespace {

// Exit codes.
constexpr int kUsage = 2;  // a wrong command line
constexpr int kCut = 3;    // the disk did not answer; what was acknowledged is kept

int Refuse(const absl::Status& status) {
  std::cerr << "mrgd: " << mrg::Displayed(status.message()) << std::endl;
  return 1;
}

// Opens neither store nor port, so that a node may run with the same configuration meanwhile.
int ShowChecked(const std::string& path, const mrg::NodeConfig& config) {
  const absl::Status keys = mrg::LoadNodeKeys(config).status();
  if (!keys.ok()) return Refuse(keys);
  std::cout << "mrgd: " << mrg::Displayed(path) << " and the files that it names are in order: "
            << (config.role == mrg::NodeRole::kHub ? "hub" : "region") << " "
            << config.member.value() << ", " << config.jurisdictions.size() << " jurisdictions, "
            << config.peers.size() << " peers, " << config.authorization_rules.size() << " rules"
            << std::endl;
  return 0;
}

// Bounds the end of the process, which else waits for a disk that does not answer: what waits for
// it was acknowledged to nobody, so that the process may end as if it had been killed. Who asks a
// second time, with one of the blocked signals `asks`, is told how long it may still take.
class StopLimit {
 public:
  explicit StopLimit(const sigset_t& asks) : asks_(asks), thread_([this] { Wait(); }) {}
  ~StopLimit() {
    stopped_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);  // wakes it
    thread_.join();
  }

 private:
  void Wait() {
    const mrg::RealClock clock;
    mrg::StderrEventLog events(&clock);
    const absl::Duration end = clock.Monotonic() + kStopAtMost;
    while (true) {
      const absl::Duration left = end - clock.Monotonic();
      if (stopped_) return;
      if (left <= absl::ZeroDuration()) break;
      const timespec at_most = absl::ToTimespec(left);
      if (sigtimedwait(&asks_, nullptr, &at_most) < 0 || stopped_) continue;
      events.Write(mrg::Event::kNodeStopAskedAgain, {{"seconds_left", end - clock.Monotonic()}});
    }
    events.Write(mrg::Event::kNodeStopCut, {{"seconds", kStopAtMost}});
    std::_Exit(kCut);
  }

  static constexpr absl::Duration kStopAtMost = absl::Seconds(10);

  const sigset_t asks_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

// What libraries have to say reaches us as statuses. Lines of their own would stand between the
// events, as many as a caller likes. GRPC_VERBOSITY brings gRPC's back.
void SilenceLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
}

}  // namespace

int main(int argc, char** argv) {
  std::string config_path;
  CLI::App app("Node of the mutual-recognition gateway", "mrgd");
  app.set_version_flag(
      "--version",
      absl::StrCat("mrgd ", mrg::BuildVersion().text(), " (", mrg::BuildRevision().text(), ")"),
      "which release and commit this is");
  app.add_option("--config", config_path, "node.textproto (mrg/gateway/v1/config.proto)")
      ->required();
  mrg::StartOptions start_options;
  app.add_flag("--accept-unwitnessed", start_options.accept_unwitnessed,
               "go on with a decision log that no peer confirms, or in spite of what was\n"
               "found up to now to contradict it; or with keys that a restored folder says\n"
               "may have signed since its backup; see OPERATING.md and BACKUP.md");
  bool check_only = false;
  app.add_flag("--check-config", check_only,
               "only check the configuration and every file that it names, and end: 0 when a\n"
               "node could start with them");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  SilenceLibraries();
  // What the store and the admin socket make is the node's alone.
  umask(0077);
  // Debian builds Abseil with the search for lock cycles on, which costs every lock of every call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  // Before any thread starts, so that only the wait below sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigset_t signals = stop;
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto config = mrg::LoadNodeConfig(config_path, mrg::RealClock().Now());
  if (!config.ok()) return Refuse(config.status());
  if (check_only) return ShowChecked(config_path, *config);
  auto node = mrg::RenewedNode::Start(*config, start_options);
  if (!node.ok()) return Refuse(node.status());

  const timespec look_period = {1, 0};
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &look_period);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP) (*node)->Reload(config_path);
    (*node)->Look();
  }
  const StopLimit limit(stop);
  node->reset();
  return 0;
}
