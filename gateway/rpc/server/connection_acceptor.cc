#include "gateway/rpc/server/connection_acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mrg {
namespace {

constexpr int kSweepMs = 1000;
// How soon a full listener, or a process without descriptors, is looked at again.
constexpr int kFullMs = 50;
// Connections of one listener taken in a row, so that the others have their turn.
constexpr int kAcceptedInARow = 64;

PeerSocket PeerOf(const sockaddr_storage& address) {
  PeerSocket peer;
  if (address.ss_family == AF_INET6) {
    const auto& of_six = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(peer.address.data(), &of_six.sin6_addr, peer.address.size());
    peer.port = ntohs(of_six.sin6_port);
  } else {
    const auto& of_four = reinterpret_cast<const sockaddr_in&>(address);
    peer.address[10] = peer.address[11] = 0xff;  // mapped, RFC 4291 2.5.5.2
    std::memcpy(peer.address.data() + 12, &of_four.sin_addr, 4);
    peer.port = ntohs(of_four.sin_port);
  }
  return peer;
}

uint64_t InodeOf(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) ? status.st_ino : 0;
}

}  // namespace

bool IsSocketOpen(int fd, uint64_t inode) { return InodeOf(fd) == inode; }

ConnectionAcceptor::ConnectionAcceptor(std::vector<Listener> listeners, const Parts& parts)
    : listeners_(std::move(listeners)),
      parts_(parts),
      stop_(eventfd(0, EFD_CLOEXEC)),
      shown_(listeners_.size()),
      swept_(parts_.clock->Monotonic()) {}

ConnectionAcceptor::~ConnectionAcceptor() { close(stop_); }

void ConnectionAcceptor::Stop() { eventfd_write(stop_, 1); }

bool ConnectionAcceptor::RunOnce() {
  std::vector<pollfd> polled = {{stop_, POLLIN, 0}};
  std::vector<size_t> of_listener = {0};
  bool waits = exhausted_;
  for (size_t i = 0; i < listeners_.size() && !exhausted_; ++i) {
    if (!parts_.bounds->HasRoom(i)) {
      waits = true;
      continue;
    }
    for (const int fd : listeners_[i].descriptors) {
      polled.push_back({fd, POLLIN, 0});
      of_listener.push_back(i);
    }
  }
  poll(polled.data(), polled.size(), waits ? kFullMs : kSweepMs);
  if (polled[0].revents != 0) return false;
  exhausted_ = false;
  for (size_t i = 1; i < polled.size(); ++i) {
    if (polled[i].revents != 0 && !AcceptFrom(of_listener[i], polled[i].fd)) exhausted_ = true;
  }
  const absl::Duration now = parts_.clock->Monotonic();
  if (!waits && now - swept_ < absl::Milliseconds(kSweepMs)) return true;
  Sweep();
  swept_ = now;
  return true;
}

bool ConnectionAcceptor::AcceptFrom(size_t index, int listening) {
  for (int i = 0; i < kAcceptedInARow && parts_.bounds->HasRoom(index); ++i) {
    sockaddr_storage address = {};
    socklen_t size = sizeof(address);
    const int fd = accept4(listening, reinterpret_cast<sockaddr*>(&address), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN) return true;
      Refuse(index, "descriptors");
      return false;
    }
    const OpenConnection connection{fd, InodeOf(fd), PeerOf(address)};
    const ConnectionBounds::Taken taken = parts_.bounds->Take(index, connection);
    if (taken.evicted.has_value()) {
      Refuse(index, "unproved");
      // gRPC sees the end of the stream and closes the descriptor.
      if (IsSocketOpen(taken.evicted->fd, taken.evicted->inode)) {
        shutdown(taken.evicted->fd, SHUT_RDWR);
      }
    }
    if (taken.answer != ConnectionBounds::Answer::kTaken) {
      const bool is_address = taken.answer == ConnectionBounds::Answer::kAddressFull;
      Refuse(index, is_address ? LabelValue("address") : LabelValue("listener"));
      close(fd);
      continue;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    listeners_[index].hand_over(fd);
  }
  return true;
}

void ConnectionAcceptor::Refuse(size_t index, LabelValue why) {
  const LabelValue name = listeners_[index].name;
  parts_.metrics->RecordRefusedConnection(name, why);
  parts_.failures->WriteRefusedConnection(name.text(), why.text(), parts_.clock->Monotonic());
}

void ConnectionAcceptor::Sweep() {
  for (size_t i = 0; i < listeners_.size(); ++i) {
    const ConnectionBounds::Figures figures = parts_.bounds->Sweep(i);
    const ConnectionBounds::Figures before = std::exchange(shown_[i], figures);
    const uint64_t unheard = figures.ended_unheard - before.ended_unheard;
    parts_.metrics->SetConnections(listeners_[i].name, figures.open, figures.unproved);
    parts_.metrics->RecordEndedConnections(listeners_[i].name,
                                           figures.ended_unproved - before.ended_unproved, unheard);
    parts_.failures->CountUnheardConnections(listeners_[i].name.text(), unheard,
                                             parts_.clock->Monotonic());
  }
}

}  // namespace mrg
