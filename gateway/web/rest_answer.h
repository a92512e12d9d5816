#ifndef MRG_GATEWAY_WEB_REST_ANSWER_H_
#define MRG_GATEWAY_WEB_REST_ANSWER_H_

// What a caller over REST is told: a message, or an error as google.rpc.Status, both in JSON.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/status/status.h"
#include "gateway/web/http_exchange.h"

namespace mrg {

// Result: the HTTP status of a canonical code. Source: google/rpc/code.proto.
int HttpStatusOf(absl::StatusCode code);

// Result: an answer with these bytes of JSON, which nobody may keep or take for something else.
HttpAnswer JsonAnswer(int http_status, std::string json);

// Result: the error with the details that it has over gRPC. `http_status`: 0 for that of its code.
// REQUIRES: `status` is not OK.
HttpAnswer ErrorAnswer(const absl::Status& status, int http_status = 0);

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_REST_ANSWER_H_
