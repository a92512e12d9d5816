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

// How many calls of each method there are.
class Counts {
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
  Unanswered(Counts* waiting, std::string method) : waiting_(waiting), method_(std::move(method)) {
    waiting_->Change(method_, 1);
  }

  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override {
    waiting_->Change(method_, -1);
    delete this;
  }

 private:
  Counts* const waiting_;
  const std::string method_;
};

// One call that is answered, whatever it asks.
class Answered : public grpc::ServerGenericBidiReactor {
 public:
  explicit Answered(const std::string& answer) {
    const grpc::Slice slice(answer);
    answer_ = grpc::ByteBuffer(&slice, 1);
    StartWriteAndFinish(&answer_, grpc::WriteOptions(), grpc::Status::OK);
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer answer_;
};

class SilentService : public grpc::CallbackGenericService {
 public:
  explicit SilentService(std::map<std::string, std::string> answers)
      : answers_(std::move(answers)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const auto answer = answers_.find(context->method());
    if (answer == answers_.end()) return new Unanswered(&waiting_, context->method());
    answered_.Change(context->method(), 1);
    return new Answered(answer->second);
  }

  size_t Waiting(const std::string& method) const { return waiting_.Of(method); }
  size_t Answers(const std::string& method) const { return answered_.Of(method); }

 private:
  const std::map<std::string, std::string> answers_;
  Counts waiting_;
  Counts answered_;
};

}  // namespace

struct SilentPeer::Parts {
  explicit Parts(std::map<std::string, std::string> answers) : service(std::move(answers)) {}

  SilentService service;
  std::unique_ptr<grpc::Server> server;
};

SilentPeer::SilentPeer(const Federation& federation, const std::string& member,
                       std::map<std::string, std::string> answers)
    : parts_(std::make_unique<Parts>(std::move(answers))) {
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

size_t SilentPeer::Waiting(const std::string& method) const {
  return parts_->service.Waiting(method);
}

size_t SilentPeer::Answered(const std::string& method) const {
  return parts_->service.Answers(method);
}

}  // namespace mrg
