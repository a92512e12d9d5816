// Bytes as the request of any call of a node: the first byte chooses the call, its two highest bits
// the table in the order of request_calls.h (platforms, trust, disputes), the others the place in
// it. So a new call at the end of a table leaves the corpus as it is.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "tests/fuzz/property.h"
#include "tests/fuzz/request_calls.h"

namespace mrg {
namespace {

// A node that has kept this much is replaced, so that memory stays bounded.
constexpr int kCallsOfOneNode = 5000;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  const auto reason = ReasonOf(status);
  Require(reason.has_value(), "a refusal has a reason");
  Require(*reason != Reason::kInvariantBroken, "no request breaks what must hold");
  Require(*reason != Reason::kStoreCorrupt, "no request is kept so that it cannot be read");
}

constexpr int kPlaceBits = 6;

void Call(uint8_t chosen, absl::string_view request) {
  static std::unique_ptr<CallableNode> nodes[3];
  static int calls = 0;
  if (calls++ % kCallsOfOneNode == 0) {
    nodes[0] = NewRecognitionCalls();
    nodes[1] = NewTrustCalls();
    nodes[2] = NewDisputeCalls();
  }
  const size_t table = chosen >> kPlaceBits;
  const size_t place = chosen & ((1 << kPlaceBits) - 1);
  if (table >= std::size(nodes) || place >= nodes[table]->calls().size()) return;
  Check(nodes[table]->calls()[place].answer(request));
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  mrg::Call(data[0], absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
