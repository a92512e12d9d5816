// Documents that are made to be expensive, by callers who may ask: each is refused at its limit,
// and the node's memory is measured while many of them come at once.

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/memory_growth.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

constexpr int kCallers = 8;
constexpr int kCallsOfEach = 25;
// What all of them together may make a node hold; what it holds at rest is several times that.
constexpr int64_t kGrowthBytesMax = int64_t{128} << 20;
// gRPC refuses a message for its length once it has all of it, or the quota of the server is used
// up; what it allocates around the bytes is not counted there.
constexpr int64_t kGrowthOfLongMessagesBytesMax = 2 * int64_t{kServerBytesMax};

std::string Times(size_t count, absl::string_view text) {
  std::string out;
  out.reserve(count * text.size());
  for (size_t i = 0; i < count; ++i) out.append(text.data(), text.size());
  return out;
}

struct Hostile {
  std::string what;
  std::string document;
  std::string answer;  // reason or outcome that must be seen
};

std::vector<Hostile> HostileDocuments() {
  const size_t most = kDocumentBytesMax;
  return {
      {"nested 10,000 deep", Times(10'000, "[") + Times(10'000, "]"), "DOCUMENT_MALFORMED"},
      {"objects nested 5,000 deep", Times(5'000, R"({"a":)") + "1" + Times(5'000, "}"),
       "DOCUMENT_MALFORMED"},
      {"as many elements as fit", "[" + Times(most / 2 - 2, "1,") + "1]", "DOCUMENT_MALFORMED"},
      {"the same text again and again", R"({"a":")" + Times(most - 10, "a") + R"("})",
       "TYPE_MISMATCH"},
      {"escapes that grow", R"({"a":")" + Times((most - 10) / 6, R"(\u0001)") + R"("})",
       "TYPE_MISMATCH"},
      {"a byte too many", Times(most + 1, " "), "FIELD_TOO_LONG"},
      {"a million elements", "[" + Times(1'000'000, "1,") + "1]", "MESSAGE_TOO_LARGE"},
      {"100 MB", Times(100'000'000, "a"), "larger than max"},
  };
}

using Threat = RecognitionSuite;

TEST_F(Threat, R09_ExpensiveDocumentsAreRefusedAtTheirLimitsInBoundedMemory) {
  const auto ask = [](RecognizeRequest request) {
    request.set_request_id(NewRequestId());
    RecognizeResponse response;
    const grpc::Status status = Recognize(Platform("31"), request, &response);
    return status.ok() ? response.ShortDebugString() : ReasonIn(status);
  };
  for (const Hostile& hostile : HostileDocuments()) {
    SCOPED_TRACE(hostile.what);
    // By a key that is listed: nothing but the document is wrong.
    const RecognizeRequest request = Question("31", "32", Signed("32", hostile.document));
    const MemoryGrowth growth(federation().PidOf(kDelta));
    const bool is_long = hostile.document.size() > kMessageBytesMax;
    const int each = is_long ? 1 : kCallsOfEach;
    std::vector<std::thread> callers;
    for (int c = 0; c < kCallers; ++c) {
      callers.emplace_back([&] {
        for (int i = 0; i < each; ++i) ask(request);
      });
    }
    for (std::thread& caller : callers) caller.join();

    EXPECT_THAT(ask(request), testing::HasSubstr(hostile.answer));
    EXPECT_LE(growth.Peak(), is_long ? kGrowthOfLongMessagesBytesMax : kGrowthBytesMax);
  }
  EXPECT_EQ(AnswerAbout("31", "32", Signed("32", DrivingLicence("32"))), "RECOGNIZED");
}

}  // namespace
}  // namespace mrg
