#ifndef MRG_GATEWAY_WEB_REST_ROUTES_H_
#define MRG_GATEWAY_WEB_REST_ROUTES_H_

// Which call a request over HTTP asks for: the one whose google.api.http rule in the interface
// files has its method and path. A call without a rule has no route, and what a node does not offer
// has none either.
//
// Thread-safe: immutable after Create.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/rpc/server/unary_method.h"
#include "gateway/web/path_template.h"
#include "google/protobuf/descriptor.h"

namespace mrg {

// What a rule says.
struct RestRule {
  std::string http_method;  // "GET", without a body, or "POST", whose body is the request
  PathTemplate path;
};

// Result: the method's rule; nullopt when it has none. Errors: INVARIANT_BROKEN for a rule that is
// not of the two kinds above.
absl::StatusOr<std::optional<RestRule>> RestRuleOf(
    const google::protobuf::MethodDescriptor& method);

class RestRoutes {
 public:
  struct Route {
    const UnaryMethod* method;
    RestRule rule;
  };
  // Either a route with what its path says, or the methods that its path has; both empty: no such
  // path.
  struct Found {
    const Route* route = nullptr;
    TextFields path_fields;
    std::string allowed;  // "GET, POST"
  };

  // `methods` must outlive the result. Errors: INVARIANT_BROKEN, as RestRuleOf.
  static absl::StatusOr<RestRoutes> Create(const std::vector<const UnaryMethod*>& methods);

  // `path`: as it was sent, without the query.
  Found Find(absl::string_view http_method, absl::string_view path) const;

  // In the order of the methods.
  const std::vector<Route>& all() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

// Result: what a query says, decoded. Errors: FIELD_MALFORMED for text that is not UTF-8, a '%'
// that begins no byte, and a part without '='.
absl::StatusOr<TextFields> ReadQuery(absl::string_view query);

// The request that the texts of its address and its body stand for: of a rule with a body, the body
// and what the path says of fields that it leaves out; of others, path and query.
// Errors: those of json_message.h; FIELD_MALFORMED for a query where there is a body, and for a
// field that two of them name.
absl::Status ReadRestRequest(const RestRule& rule, const TextFields& path, const TextFields& query,
                             absl::string_view body, google::protobuf::Message* message);

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_REST_ROUTES_H_
