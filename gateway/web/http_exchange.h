#ifndef MRG_GATEWAY_WEB_HTTP_EXCHANGE_H_
#define MRG_GATEWAY_WEB_HTTP_EXCHANGE_H_

// One request over HTTP and its answer, between the server that carries them and whoever answers.
// Neither sees the other's insides: no HTTP library is named here.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/crypto/server_tls.h"

namespace mrg {

// Names of fields in lower case, in the order in which they came.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpHead {
  std::string method;  // as it was sent: "GET"
  std::string target;  // as it was sent: "/v1/disputes?page_size=2"
  HttpFields fields;
  bool has_body = false;

  // Result: the value of the first field of this name, in lower case; nullopt for none.
  std::optional<absl::string_view> Find(absl::string_view name) const {
    for (const auto& [each, value] : fields) {
      if (each == name) return value;
    }
    return std::nullopt;
  }
};

struct HttpAnswer {
  int status = 200;
  HttpFields fields;  // beside those of the connection and the length
  std::string body;
};

// Thread-safe. The server's; it is there until the `gone` of its answer has run.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual const HttpHead& head() const = 0;
  virtual const ClientChain& client() const = 0;
  // "ipv4:192.0.2.1:5000" or "ipv6:[2001:db8::1]:5000", as gRPC writes it.
  virtual const std::string& peer() const = 0;
  // Reads the body and hands it over, on the server's thread; nullopt when it does not come to its
  // end. At most once; without a body it is empty at once.
  virtual void ReadBody(std::function<void(std::optional<std::string>)> done) = 0;
  // Sends the answer. `gone` runs on the server's thread when it has been taken, or nobody is there
  // to take it. Exactly once. A body that was not read is not, and ends the connection.
  virtual void Answer(HttpAnswer answer, std::function<void()> gone) = 0;
  // Ends the connection, whatever is under way; what waits for it is called.
  virtual void Cut() = 0;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // The head of a request is there and no byte of its body. On the server's thread, which it must
  // not keep.
  virtual void Begin(HttpExchange* exchange) = 0;
  // Result: the answer to what is no request that the handler could be given, of that HTTP status.
  virtual HttpAnswer Refusal(int status) const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_HTTP_EXCHANGE_H_
