#ifndef MRG_TESTS_SCENARIO_BAD_REQUEST_TABLE_H_
#define MRG_TESTS_SCENARIO_BAD_REQUEST_TABLE_H_

// Tables of requests that are wrong in one field, and the check that each is refused in the one way
// that there is: status code, reason, field path, English and Chinese text.
//
// Threads: of the test's main thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "grpcpp/channel.h"

namespace mrg {

// Becomes bytes that are no UTF-8 on the wire; set through the message it would be refused there.
inline constexpr char kNotUtf8[] = "~utf8~";

struct BadField {
  // Path of the field as the answer names it; the last part may have "[0]".
  std::string field;
  // What it is set to: text or bytes, or the digits of an enum or integer. An element "[0]" is
  // added.
  std::string value;
  std::string reason;
};

// Sets the field of the path, which need not have the "[0]" of a list.
void SetField(google::protobuf::Message* message, const std::string& path,
              const std::string& value);

// Sends `valid` with each row's field changed to `method`, "/package.Service/Method", and checks
// the answer.
void ExpectEachRefused(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                       const google::protobuf::Message& valid, const std::vector<BadField>& rows);

// The same for a request that is wrong as a whole: sends the bytes of `message`.
void ExpectRefused(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   const google::protobuf::Message& message, const std::string& field,
                   const std::string& reason);

// Result: the paths of all fields below `type` that hold a value, without the "[0]" of lists.
std::vector<std::string> ValueFields(const google::protobuf::Descriptor& type);

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_BAD_REQUEST_TABLE_H_
