#ifndef MRG_GATEWAY_RPC_SERVER_LISTENING_SOCKET_H_
#define MRG_GATEWAY_RPC_SERVER_LISTENING_SOCKET_H_

// The TCP sockets of one listener. They are ours and not gRPC's, so that a connection can be
// refused before anything is spent on it, and so that the server behind can be replaced while the
// port stays.
//
// Thread-safe after Bind: immutable.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

class ListeningSocket {
 public:
  ListeningSocket() = default;  // none
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&& other) noexcept;
  ~ListeningSocket();

  // Listens on every address that `address`, "host:port", stands for; port 0 takes a free one.
  // `name` is that of the listener. Errors: CONFIG_INVALID naming the listener.
  static absl::StatusOr<ListeningSocket> Bind(absl::string_view name, const std::string& address);

  const std::vector<int>& descriptors() const { return descriptors_; }
  int port() const { return port_; }

 private:
  std::vector<int> descriptors_;
  int port_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_LISTENING_SOCKET_H_
