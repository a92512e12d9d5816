#include "tests/scenario/silent_peer.h"

#include <map>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/scenario/node_credentials.h"

namespace mrg {
namespace {

// How many calls of each method wait.
class Waiters {
 public:
  void Change(const std::string& method, int by) {
    MutexLock lock(mu_);
    counts_[method] += by;
  }
  size_t Of(const std::string& method) const {
    MutexLock lock(mu_);
    const auto found = counts_.find(method);
    return found == counts_.end() ? 0 : static_cast<size_t>(found->second);
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, int> counts_ ABSL_GUARDED_BY(mu_);
};

// One call; ends when its caller or the server gives it up.
class Unanswered : public grpc::ServerGenericBidiReactor {
 public:
  Unanswered(Waiters* waiters, std::string method) : waiters_(waiters), method_(std::move(method)) {
    waiters_->Change(method_, 1);
  }

  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override {
    waiters_->Change(method_, -1);
    delete this;
  }

 private:
  Waiters* const waiters_;
  const std::string method_;
};

class SilentService : public grpc::CallbackGenericService {
 public:
  explicit SilentService(Waiters* waiters) : waiters_(waiters) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Unanswered(waiters_, context->method());
  }

 private:
  Waiters* const waiters_;
};

}  // namespace

struct SilentPeer::Parts {
  Waiters waiters;
  SilentService service{&waiters};
  std::unique_ptr<grpc::Server> server;
};

SilentPeer::SilentPeer(const Federation& federation, const std::string& member)
    : parts_(std::make_unique<Parts>()) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(federation.Address(member, "federation"),
                           NodeCredentials(federation, member));
  builder.RegisterCallbackGenericService(&parts_->service);
  parts_->server = builder.BuildAndStart();
  EXPECT_NE(parts_->server, nullptr);
}

SilentPeer::~SilentPeer() {
  // A deadline that has passed gives up what still waits.
  parts_->server->Shutdown(absl::ToChronoTime(absl::UnixEpoch()));
  parts_->server->Wait();
}

size_t SilentPeer::Waiting(const std::string& method) const { return parts_->waiters.Of(method); }

}  // namespace mrg
