#ifndef MRG_GATEWAY_WEB_OPENAPI_H_
#define MRG_GATEWAY_WEB_OPENAPI_H_

// The description of the rest listener for other tools, made from the interface files: their paths,
// messages and comments. It is no source of anything; a test holds the file in gateway/docs to it.
//
// Thread-safe: a pure function.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace mrg {

// Result: OpenAPI 3.1 as JSON of every method of `files` that has a path, each file with its
// comments. Errors: INVARIANT_BROKEN, as RestRuleOf. Source: spec.openapis.org/oas/v3.1.0.
absl::StatusOr<std::string> OpenApiOf(
    const std::vector<const google::protobuf::FileDescriptor*>& files);

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_OPENAPI_H_
