#ifndef MRG_GATEWAY_RPC_SERVER_LATEST_STREAM_H_
#define MRG_GATEWAY_RPC_SERVER_LATEST_STREAM_H_

// The server side of a stream that shows the latest state of several things. A client that reads
// slowly misses states in between and never makes the node hold more than one message a thing.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/read_deadlines.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "grpcpp/support/status.h"

namespace mrg {

// Thread-safe. Made with new and given to gRPC; deletes itself when the call is over. To gRPC a
// stream both ways, so that the caller is judged before the request is read (unary_call.h).
class LatestStream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // Who is told of a call's end.
  struct Ends {
    // Before the caller hears of an error that the call is ended with; may add trailing metadata.
    std::function<void(const absl::Status&)> tell;
    // Once, with the status code, when nothing touches the stream any more.
    std::function<void(int code)> done;
  };
  explicit LatestStream(Ends ends) : ends_(std::move(ends)) {}

  // Reads the request and gives it to `follow`, which sets the source; its error ends the call.
  // `place` and `read` are held until the request is there.
  void Start(Admission::Place place, ReadDeadlines::Waiting read,
             std::function<absl::Status(const grpc::ByteBuffer& request)> follow);

  // What feeds this stream. It is let go before the stream is deleted, and its destructor must not
  // return while a Put of it is running.
  void SetSource(std::shared_ptr<void> source);

  // Sends `message` as the state of `key`, in place of one that has not been sent yet. Ignored once
  // the stream has ended.
  void Put(const std::string& key, grpc::ByteBuffer message);

  // Ends the call after what waits has been sent. Later ends are ignored.
  void End(const absl::Status& status);
  // The same where it is no failure of this call: what happens is told elsewhere.
  void EndUntold(grpc::Status status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // Starts the next write or the end, unless one is under way. Called without the lock, since gRPC
  // may call back before it returns.
  void Advance();

  const Ends ends_;
  std::function<absl::Status(const grpc::ByteBuffer& request)>
      follow_;  // until the request is read
  std::optional<Admission::Place> place_;
  std::optional<ReadDeadlines::Waiting> read_;
  grpc::ByteBuffer request_;

  Mutex mu_;
  std::shared_ptr<void> source_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, grpc::ByteBuffer> waiting_ ABSL_GUARDED_BY(mu_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  absl::Status told_ ABSL_GUARDED_BY(mu_);  // at the end, unless it is OK
  bool busy_ ABSL_GUARDED_BY(mu_) = false;  // a write or the end is under way
  grpc::ByteBuffer sending_;                // touched by whoever made `busy_` true
};

// Streams of one party that may be open at a time. Of watched disputes, of one identity: more than
// a platform shows to people. Of hints, of one member: a node opens one, and those of connections
// that broke stay for up to an hour.
inline constexpr size_t kPartyStreamsMax = 64;

// How many streams may be open, in all and of one party.
struct StreamLimits {
  size_t streams_max;
  size_t party_streams_max;
  Party party;
};

// The streams that are open, bounded, and ended together when the node stops: a stream would
// otherwise hold up the end until its grace is over.
class OpenStreams {
 public:
  // REQUIRES: every limit is at least 1.
  explicit OpenStreams(const StreamLimits& limits);

  struct Opened {
    LatestStream* stream;  // to be returned to gRPC
    bool admitted;         // false: it has been ended with OVERLOADED or NODE_NOT_READY
  };
  // Opens a stream of `caller`. `ends` as LatestStream's; this must live until every stream is
  // done.
  Opened Open(const SpiffeId& caller, LatestStream::Ends ends);

  // Result: how many are open now.
  size_t open() const { return places_.calls(); }

  // Ends the streams that are open with NODE_NOT_READY; whoever may still call opens another.
  void EndOpen();
  // Ends all streams with NODE_NOT_READY, now and from now on.
  void EndAll();

 private:
  Admission places_;

  Mutex mu_;
  void EndStreams() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::map<LatestStream*, Admission::Place> streams_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_LATEST_STREAM_H_
