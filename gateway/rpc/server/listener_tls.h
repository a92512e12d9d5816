#ifndef MRG_GATEWAY_RPC_SERVER_LISTENER_TLS_H_
#define MRG_GATEWAY_RPC_SERVER_LISTENER_TLS_H_

// What the handshakes of a listener begin with, whoever makes them.
//
// Thread-safe: plain values.

#include <string>

namespace mrg {

// PEM: the node's certificate chain, leaf first, its private key, and every CA whose clients may
// finish a handshake.
struct ListenerTls {
  std::string certificate;
  std::string private_key;
  std::string client_cas;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_LISTENER_TLS_H_
