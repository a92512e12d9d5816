#include "gateway/rpc/server/latest_stream.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {
namespace {

grpc::Status Stopping() {
  return StatusToGrpc(MakeError(Reason::kNodeNotReady, "the node is stopping"));
}

}  // namespace

void LatestStream::Start(Admission::Place place, ReadDeadlines::Waiting read,
                         std::function<absl::Status(const grpc::ByteBuffer& request)> follow) {
  follow_ = std::move(follow);
  place_.emplace(std::move(place));
  read_.emplace(std::move(read));
  place_->BeginRead([this] { StartRead(&request_); });
}

void LatestStream::OnReadDone(bool ok) {
  read_.reset();
  place_->EndRead(0);
  place_.reset();
  const auto follow = std::exchange(follow_, nullptr);
  if (!ok) return End(MakeError(Reason::kFieldMalformed, "expected one message"));
  const absl::Status followed = follow(request_);
  request_.Clear();
  if (!followed.ok()) End(followed);
}

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

void LatestStream::End(const absl::Status& status) {
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return;
    end_ = StatusToGrpc(status);
    told_ = status;
  }
  Advance();
}

void LatestStream::EndUntold(grpc::Status status) {
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return;
    end_ = std::move(status);
  }
  Advance();
}

void LatestStream::Advance() {
  std::optional<grpc::Status> end;
  absl::Status told;
  {
    MutexLock lock(mu_);
    if (busy_) return;
    if (!waiting_.empty()) {
      sending_ = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    } else if (end_.has_value()) {
      end = end_;
      told = told_;
    } else {
      return;
    }
    busy_ = true;
  }
  if (end.has_value()) {
    if (!told.ok()) ends_.tell(told);
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
  EndUntold(grpc::Status::CANCELLED);
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
  ends_.done(code);
  delete this;
}

// A stream takes part in how many there are; of what it holds, a message a thing is the bound.
OpenStreams::OpenStreams(const StreamLimits& limits)
    : places_({.calls_max = limits.streams_max,
               .bytes_max = 1,
               .party_calls_max = limits.party_streams_max,
               .party_bytes_max = 1,
               .party_reads_max = 1},
              limits.party) {}

OpenStreams::Opened OpenStreams::Open(const SpiffeId& caller, LatestStream::Ends ends) {
  // Filled below, once the address is known; nothing calls back before it is returned to gRPC.
  auto self = std::make_shared<LatestStream*>(nullptr);
  auto* const stream =
      new LatestStream({std::move(ends.tell), [this, self, done = std::move(ends.done)](int code) {
                          {
                            MutexLock lock(mu_);
                            streams_.erase(*self);
                          }
                          done(code);
                        }});
  *self = stream;
  std::optional<Admission::Place> place = places_.TryEnter(caller);
  std::optional<grpc::Status> refusal;
  {
    MutexLock lock(mu_);
    if (ending_) {
      refusal = Stopping();
    } else if (!place.has_value()) {
      refusal = StatusToGrpc(
          MakeError(Reason::kOverloaded, "too many streams are open, of the caller or in all"));
    } else {
      streams_.emplace(stream, *std::move(place));
    }
  }
  if (refusal.has_value()) stream->EndUntold(*refusal);
  return {stream, !refusal.has_value()};
}

void OpenStreams::EndOpen() {
  MutexLock lock(mu_);
  EndStreams();
}

void OpenStreams::EndAll() {
  MutexLock lock(mu_);
  ending_ = true;
  EndStreams();
}

// Under the lock, so that none of them is deleted meanwhile; a stream's end calls back from another
// thread.
void OpenStreams::EndStreams() {
  for (const auto& [stream, place] : streams_) stream->EndUntold(Stopping());
}

}  // namespace mrg
