#ifndef MRG_GATEWAY_RPC_SERVER_CONNECTION_BOUNDS_H_
#define MRG_GATEWAY_RPC_SERVER_CONNECTION_BOUNDS_H_

// Which connections of the TCP listeners are open, and whether one more may be. A connection costs
// a descriptor and memory before anything is known of who opened it, so each listener has a bound,
// each address has one, and those of whom no call has been admitted yet have lower ones: there the
// oldest of the address that has the most makes way, so that a stranger who holds connections open,
// or makes new ones as fast as he can, keeps out himself.
//
// gRPC owns the descriptors and does not say when it closes one. A socket's inode is never that of
// another open one, so whether a connection is still there can be seen from outside.
//
// Thread-safe.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "gateway/base/mutex.h"

namespace mrg {

// A peer of TCP: an IPv6 address, or an IPv4 one mapped into it (RFC 4291 2.5.5.2), and a port.
struct PeerSocket {
  std::array<uint8_t, 16> address = {};
  uint16_t port = 0;
  auto operator<=>(const PeerSocket&) const = default;
};

// Result: the peer in gRPC's words, "ipv4:192.0.2.1:5000" or "ipv6:%5B2001:db8::1%5D:5000"; nullopt
// for other transports.
std::optional<PeerSocket> ParsePeer(absl::string_view peer);

struct ConnectionLimits {
  size_t open_max;      // of one listener
  size_t address_max;   // of one listener and one IPv4 address or IPv6 /64
  size_t unproved_max;  // of one listener: no call admitted yet
  size_t address_unproved_max;
};

struct OpenConnection {
  int fd;
  uint64_t inode;
  PeerSocket peer;
};

class ConnectionBounds {
 public:
  enum class Answer { kTaken, kListenerFull, kAddressFull };
  struct Taken {
    Answer answer;
    // What makes way: to be shut down by the caller.
    std::optional<OpenConnection> evicted;
  };
  struct Figures {
    size_t open = 0;
    size_t unproved = 0;
    uint64_t ended_unproved = 0;  // since the start, as below
    uint64_t ended_unheard = 0;   // of them: nothing came through a handshake
  };

  // `is_open` says whether a descriptor still is that socket. `limits`: one a listener.
  ConnectionBounds(std::vector<ConnectionLimits> limits,
                   std::function<bool(int fd, uint64_t inode)> is_open);

  // Counts a connection of listener `index` that has been accepted, or says why it must be closed.
  Taken Take(size_t index, const OpenConnection& connection);
  // A call of this peer has come, or has been admitted.
  void Hear(absl::string_view peer);
  void Prove(absl::string_view peer);
  // Forgets the connections that have ended. Result: the figures of listener `index`.
  Figures Sweep(size_t index);
  // Result: false when the listener can take no more; accepting waits for a Sweep then.
  bool HasRoom(size_t index) const;

 private:
  using Address = std::array<uint8_t, 16>;
  struct Entry {
    OpenConnection connection;
    uint64_t number;  // of those that came
    bool heard = false;
  };
  // Who makes way is the greatest: the most, then whose first came first.
  struct Rank {
    size_t count;
    uint64_t before;  // all that ever come, less the number of the first
    Address address;
    auto operator<=>(const Rank&) const = default;
  };
  struct Of {
    std::list<Entry> unproved;  // oldest first
    std::list<Entry> proved;
    // Made way, and not closed yet: part of the listener's bound alone. Who owns them ends them by
    // itself, and a newcomer is not refused for what it has not come to.
    std::list<Entry> leaving;
    size_t open() const { return unproved.size() + proved.size(); }
    bool empty() const { return open() == 0 && leaving.empty(); }
  };
  struct Listener {
    ConnectionLimits limits;
    std::map<Address, Of> of_address;
    std::set<Rank> ranks;  // of the addresses with unproved ones
    size_t open = 0;
    size_t unproved = 0;
    uint64_t ended_unproved = 0;
    uint64_t ended_unheard = 0;
  };
  enum class List { kUnproved, kProved, kLeaving };
  struct Place {
    size_t listener;
    List list;
    std::list<Entry>::iterator at;
  };

  // Takes the rank of an address out before its unproved ones change, and puts it in after.
  static void Unrank(Listener* listener, const Address& address, const Of& of);
  static void Rerank(Listener* listener, const Address& address, const Of& of);
  struct Ended {
    size_t count = 0;
    size_t unheard = 0;
  };
  // Forgets the ended ones of a list, which the listener counts as open.
  Ended Forget(std::list<Entry>* list) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ForgetUnproved(Listener* listener, const Address& address, Of* of)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Result: the oldest unproved one of this address, which leaves. REQUIRES: there is one.
  OpenConnection MakeWay(Listener* listener, const Address& address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::function<bool(int fd, uint64_t inode)> is_open_;
  mutable Mutex mu_;
  uint64_t next_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Listener> listeners_ ABSL_GUARDED_BY(mu_);
  std::map<PeerSocket, Place> places_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_CONNECTION_BOUNDS_H_
