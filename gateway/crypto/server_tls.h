#ifndef MRG_GATEWAY_CRYPTO_SERVER_TLS_H_
#define MRG_GATEWAY_CRYPTO_SERVER_TLS_H_

// The server's end of mTLS over OpenSSL, for listeners that gRPC does not serve: TLS 1.3 alone, a
// client certificate of one of the accepted CAs, and no resumption, in which a client would not
// show its certificate again. Whose it is, is judged elsewhere.
//
// Thread-safe: pure functions; a connection is its owner's.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX
struct ssl_st;      // OpenSSL's SSL

namespace mrg {

struct FreeServerTls {
  void operator()(ssl_ctx_st* context) const;
};
using ServerTls = std::unique_ptr<ssl_ctx_st, FreeServerTls>;

// PEM: the certificate chain, leaf first, its key, and every CA whose clients may finish a
// handshake. Errors: CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
absl::StatusOr<ServerTls> NewServerTls(absl::string_view certificate_pem,
                                       absl::string_view private_key_pem,
                                       absl::string_view client_cas_pem);

// What the client showed in its handshake; PEM.
struct ClientChain {
  std::string leaf_pem;   // empty: none
  std::string chain_pem;  // what it sent beside it; may be empty
};

// REQUIRES: the handshake of `connection` is over.
ClientChain ClientChainOf(const ssl_st* connection);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_SERVER_TLS_H_
