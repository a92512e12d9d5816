#ifndef MRG_TESTS_SCENARIO_RAW_CALLS_H_
#define MRG_TESTS_SCENARIO_RAW_CALLS_H_

// Many calls that no client of gRPC would make, by raw_calls.py, in a process of their own.
//
// Threads: of the test's main thread.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/federation/child_process.h"
#include "tests/federation/federation.h"

namespace mrg {

// As raw_calls.py takes it.
struct RawCallsPlan {
  std::string method;  // "package.Service/Method"
  int connections;
  int streams;       // of each connection
  std::string mode;  // "incomplete" or "unread"
  std::string what;  // bytes, or the file of the request
};

// The calls are held open until this goes.
class RawCalls {
 public:
  // To a listener of `member`, as `identity`: "platform-31", or with another member's certificate
  // "hub/node".
  RawCalls(const Federation& federation, absl::string_view member, absl::string_view listener,
           absl::string_view identity, const RawCallsPlan& plan);

  // Waits until nothing moves any more. Result: the bytes of messages that the node took.
  int64_t Sent() const;

 private:
  const std::string out_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_RAW_CALLS_H_
