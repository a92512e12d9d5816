#ifndef MRG_GATEWAY_RPC_SERVER_LISTENER_CREDENTIALS_H_
#define MRG_GATEWAY_RPC_SERVER_LISTENER_CREDENTIALS_H_

// mTLS of a listener whose certificate, key and accepted CAs may be replaced while it listens: each
// handshake begins with what counts then, and connections that are open are not touched. What they
// may do is judged call by call (peer_identity.h).
//
// Thread-safe.

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/mutex.h"
#include "gateway/rpc/server/listener_tls.h"
#include "grpc/grpc_security.h"
#include "grpcpp/security/server_credentials.h"

namespace mrg {

class ListenerCredentials {
 public:
  // Errors: CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
  static absl::StatusOr<std::unique_ptr<ListenerCredentials>> Create(ListenerTls tls);

  // Count for the handshakes that begin from now on. Errors: as Create; then nothing has changed.
  absl::Status ReplaceCertificate(std::string certificate, std::string private_key);
  absl::Status ReplaceClientCas(std::string client_cas);

  // Result: credentials for one listener, which this must outlive.
  std::shared_ptr<grpc::ServerCredentials> ForListener() const;

  // Result: what handshakes begin with now; another pointer after each Replace. Never null.
  std::shared_ptr<const ListenerTls> Current() const;

 private:
  class OfListener;

  explicit ListenerCredentials(ListenerTls tls);

  mutable Mutex mu_;
  std::shared_ptr<const ListenerTls> tls_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_LISTENER_CREDENTIALS_H_
