#ifndef MRG_GATEWAY_WEB_REST_DOOR_H_
#define MRG_GATEWAY_WEB_REST_DOOR_H_

// The calls of the api listener over HTTP and JSON: the same methods, through the same course
// (call_course.h), with the same answers. What only HTTP has is judged here: who sends a request
// for a page of the web is refused, for no page is to call a node with the certificate of who looks
// at it.
//
// Threads: Begin as of HttpHandler; the work of calls runs in their executor.

#include <cstddef>
#include <utility>

#include "gateway/base/limits.h"
#include "gateway/web/http_exchange.h"
#include "gateway/web/rest_routes.h"

namespace mrg {

// The longest body, bytes: in base64 the bytes of a message take a third more.
inline constexpr size_t kJsonBodyBytesMax = 2 * kMessageBytesMax;

class RestDoor : public HttpHandler {
 public:
  explicit RestDoor(RestRoutes routes) : routes_(std::move(routes)) {}

  void Begin(HttpExchange* exchange) override;
  HttpAnswer Refusal(int status) const override;

  const RestRoutes& routes() const { return routes_; }

 private:
  const RestRoutes routes_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_REST_DOOR_H_
