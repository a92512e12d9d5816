#ifndef MRG_GATEWAY_WEB_TESTING_RAW_HTTPS_CLIENT_H_
#define MRG_GATEWAY_WEB_TESTING_RAW_HTTPS_CLIENT_H_

// One connection to a server on loopback, over which a test sends whatever bytes it likes.
//
// One thread. What it waits for must come: the test's own time limit is the only one.

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace mrg {

class RawHttpsClient {
 public:
  // Connects; nothing has been sent. PEM; an empty certificate is none.
  RawHttpsClient(int port, const std::string& certificate, const std::string& private_key,
                 const std::string& server_ca);
  RawHttpsClient(RawHttpsClient&& other) noexcept;
  ~RawHttpsClient();

  // Result: whether the server finishes the handshake and takes the certificate, as far as this end
  // can tell. `tls_1_2`: with nothing newer.
  bool Handshake(bool tls_1_2 = false);
  // Result: whether the bytes could be written.
  bool Send(absl::string_view bytes);
  // Result: the status and body of the next answer; 0 when the connection ends before. `to_head`:
  // the answer has no body, whatever its head says.
  std::pair<int, std::string> Receive(bool to_head = false);
  // Waits until the server ends the connection. Result: what came before, without TLS when there
  // was no handshake.
  std::string ReceiveEnd();
  // Ends the connection.
  void Close();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_TESTING_RAW_HTTPS_CLIENT_H_
