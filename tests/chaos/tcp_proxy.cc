#include "tests/chaos/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr char kLoopback[] = "127.0.0.1:";
constexpr int kBacklog = 64;
constexpr size_t kPieceBytes = 16 * 1024;
// Read ahead of what the other side took, one way of one connection.
constexpr size_t kWaitingBytesMax = 1024 * 1024;
// So many connections that wait for each other go on together.
constexpr int kReorderedTogether = 2;
// Spreads the flipped bits over the byte's places.
constexpr uint64_t kBitStep = 7;

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void SendAtOnce(int socket) {
  fcntl(socket, F_SETFL, O_NONBLOCK);
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// The other side hears of it at once, and what was under way is lost.
void Reset(int socket) {
  if (socket < 0) return;
  const linger none = {1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  close(socket);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TcpProxy>> TcpProxy::Start() {
  const int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake < 0) return absl::UnavailableError("no eventfd");
  std::unique_ptr<TcpProxy> proxy(new TcpProxy(wake));
  proxy->mover_ = std::thread([raw = proxy.get()] { raw->Run(); });
  return proxy;
}

TcpProxy::~TcpProxy() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  Wake();
  mover_.join();
  MutexLock lock(mu_);
  for (const auto& connection : connections_) connection->reset = true;
  RemoveClosed();
  for (const LinkEnd& link : links_) close(link.listener);
  close(wake_);
}

absl::StatusOr<TcpProxy::Link> TcpProxy::AddLink(const std::string& target) {
  absl::string_view port_text = target;
  int target_port = 0;
  if (!absl::ConsumePrefix(&port_text, kLoopback) || !absl::SimpleAtoi(port_text, &target_port) ||
      target_port <= 0 || target_port > UINT16_MAX) {
    return absl::InvalidArgumentError(absl::StrCat("expected 127.0.0.1:port, got ", target));
  }
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, generic, length) != 0 || listen(listener, kBacklog) != 0 ||
      getsockname(listener, generic, &length) != 0) {
    if (listener >= 0) close(listener);
    return absl::UnavailableError("cannot listen on loopback");
  }
  MutexLock lock(mu_);
  LinkEnd link;
  link.listener = listener;
  link.target_port = static_cast<uint16_t>(target_port);
  links_.push_back(link);
  Wake();
  return Link{links_.size() - 1, absl::StrCat(kLoopback, ntohs(address.sin_port))};
}

void TcpProxy::Set(size_t link, LinkState state) {
  MutexLock lock(mu_);
  SetLocked(link, state);
  Wake();
}

void TcpProxy::Heal() {
  MutexLock lock(mu_);
  for (size_t i = 0; i < links_.size(); ++i) SetLocked(i, LinkState());
  Wake();
}

void TcpProxy::SetLocked(size_t link, LinkState state) {
  links_[link].state = state;
  links_[link].until_flip = state.flip_each_bytes;
  for (const auto& connection : connections_) {
    if (connection->link != link || connection->forgotten) continue;
    // What was lost on the way cannot be made good on the same connection.
    const bool ends = connection->lost || state.fault == LinkFault::kCut ||
                      (state.fault == LinkFault::kReorder && connection->connected);
    if (ends) connection->reset = true;
    connection->lost = state.fault == LinkFault::kHalfOpen;
    for (Flow* flow : {&connection->there, &connection->back}) {
      for (Piece& piece : flow->pieces) piece.due = absl::ZeroDuration();
    }
  }
}

void TcpProxy::ForgetConnections(size_t link) {
  MutexLock lock(mu_);
  for (const auto& connection : connections_) {
    if (connection->link == link) connection->forgotten = true;
  }
  Wake();
}

LinkCounts TcpProxy::Counts() const {
  MutexLock lock(mu_);
  return counts_;
}

void TcpProxy::Wake() const {
  const uint64_t one = 1;
  // It cannot fail but by being full, and then the thread is awake.
  static_cast<void>(!write(wake_, &one, sizeof(one)));
}

void TcpProxy::Run() {
  struct Watched {
    Connection* connection;  // null: the wake, or a listener
    Flow* flow;
    size_t link;
  };
  while (true) {
    std::vector<pollfd> polled = {{wake_, POLLIN, 0}};
    std::vector<Watched> watched = {{nullptr, nullptr, 0}};
    int wait_ms = -1;
    {
      MutexLock lock(mu_);
      if (stopping_) return;
      wait_ms = Turn();
      for (size_t i = 0; i < links_.size(); ++i) {
        polled.push_back({links_[i].listener, POLLIN, 0});
        watched.push_back({nullptr, nullptr, i});
      }
      for (const auto& connection : connections_) {
        for (Flow* flow : {&connection->there, &connection->back}) {
          if (flow->from < 0 || flow->ended || flow->waiting_bytes > kWaitingBytesMax) continue;
          if (!connection->connected && !connection->lost) continue;
          polled.push_back({flow->from, POLLIN, 0});
          watched.push_back({connection.get(), flow, 0});
        }
      }
    }
    if (poll(polled.data(), polled.size(), wait_ms) < 0 && errno != EINTR) return;
    MutexLock lock(mu_);
    uint64_t ignored = 0;
    static_cast<void>(!read(wake_, &ignored, sizeof(ignored)));
    for (size_t i = 1; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      if (watched[i].connection == nullptr) {
        Accept(watched[i].link);
      } else {
        Read(watched[i].connection, watched[i].flow);
      }
    }
  }
}

int TcpProxy::Turn() {
  ConnectWaiting();
  RemoveClosed();
  const absl::Duration now = clock_.Monotonic();
  absl::Duration next = absl::InfiniteDuration();
  for (const auto& connection : connections_) {
    for (Flow* flow : {&connection->there, &connection->back}) {
      Write(connection.get(), flow);
      if (flow->pieces.empty()) continue;
      // A side that takes nothing more is asked again soon.
      next = std::min(next, std::max(flow->pieces.front().due - now, absl::Milliseconds(1)));
    }
  }
  RemoveClosed();
  return next == absl::InfiniteDuration()
             ? -1
             : static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(next, absl::Milliseconds(1))));
}

void TcpProxy::Accept(size_t link) {
  const int client = accept4(links_[link].listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  SendAtOnce(client);
  auto connection = std::make_unique<Connection>();
  connection->link = link;
  connection->order = ++dialled_;
  connection->there.from = connection->back.to = client;
  const LinkFault fault = links_[link].state.fault;
  connection->reset = fault == LinkFault::kCut;
  connection->lost = fault == LinkFault::kHalfOpen;
  connections_.push_back(std::move(connection));
}

void TcpProxy::ConnectWaiting() {
  std::vector<Connection*> waiting;
  int waiting_for_others = 0;
  for (const auto& connection : connections_) {
    if (connection->connected || connection->lost || connection->reset) continue;
    waiting.push_back(connection.get());
    if (links_[connection->link].state.fault == LinkFault::kReorder) ++waiting_for_others;
  }
  const bool together = waiting_for_others >= kReorderedTogether;
  std::sort(waiting.begin(), waiting.end(),
            [](const Connection* a, const Connection* b) { return a->order > b->order; });
  uint64_t oldest = UINT64_MAX;
  for (Connection* connection : waiting) oldest = std::min(oldest, connection->order);
  for (Connection* connection : waiting) {
    if (links_[connection->link].state.fault == LinkFault::kReorder && !together) continue;
    if (connection->order != oldest) ++counts_.reordered_connections;
    Connect(connection);
  }
}

void TcpProxy::Connect(Connection* connection) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(links_[connection->link].target_port);
  // On loopback this takes no time, whether somebody listens or not.
  if (server < 0 ||
      connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    if (server >= 0) close(server);
    connection->reset = true;
    return;
  }
  SendAtOnce(server);
  connection->there.to = connection->back.from = server;
  connection->connected = true;
}

void TcpProxy::Read(Connection* connection, Flow* flow) {
  std::string bytes(kPieceBytes, '\0');
  const ssize_t count = read(flow->from, bytes.data(), bytes.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) {
    connection->reset = true;
    return;
  }
  if (count == 0) {
    flow->ended = true;
    return;
  }
  bytes.resize(static_cast<size_t>(count));
  if (connection->lost || connection->forgotten) {
    counts_.swallowed_bytes += bytes.size();
    return;
  }
  LinkEnd& link = links_[connection->link];
  absl::Duration due = absl::ZeroDuration();
  if (link.state.fault == LinkFault::kFlip) Spoil(&link, &bytes);
  if (link.state.fault == LinkFault::kDelay) {
    due = clock_.Monotonic() + link.state.delay;
    ++counts_.delayed_pieces;
  }
  if (!flow->pieces.empty()) due = std::max(due, flow->pieces.back().due);
  flow->waiting_bytes += bytes.size();
  flow->pieces.push_back({due, std::move(bytes)});
}

void TcpProxy::Spoil(LinkEnd* link, std::string* bytes) {
  for (char& byte : *bytes) {
    if (--link->until_flip > 0) continue;
    link->until_flip = link->state.flip_each_bytes;
    byte = static_cast<char>(byte ^ (1 << (counts_.flipped_bits * kBitStep % 8)));
    ++counts_.flipped_bits;
  }
}

void TcpProxy::Write(Connection* connection, Flow* flow) {
  if (connection->lost || connection->forgotten || connection->reset || flow->to < 0) return;
  const absl::Duration now = clock_.Monotonic();
  while (!flow->pieces.empty() && flow->pieces.front().due <= now) {
    std::string& bytes = flow->pieces.front().bytes;
    const ssize_t count = send(flow->to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) {
      connection->reset = true;
      return;
    }
    counts_.carried_bytes += static_cast<uint64_t>(count);
    flow->waiting_bytes -= static_cast<size_t>(count);
    bytes.erase(0, static_cast<size_t>(count));
    if (bytes.empty()) flow->pieces.pop_front();
  }
  if (flow->ended && flow->pieces.empty() && !flow->passed_on) {
    shutdown(flow->to, SHUT_WR);
    flow->passed_on = true;
  }
}

void TcpProxy::RemoveClosed() {
  std::erase_if(connections_, [this](const std::unique_ptr<Connection>& connection) {
    Flow& there = connection->there;
    Flow& back = connection->back;
    // A side that left a connection which goes nowhere does not come back to it.
    const bool nobody =
        (connection->lost || connection->forgotten) && there.ended && (back.ended || back.from < 0);
    const bool over = (there.passed_on && back.passed_on) || nobody;
    if (!connection->reset && !over) return false;
    if (connection->reset) ++counts_.reset_connections;
    for (const int socket : {there.from, there.to}) {
      if (connection->reset) {
        Reset(socket);
      } else if (socket >= 0) {
        close(socket);
      }
    }
    return true;
  });
}

}  // namespace mrg
