#ifndef MRG_TESTS_CHAOS_TCP_PROXY_H_
#define MRG_TESTS_CHAOS_TCP_PROXY_H_

// A network that misbehaves: TCP links on loopback that can be cut, delayed, held half-open, made
// to connect in another order than they were dialled, and made to carry wrong bytes. Within one
// connection bytes keep their order, as TCP has it.
//
// Threads: made and destroyed by one thread; the other calls are thread-safe. It starts one thread,
// which moves the bytes.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"

namespace mrg {

enum class LinkFault {
  kNone,
  kCut,       // connections are reset, and new ones as soon as they are made
  kHalfOpen,  // connections stay, and what is sent goes nowhere; they are reset when this ends
  kDelay,     // all arrives, later
  kReorder,   // connections are reset; new ones wait for each other and go on in reverse order
  kFlip,      // one bit in so many bytes is wrong
};

struct LinkState {
  LinkFault fault = LinkFault::kNone;
  absl::Duration delay = absl::ZeroDuration();  // kDelay: of each piece
  uint64_t flip_each_bytes = 1;                 // kFlip: at least 1
};

// What the links did, since the start.
struct LinkCounts {
  uint64_t carried_bytes = 0;
  uint64_t reset_connections = 0;
  uint64_t swallowed_bytes = 0;  // half-open
  uint64_t delayed_pieces = 0;
  uint64_t reordered_connections = 0;  // that overtook an older one
  uint64_t flipped_bits = 0;
};

class TcpProxy {
 public:
  // Errors: UNAVAILABLE when the system gives no descriptor.
  static absl::StatusOr<std::unique_ptr<TcpProxy>> Start();
  // Resets all connections.
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  struct Link {
    size_t number;        // names it in the calls below
    std::string address;  // to dial, 127.0.0.1:port
  };
  // Adds a sound link to `target`, 127.0.0.1:port, which need not listen yet.
  // Errors: UNAVAILABLE, INVALID_ARGUMENT.
  absl::StatusOr<Link> AddLink(const std::string& target);

  // What comes of the link from now on, in place of the state before.
  void Set(size_t link, LinkState state);
  // Makes all links sound; what was held goes on.
  void Heal();
  // Lets the link's present connections die without a word, for ever: neither side hears of it, as
  // when a firewall between them forgot them. New ones are sound.
  void ForgetConnections(size_t link);

  LinkCounts Counts() const;

 private:
  struct Piece {
    absl::Duration due;  // monotonic
    std::string bytes;
  };
  // One way of a connection.
  struct Flow {
    int from = -1;
    int to = -1;
    std::deque<Piece> pieces;
    size_t waiting_bytes = 0;
    bool ended = false;      // nothing more comes from `from`
    bool passed_on = false;  // ... and `to` was told
  };
  struct Connection {
    size_t link = 0;
    uint64_t order = 0;      // in which they were dialled
    bool connected = false;  // to the target; else it waits for others
    bool lost = false;       // half-open
    bool forgotten = false;  // lost for ever
    bool reset = false;      // to be closed by the moving thread
    Flow there;
    Flow back;
  };
  struct LinkEnd {
    int listener = -1;
    uint16_t target_port = 0;
    LinkState state;
    uint64_t until_flip = 0;  // bytes
  };

  TcpProxy(int wake) : wake_(wake) {}

  void Run();
  void SetLocked(size_t link, LinkState state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Wake() const;
  // Sends what is due. Result: how long until the next piece is due; negative: nothing waits.
  int Turn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Accept(size_t link) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ConnectWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Connect(Connection* connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Read(Connection* connection, Flow* flow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Write(Connection* connection, Flow* flow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Spoil(LinkEnd* link, std::string* bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RemoveClosed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const int wake_;  // eventfd
  const RealClock clock_;

  mutable Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t dialled_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<LinkEnd> links_ ABSL_GUARDED_BY(mu_);
  // Only the moving thread removes any, so it may keep a pointer while it does not hold the lock.
  std::vector<std::unique_ptr<Connection>> connections_ ABSL_GUARDED_BY(mu_);
  LinkCounts counts_ ABSL_GUARDED_BY(mu_);

  std::thread mover_;  // runs while the object is whole
};

}  // namespace mrg

#endif  // MRG_TESTS_CHAOS_TCP_PROXY_H_
