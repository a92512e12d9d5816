#include "gateway/web/rest_door.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/answer/authorization.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/server/raw_service.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using dispute::v1::AcceptDisputeRequest;
using dispute::v1::AcceptDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using Json = nlohmann::json;

constexpr char kDelta[] = "delta.example";
constexpr char kRecognize[] = "/v1/licences:recognize";

// Runs work in place, or keeps it, or refuses it.
class ChosenExecutor : public Executor {
 public:
  bool TrySubmit(std::function<void()> work) override {
    if (is_full) return false;
    if (keeps) {
      kept.push_back(std::move(work));
    } else {
      work();
    }
    return true;
  }
  bool is_full = false;
  bool keeps = false;
  std::vector<std::function<void()>> kept;
};

// A request, and what is heard of its answer.
class FakeExchange : public HttpExchange {
 public:
  FakeExchange(HttpHead head, std::optional<std::string> body, ClientChain client)
      : head_(std::move(head)), body_(std::move(body)), client_(std::move(client)) {}

  const HttpHead& head() const override { return head_; }
  const ClientChain& client() const override { return client_; }
  const std::string& peer() const override { return peer_; }
  void ReadBody(std::function<void(std::optional<std::string>)> done) override {
    is_read = true;
    done(body_);
  }
  void Answer(HttpAnswer given, std::function<void()> gone) override {
    ++answers;
    answer = std::move(given);
    gone_ = std::move(gone);
    if (is_taken) Take();
  }
  void Cut() override { is_cut = true; }
  void Take() { std::exchange(gone_, nullptr)(); }

  Json json() const { return Json::parse(answer.body, nullptr, false); }

  bool is_taken = true;
  bool is_read = false;
  bool is_cut = false;
  int answers = 0;
  HttpAnswer answer;

 private:
  const HttpHead head_;
  const std::optional<std::string> body_;
  const ClientChain client_;
  const std::string peer_ = "ipv4:192.0.2.1:5000";
  std::function<void()> gone_;
};

class RestDoorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TestCertificates(); }
  static void TearDownTestSuite() { delete files_; }

  RestDoorTest()
      : identity_(Bundles()),
        authorization_(*Authorization::Create(
            {{absl::StrCat("spiffe://", kDelta, "/jurisdiction/*/platform/*"),
              {"mrg.gateway.v1.RecognitionService/Recognize", "mrg.dispute.v1.DisputeService/*",
               "mrg.dispute.v1.DisputeQueueService/*"},
              {},
              {}}},
            {})) {
    recognition_.Add<RecognizeRequest, RecognizeResponse>(
        "Recognize", [this](const CallContext& call, const RecognizeRequest& message) {
          return Recognize(call, message);
        });
    disputes_.Add<ListDisputesRequest, ListDisputesResponse>(
        "ListDisputes",
        [this](const CallContext&,
               const ListDisputesRequest& message) -> absl::StatusOr<ListDisputesResponse> {
          listed_ = message;
          return ListDisputesResponse();
        });
    queue_.Add<AcceptDisputeRequest, AcceptDisputeResponse>(
        "AcceptDispute",
        [this](const CallContext&,
               const AcceptDisputeRequest& message) -> absl::StatusOr<AcceptDisputeResponse> {
          accepted_ = message;
          return AcceptDisputeResponse();
        });
    std::vector<const UnaryMethod*> methods;
    for (const RawService* service : {&recognition_, &disputes_, &queue_}) {
      for (const UnaryMethod& method : service->unary_methods()) methods.push_back(&method);
    }
    door_ = std::make_unique<RestDoor>(*RestRoutes::Create(methods));
  }

  static TrustBundles Bundles() {
    TrustBundles bundles;
    EXPECT_TRUE(bundles.Add(kDelta, files_->Ca(kDelta).certificate_pem).ok());
    return bundles;
  }

  absl::StatusOr<RecognizeResponse> Recognize(const CallContext& call,
                                              const RecognizeRequest& message) {
    asked_.push_back(message);
    if (!failure_.ok()) return failure_;
    RecognizeResponse answer;
    answer.add_reasons()->set_reason(call.caller.identity.value());
    return answer;
  }

  static ClientChain Client(absl::string_view path = "/jurisdiction/31/platform/portal") {
    const std::string name = path == "/nobody" ? "nobody" : "portal";
    return {files_->Leaf(kDelta, name, path).certificate_pem, ""};
  }

  static HttpHead Head(std::string method, std::string target, HttpFields fields = {}) {
    HttpHead head{std::move(method), std::move(target), std::move(fields), false};
    head.has_body = head.Find("content-length").has_value();
    return head;
  }
  static HttpHead PostHead(std::string target, HttpFields more = {}) {
    HttpFields fields = {{"content-type", "application/json"}, {"content-length", "2"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return Head("POST", std::move(target), std::move(fields));
  }

  FakeExchange Ask(HttpHead head, std::optional<std::string> body = "{}",
                   const ClientChain& client = Client()) {
    FakeExchange exchange(std::move(head), std::move(body), client);
    door_->Begin(&exchange);
    return exchange;
  }

  // An error: its HTTP status, and what its details say.
  static void ExpectError(const FakeExchange& exchange, int http_status, Reason reason) {
    const std::string token(InfoOf(reason).token);
    EXPECT_EQ(exchange.answers, 1);
    EXPECT_EQ(exchange.answer.status, http_status) << exchange.answer.body;
    const Json json = exchange.json();
    ASSERT_TRUE(json.is_object()) << exchange.answer.body;
    EXPECT_EQ(json["code"], static_cast<int>(InfoOf(reason).code));
    EXPECT_EQ(json["details"][0]["@type"], "type.googleapis.com/google.rpc.ErrorInfo");
    EXPECT_EQ(json["details"][0]["reason"], token);
    EXPECT_THAT(exchange.answer.body, HasSubstr(std::string(InfoOf(reason).chinese)));
    EXPECT_THAT(exchange.answer.fields,
                Contains(Pair("Content-Type", "application/json; charset=utf-8")));
    EXPECT_THAT(exchange.answer.fields, Contains(Pair("Cache-Control", "no-store")));
    EXPECT_THAT(exchange.answer.fields, Contains(Pair("X-Content-Type-Options", "nosniff")));
  }

  static inline TestCertificates* files_ = nullptr;

  SimulatedClock clock_{RealClock().Now() + absl::Minutes(1)};
  MetricRegistry registry_;
  RpcMetrics metrics_{&registry_};
  ChosenExecutor executor_;
  Admission admission_{{1, 1 << 20, 1, 1 << 20, 1}};
  ReadDeadlines reads_;
  KeptEvents events_;
  FailureLog failures_{&events_};
  ConnectionBounds connections_{{{8, 8, 4, 4}}, [](int, uint64_t) { return true; }};
  TlsPeerIdentity identity_;
  const Authorization authorization_;
  const CallEnvironment calls_ = {&identity_,  &authorization_, &executor_,    &clock_,   &metrics_,
                                  &admission_, &reads_,         &connections_, &failures_};
  RawService recognition_{"mrg.gateway.v1.RecognitionService", calls_};
  RawService disputes_{"mrg.dispute.v1.DisputeService", calls_};
  RawService queue_{"mrg.dispute.v1.DisputeQueueService", calls_};
  std::unique_ptr<RestDoor> door_;

  absl::Status failure_;
  std::vector<RecognizeRequest> asked_;
  ListDisputesRequest listed_;
  AcceptDisputeRequest accepted_;
};

TEST_F(RestDoorTest, ACallIsTheMethodsOwnUnderTheIdentityOfTheCertificate) {
  const FakeExchange exchange = Ask(PostHead(kRecognize), R"({"requestId":"one"})");

  EXPECT_EQ(exchange.answer.status, 200);
  EXPECT_EQ(exchange.json()["reasons"][0]["reason"],
            "spiffe://delta.example/jurisdiction/31/platform/portal");
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].request_id(), "one");
  EXPECT_THAT(registry_.Text(), HasSubstr("grpc_method=\"Recognize\""));
}

TEST_F(RestDoorTest, PathAndQueryAreTheRequestOfAGet) {
  const FakeExchange exchange = Ask(Head("GET", "/v1/disputes?page_size=7&pageToken=a%2Bb+c"));

  EXPECT_EQ(exchange.answer.status, 200) << exchange.answer.body;
  EXPECT_EQ(listed_.page_size(), 7);
  EXPECT_EQ(listed_.page_token(), "a+b c");
}

TEST_F(RestDoorTest, ThePathSaysWhatTheBodyLeavesOut) {
  EXPECT_EQ(Ask(PostHead("/v1/disputes/hub/d-1:accept")).answer.status, 200);
  EXPECT_EQ(accepted_.dispute(), "hub/d-1");

  ExpectError(Ask(PostHead("/v1/disputes/hub/d-1:accept"), R"({"dispute":"hub/d-2"})"), 400,
              Reason::kFieldMalformed);
  ExpectError(Ask(PostHead("/v1/disputes/hub/d-1:accept?dispute=hub/d-2")), 400,
              Reason::kFieldMalformed);
}

TEST_F(RestDoorTest, WhatAPageOfTheWebSendsIsRefusedUnread) {
  for (const auto& [name, value] : HttpFields{{"origin", "null"},
                                              {"origin", "https://127.0.0.1"},
                                              {"cookie", "a=b"},
                                              {"sec-fetch-site", "same-origin"},
                                              {"sec-fetch-site", "none"}}) {
    const FakeExchange exchange = Ask(PostHead(kRecognize, {{name, value}}));

    ExpectError(exchange, 403, Reason::kFieldMalformed);
    EXPECT_FALSE(exchange.is_read);
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(RestDoorTest, AnUnknownPathIsNotFound) {
  for (const char* target : {"/", "/v1", "/v1/licences", "/v1/licences:recognize/", "*",
                             "/mrg.gateway.v1.RecognitionService/Recognize", "/metrics",
                             "/v1/licences%3Arecognize", "https://node/v1/licences:recognize"}) {
    ExpectError(Ask(PostHead(target)), 404, Reason::kNotInThisVersion);
  }
}

TEST_F(RestDoorTest, AnotherMethodIsToldWhichOneThePathHas) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "post"}) {
    const FakeExchange exchange = Ask(Head(method, kRecognize));

    ExpectError(exchange, 405, Reason::kFieldMalformed);
    EXPECT_THAT(exchange.answer.fields, Contains(Pair("Allow", "POST"))) << method;
  }
}

TEST_F(RestDoorTest, ABodyOfAnotherTypeOrEncodingIsRefusedUnread) {
  for (const HttpFields& fields : std::vector<HttpFields>{
           {{"content-length", "2"}},
           {{"content-length", "2"}, {"content-type", "text/json"}},
           {{"content-length", "2"}, {"content-type", "application/json; charset=gb18030"}},
           {{"content-length", "2"}, {"content-type", "application/x-www-form-urlencoded"}},
           {{"content-length", "2"},
            {"content-type", "application/json"},
            {"content-encoding", "gzip"}}}) {
    const FakeExchange exchange = Ask(Head("POST", kRecognize, fields));

    ExpectError(exchange, 415, Reason::kFieldMalformed);
    EXPECT_FALSE(exchange.is_read);
  }
  EXPECT_EQ(
      Ask(Head("POST", kRecognize,
               {{"content-length", "2"}, {"content-type", "Application/JSON; charset=UTF-8"}}))
          .answer.status,
      200);
}

TEST_F(RestDoorTest, ABodyWithoutALengthIsRefusedUnread) {
  ExpectError(Ask(Head("POST", kRecognize, {{"content-type", "application/json"}})), 411,
              Reason::kFieldMalformed);
  ExpectError(Ask(PostHead(kRecognize, {{"transfer-encoding", "chunked"}})), 411,
              Reason::kFieldMalformed);
}

TEST_F(RestDoorTest, AGetHasNoBody) {
  ExpectError(Ask(Head("GET", "/v1/disputes", {{"content-length", "2"}})), 400,
              Reason::kFieldMalformed);
}

TEST_F(RestDoorTest, R14_WhoMayNotCallIsRefusedBeforeTheBodyIsRead) {
  const FakeExchange unlisted = Ask(PostHead(kRecognize), "{}", Client("/nobody"));
  ExpectError(unlisted, 403, Reason::kIdentityNotListed);
  EXPECT_FALSE(unlisted.is_read);

  const FakeExchange nobody = Ask(PostHead(kRecognize), "{}", {"", ""});
  ExpectError(nobody, 403, Reason::kIdentityInvalid);
  EXPECT_FALSE(nobody.is_read);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(RestDoorTest, AWrongFieldIsNamedAsOverGrpc) {
  const FakeExchange exchange = Ask(PostHead(kRecognize), R"({"expectedHolder":{"colour":1}})");

  ExpectError(exchange, 400, Reason::kFieldMalformed);
  EXPECT_EQ(exchange.json()["details"][1]["fieldViolations"][0]["field"], "expected_holder.colour");
}

TEST_F(RestDoorTest, ARequestAboveItsBoundIsTooLargeWhateverItsJsonIs) {
  const std::string body =
      absl::StrCat(R"({"requestId":")", std::string(kMessageBytesMax, 'a'), "\"}");
  Admission wide{{1, 8 << 20, 1, 8 << 20, 1}};
  CallEnvironment calls = calls_;
  calls.admission = &wide;
  RawService recognition("mrg.gateway.v1.RecognitionService", calls);
  recognition.Add<RecognizeRequest, RecognizeResponse>(
      "Recognize", [this](const CallContext& call, const RecognizeRequest& message) {
        return Recognize(call, message);
      });
  door_ = std::make_unique<RestDoor>(*RestRoutes::Create({&recognition.unary_methods()[0]}));

  ExpectError(Ask(PostHead(kRecognize), body), 429, Reason::kMessageTooLarge);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(RestDoorTest, AFullQueueSaysWhenToComeAgain) {
  executor_.is_full = true;

  const FakeExchange exchange = Ask(PostHead(kRecognize));

  ExpectError(exchange, 429, Reason::kOverloaded);
  EXPECT_THAT(exchange.answer.body, HasSubstr("\"retryDelay\":\"1s\""));
}

TEST_F(RestDoorTest, AFailureOfOursIsToldByItsCorrelationId) {
  failure_ = absl::NotFoundError("a library's words");
  const std::string own = "0123456789abcdef0123456789abcdef";

  const FakeExchange exchange = Ask(PostHead(kRecognize, {{"x-request-id", own}}));

  ExpectError(exchange, 500, Reason::kInvariantBroken);
  EXPECT_THAT(exchange.answer.fields, Contains(Pair("x-request-id", own)));
  EXPECT_THAT(exchange.answer.body, testing::Not(HasSubstr("library")));
}

TEST_F(RestDoorTest, N07_APlaceIsHeldUntilTheAnswerHasBeenTaken) {
  FakeExchange slow(PostHead(kRecognize), "{}", Client());
  slow.is_taken = false;
  door_->Begin(&slow);
  EXPECT_EQ(slow.answer.status, 200);
  ExpectError(Ask(PostHead(kRecognize)), 429, Reason::kOverloaded);

  reads_.CutOlderThan(clock_.Monotonic() + absl::Seconds(1));
  EXPECT_TRUE(slow.is_cut);
  slow.Take();

  EXPECT_EQ(Ask(PostHead(kRecognize)).answer.status, 200);
}

TEST_F(RestDoorTest, ABodyThatDoesNotComeToItsEndLeavesNothingBehind) {
  const FakeExchange cut = Ask(PostHead(kRecognize), std::nullopt);

  EXPECT_EQ(cut.answers, 1) << "the exchange ends";
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(Ask(PostHead(kRecognize)).answer.status, 200);
}

TEST_F(RestDoorTest, TheWorkIsTheExecutors) {
  executor_.keeps = true;
  FakeExchange exchange(PostHead(kRecognize), "{}", Client());

  door_->Begin(&exchange);
  EXPECT_EQ(exchange.answers, 0);
  ASSERT_EQ(executor_.kept.size(), 1u);
  executor_.kept[0]();

  EXPECT_EQ(exchange.answer.status, 200);
}

TEST_F(RestDoorTest, WhatIsNoRequestIsToldSo) {
  EXPECT_EQ(door_->Refusal(431).status, 431);
  EXPECT_THAT(door_->Refusal(400).body, HasSubstr("FIELD_MALFORMED"));
  EXPECT_EQ(door_->Refusal(413).status, 413);
  EXPECT_THAT(door_->Refusal(413).body, HasSubstr("MESSAGE_TOO_LARGE"));
}

}  // namespace
}  // namespace mrg
