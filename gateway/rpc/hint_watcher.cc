#include "gateway/rpc/hint_watcher.h"

#include <utility>

#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {

using trustlist::v1::TrustRepositoryService;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

struct HintWatcher::Stream : public grpc::ClientReadReactor<WatchResponse> {
  Stream(HintWatcher* owner, const std::shared_ptr<grpc::Channel>& channel)
      : watcher(owner), stub(TrustRepositoryService::NewStub(channel)) {}

  void Start() {
    stub->async()->Watch(&context, &request, this);
    StartRead(&hint);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    watcher->Hinted(hint.publisher(), hint.timestamp_version());
    StartRead(&hint);
  }
  void OnDone(const grpc::Status&) override { watcher->Ended(); }

  HintWatcher* const watcher;
  const std::unique_ptr<TrustRepositoryService::Stub> stub;
  grpc::ClientContext context;
  const WatchRequest request;
  WatchResponse hint;
};

HintWatcher::HintWatcher(std::shared_ptr<grpc::Channel> channel, RetrySchedule schedule,
                         OnHint on_hint)
    : channel_(std::move(channel)), schedule_(schedule), on_hint_(std::move(on_hint)) {}

HintWatcher::~HintWatcher() {
  Stream* open = nullptr;
  {
    MutexLock lock(mu_);
    stopping_ = true;
    if (!done_) open = stream_.get();
  }
  // Without the lock: the stream may end before this returns.
  if (open != nullptr) open->context.TryCancel();
  MutexLock lock(mu_);
  while (!done_) ended_.Wait(mu_);
}

void HintWatcher::RunOnce(absl::Time now) {
  std::unique_ptr<Stream> over;
  Stream* opened = nullptr;
  {
    MutexLock lock(mu_);
    if (stopping_ || !done_) return;
    // A clock that stepped back must not keep the stream closed.
    const bool too_early =
        failures_ > 0 && opened_at_ <= now && now < opened_at_ + schedule_.WaitAfter(failures_);
    if (too_early) return;
    over = std::move(stream_);
    stream_ = std::make_unique<Stream>(this, channel_);
    opened = stream_.get();
    done_ = false;
    live_ = false;
    ++failures_;
    opened_at_ = now;
  }
  // Without the lock: gRPC may call back before it returns. Only a later RunOnce, by the same
  // thread, or the destructor, which comes after the last RunOnce, could delete it.
  opened->Start();
}

bool HintWatcher::IsLive() const {
  MutexLock lock(mu_);
  return live_ && !done_;
}

void HintWatcher::Hinted(const std::string& publisher, int64_t version) {
  {
    MutexLock lock(mu_);
    if (stopping_) return;
    live_ = true;
    failures_ = 0;
  }
  const auto member = MemberId::Parse(publisher);
  if (member.ok()) on_hint_(*member, version);
}

void HintWatcher::Ended() {
  MutexLock lock(mu_);
  done_ = true;
  ended_.NotifyAll();
}

}  // namespace mrg
