#ifndef MRG_GATEWAY_WEB_HTTPS_SERVER_H_
#define MRG_GATEWAY_WEB_HTTPS_SERVER_H_

// HTTP/1.1 over mTLS: takes connections that others accepted, reads one request after another off
// each, and writes the handler's answers. Everything that a peer can make it wait for or hold has a
// bound, and the head of a request has passed before its body is read. What a request means is the
// handler's.
//
// One thread runs it, which never waits for a handler's work. HandOver, CutOverdue and Shutdown
// from any thread.

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/rpc/server/listener_tls.h"
#include "gateway/web/http_exchange.h"

namespace mrg {

// How long is waited, and for how many bytes.
struct HttpsBounds {
  absl::Duration head = absl::Seconds(5);  // handshake and head; of later requests the head alone
  absl::Duration idle = absl::Seconds(60);
  absl::Duration body = absl::Seconds(30);
  absl::Duration answer = absl::Seconds(60);  // until the handler has it
  absl::Duration taking = absl::Seconds(30);  // until the peer has it
  size_t head_bytes = 8192;
  size_t body_bytes;
};

class HttpsServer {
 public:
  struct Parts {
    // What handshakes begin with, asked before each: another pointer when it has changed. Never
    // null.
    std::function<std::shared_ptr<const ListenerTls>()> tls;
    const Clock* clock;
    HttpHandler* handler;
  };

  // What `parts` names must outlive this.
  HttpsServer(Parts parts, const HttpsBounds& bounds);
  // REQUIRES: Run has returned, or was never called.
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  // Takes over a connected TCP socket, descriptor and all.
  void HandOver(int fd);
  // Serves until Shutdown; to be called once.
  void Run();
  // Ends the connections that have been waited for too long.
  void CutOverdue();
  // Takes no further request, lets those under way be answered, ends what is left after `grace`,
  // and returns when every handler is done with its exchange. REQUIRES: Run is running. Once.
  void Shutdown(absl::Duration grace);

 private:
  class Session;
  struct Loop;

  void Take(int fd);
  void Forget(const std::shared_ptr<Session>& session);
  void Hold();
  void Release();

  const Parts parts_;
  const HttpsBounds bounds_;
  // Of the running thread; outlives the sessions, which stand in it.
  const std::unique_ptr<Loop> loop_;

  Mutex mu_;
  CondVar idle_;
  int held_ ABSL_GUARDED_BY(mu_) = 0;  // exchanges that are not over
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_HTTPS_SERVER_H_
