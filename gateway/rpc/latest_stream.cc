#include "gateway/rpc/latest_stream.h"

#include <utility>

namespace mrg {

void LatestStream::SetSource(std::shared_ptr<void> source) {
  MutexLock lock(mu_);
  source_ = std::move(source);
}

void LatestStream::Put(const std::string& key, grpc::ByteBuffer message) {
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return;
    waiting_[key] = std::move(message);
  }
  Advance();
}

void LatestStream::End(grpc::Status status) {
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return;
    end_ = std::move(status);
  }
  Advance();
}

void LatestStream::Advance() {
  std::optional<grpc::Status> end;
  {
    MutexLock lock(mu_);
    if (busy_) return;
    if (!waiting_.empty()) {
      sending_ = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    } else if (end_.has_value()) {
      end = end_;
    } else {
      return;
    }
    busy_ = true;
  }
  if (end.has_value()) {
    Finish(*end);
  } else {
    StartWrite(&sending_);
  }
}

void LatestStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(mu_);
    busy_ = false;
    if (!ok) {
      waiting_.clear();
      if (!end_.has_value()) end_ = grpc::Status::CANCELLED;
    }
  }
  Advance();
}

void LatestStream::OnCancel() {
  {
    MutexLock lock(mu_);
    waiting_.clear();
  }
  End(grpc::Status::CANCELLED);
}

void LatestStream::OnDone() {
  std::shared_ptr<void> source;
  int code = 0;
  {
    MutexLock lock(mu_);
    source = std::move(source_);
    code = static_cast<int>(end_.value_or(grpc::Status::CANCELLED).error_code());
  }
  source.reset();
  if (done_) done_(code);
  delete this;
}

}  // namespace mrg
