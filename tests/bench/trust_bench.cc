// How long a trust change takes from one node to another, seen from outside: from the moment at
// which the publishing call is sent to one node until the other says that the change is in force
// there. The changes were prepared and signed before: FOLDER/<n>/role and FOLDER/<n>/target.
//
//   trust_bench --publisher MEMBER --publish-at ADDRESS --seen-at ADDRESS [--then-at ADDRESS...]
//       --changes FOLDER --count N --role NAME --target PATH
// Prints one JSON object with the times in milliseconds, one a change.

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/bench/file_bytes.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::PublishRequest;
using gateway::v1::PublishResponse;

constexpr absl::Duration kInForceAtMost = absl::Seconds(20);
// Between two questions: asking without a pause would take the nodes' processors away.
constexpr int kAskAgainMs = 1;

struct Flags {
  std::string publisher, publish_at, seen_at;
  std::vector<std::string> then_at;
  std::string changes, role, target;
  int count = 0;
};

absl::Status Failed(absl::string_view what, const grpc::Status& status) {
  return absl::UnavailableError(absl::StrCat(what, ": ", status.error_message()));
}

// A node's admin socket.
class Admin {
 public:
  explicit Admin(const std::string& address)
      : stub_(AdminService::NewStub(
            grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {}

  // Result: the version of the publisher's role that is in force here; 0 when none is.
  absl::StatusOr<int64_t> VersionOf(const std::string& publisher, const std::string& role) const {
    grpc::ClientContext context;
    gateway::v1::GetTrustStateResponse state;
    const grpc::Status status =
        stub_->GetTrustState(&context, gateway::v1::GetTrustStateRequest(), &state);
    if (!status.ok()) return Failed("GetTrustState", status);
    for (const auto& one : state.publishers()) {
      if (one.publisher() != publisher) continue;
      for (const auto& in_force : one.roles()) {
        if (in_force.role() == role) return in_force.version();
      }
    }
    return 0;
  }

  // Asks again and again. Result: when the version was seen to be in force.
  absl::StatusOr<absl::Duration> WaitForVersion(const std::string& publisher,
                                                const std::string& role, int64_t version) const {
    const RealClock clock;
    const absl::Duration end = clock.Monotonic() + kInForceAtMost;
    Mutex mu;
    CondVar never;
    while (clock.Monotonic() < end) {
      MRG_ASSIGN_OR_RETURN(const int64_t in_force, VersionOf(publisher, role));
      if (in_force >= version) return clock.Monotonic();
      MutexLock lock(mu);
      never.WaitFor(mu, kAskAgainMs);
    }
    return absl::DeadlineExceededError(
        absl::StrCat(role, " version ", version, " of ", publisher, " is not in force"));
  }

  AdminService::Stub* stub() const { return stub_.get(); }

 private:
  const std::unique_ptr<AdminService::Stub> stub_;
};

// One publishing call that runs while the other node is watched.
class Publishing {
 public:
  void Start(const Admin& node, const PublishRequest* request) {
    node.stub()->async()->Publish(&context_, request, &response_, [this](grpc::Status status) {
      MutexLock lock(mu_);
      status_ = std::move(status);
      done_ = true;
      ended_.NotifyAll();
    });
  }
  grpc::Status Wait() {
    MutexLock lock(mu_);
    while (!done_) ended_.Wait(mu_);
    return status_;
  }

 private:
  grpc::ClientContext context_;
  PublishResponse response_;
  Mutex mu_;
  CondVar ended_;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  grpc::Status status_ ABSL_GUARDED_BY(mu_);
};

absl::StatusOr<std::vector<std::string>> Measure(const Flags& flags) {
  const RealClock clock;
  const Admin publisher(flags.publish_at);
  const Admin follower(flags.seen_at);
  std::vector<std::unique_ptr<Admin>> others;
  for (const std::string& address : flags.then_at) {
    others.push_back(std::make_unique<Admin>(address));
  }
  std::vector<std::string> took_ms;
  for (int i = 0; i < flags.count; ++i) {
    PublishRequest request;
    gateway::v1::SignedFile* const role = request.add_metadata();
    role->set_name(flags.role);
    role->set_content(FileBytes(absl::StrCat(flags.changes, "/", i, "/role")));
    gateway::v1::TargetFile* const target = request.add_targets();
    target->set_path(flags.target);
    target->set_content(FileBytes(absl::StrCat(flags.changes, "/", i, "/target")));
    MRG_ASSIGN_OR_RETURN(const int64_t before, follower.VersionOf(flags.publisher, flags.role));

    Publishing publishing;
    const absl::Duration sent = clock.Monotonic();
    publishing.Start(publisher, &request);
    const absl::StatusOr<absl::Duration> seen =
        follower.WaitForVersion(flags.publisher, flags.role, before + 1);
    const grpc::Status published = publishing.Wait();
    if (!published.ok()) return Failed("Publish", published);
    MRG_RETURN_IF_ERROR(seen.status());
    took_ms.push_back(absl::StrFormat("%.3f", absl::ToDoubleMilliseconds(*seen - sent)));
    // The next change starts when this one is everywhere, so that each is measured alone.
    for (const auto& other : others) {
      MRG_RETURN_IF_ERROR(other->WaitForVersion(flags.publisher, flags.role, before + 1).status());
    }
  }
  return took_ms;
}

int Run(int argc, char** argv) {
  Flags flags;
  CLI::App app("How long a trust change takes from one node to another");
  app.add_option("--publisher", flags.publisher, "member that publishes")->required();
  app.add_option("--publish-at", flags.publish_at, "its admin socket, unix:/path")->required();
  app.add_option("--seen-at", flags.seen_at, "admin socket of the node watched")->required();
  app.add_option("--then-at", flags.then_at, "nodes waited for before the next change");
  app.add_option("--changes", flags.changes, "folder of the changes")->required();
  app.add_option("--count", flags.count, "how many there are")->required();
  app.add_option("--role", flags.role, "role that is published")->required();
  app.add_option("--target", flags.target, "target that changes with it")->required();
  CLI11_PARSE(app, argc, argv);
  const auto took_ms = Measure(flags);
  if (!took_ms.ok()) {
    std::cerr << "trust_bench: " << took_ms.status() << "\n";
    return 1;
  }
  std::cout << "{\"ms\": [" << absl::StrJoin(*took_ms, ", ") << "]}\n";
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
