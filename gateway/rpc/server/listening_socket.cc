#include "gateway/rpc/server/listening_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

absl::Status CannotListen(absl::string_view name, const std::string& address,
                          absl::string_view why) {
  return MakeError(Reason::kConfigInvalid,
                   absl::StrCat("listeners.", name, ": cannot listen on ", address, ": ", why));
}

int PortOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void SetPort(int port, sockaddr_storage* address) {
  if (address->ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address)->sin6_port = htons(static_cast<uint16_t>(port));
  } else {
    reinterpret_cast<sockaddr_in*>(address)->sin_port = htons(static_cast<uint16_t>(port));
  }
}

// Result: the socket, listening; -1 with errno.
int Listen(const sockaddr_storage& address, socklen_t size) {
  const int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (fd < 0) return -1;
  const int on = 1;
  const int off = 0;
  // A node that restarts takes its port back although old connections linger.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (address.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
      listen(fd, SOMAXCONN) == 0) {
    return fd;
  }
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptors_(std::exchange(other.descriptors_, {})), port_(other.port_) {}

ListeningSocket& ListeningSocket::operator=(ListeningSocket&& other) noexcept {
  std::swap(descriptors_, other.descriptors_);
  std::swap(port_, other.port_);
  return *this;
}

ListeningSocket::~ListeningSocket() {
  for (const int fd : descriptors_) close(fd);
}

absl::StatusOr<ListeningSocket> ListeningSocket::Bind(absl::string_view name,
                                                      const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return CannotListen(name, address, "expected host:port");
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int resolved = getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                   address.c_str() + colon + 1, &hints, &found);
  if (resolved != 0) return CannotListen(name, address, gai_strerror(resolved));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);

  ListeningSocket listening;
  int error = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    sockaddr_storage bound = {};
    std::memcpy(&bound, at->ai_addr, at->ai_addrlen);
    // All addresses of a name share the port that the first one got.
    if (PortOf(bound) == 0) SetPort(listening.port_, &bound);
    const int fd = Listen(bound, at->ai_addrlen);
    if (fd < 0) {
      error = errno;
      // "[::]" that takes IPv4 too leaves nothing for "0.0.0.0", and a host may lack IPv6.
      continue;
    }
    listening.descriptors_.push_back(fd);
    socklen_t size = sizeof(bound);
    getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    listening.port_ = PortOf(bound);
  }
  if (listening.descriptors_.empty()) return CannotListen(name, address, std::strerror(error));
  return listening;
}

}  // namespace mrg
