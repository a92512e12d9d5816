#ifndef MRG_TESTS_FUZZ_REQUEST_CALLS_H_
#define MRG_TESTS_FUZZ_REQUEST_CALLS_H_

// Every call of a node, from the bytes of one request to its status: the work behind the gRPC
// services, on stores in memory. Of a stream it is one message.
//
// Threads: belongs to one thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/rpc/server/wire_text.h"
#include "tests/fuzz/property.h"

namespace mrg {

struct RequestCall {
  std::string method;  // "<package>.<Service>/<Method>"
  std::function<absl::Status(absl::string_view request)> answer;
};

// A node with its calls.
class CallableNode {
 public:
  virtual ~CallableNode() = default;

  // Result: the calls, always in this order: the corpus chooses them by their place.
  const std::vector<RequestCall>& calls() const { return calls_; }

 protected:
  // Adds `method`, whose request is a Req and whose work gives a StatusOr of the response.
  template <typename Req, typename Work>
  void Add(const char* method, Work work) {
    calls_.push_back({method, [work](absl::string_view bytes) -> absl::Status {
                        Req request;
                        const absl::Status parsed = ParseRequest(bytes, &request);
                        if (!parsed.ok()) return parsed;
                        const auto response = work(request);
                        if (!response.ok()) return response.status();
                        Require(response->ByteSizeLong() <= kResponseBytesMax,
                                "an answer is no longer than a client takes");
                        return absl::OkStatus();
                      }});
  }
  // The same for one message of a stream, whose work gives a Status.
  template <typename Req, typename Work>
  void AddMessage(const char* method, Work work) {
    calls_.push_back({method, [work](absl::string_view bytes) -> absl::Status {
                        Req request;
                        const absl::Status parsed = ParseRequest(bytes, &request);
                        return parsed.ok() ? work(request) : parsed;
                      }});
  }

 private:
  // A client takes 4 MiB unless it asks for more.
  static constexpr size_t kResponseBytesMax = size_t{4} << 20;

  std::vector<RequestCall> calls_;
};

// What a platform asks: recognition, translation, catalogue, audit; and it files a dispute.
std::unique_ptr<CallableNode> NewRecognitionCalls();
// What other nodes and the operator ask about trust, and an authority about a licence's status.
std::unique_ptr<CallableNode> NewTrustCalls();
// What workers, platforms and other nodes ask about a dispute that was filed.
std::unique_ptr<CallableNode> NewDisputeCalls();

}  // namespace mrg

#endif  // MRG_TESTS_FUZZ_REQUEST_CALLS_H_
