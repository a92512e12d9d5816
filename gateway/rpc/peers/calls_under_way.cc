#include "gateway/rpc/peers/calls_under_way.h"

namespace mrg {

grpc::Status CallsUnderWay::Make(
    absl::Time deadline, const std::function<grpc::Status(grpc::ClientContext* context)>& call) {
  const auto context = std::make_shared<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(deadline));
  {
    MutexLock lock(mu_);
    if (cut_) return {grpc::StatusCode::CANCELLED, "no call is made while the node stops"};
    contexts_.insert(context);
  }
  // Cancelled before it begins, it ends at once.
  grpc::Status status = call(context.get());
  MutexLock lock(mu_);
  contexts_.erase(context);
  return status;
}

void CallsUnderWay::Cut() {
  std::set<std::shared_ptr<grpc::ClientContext>> contexts;
  {
    MutexLock lock(mu_);
    cut_ = true;
    contexts = contexts_;
  }
  for (const auto& context : contexts) context->TryCancel();
}

}  // namespace mrg
