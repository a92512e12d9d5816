#include "gateway/web/rest_door.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/call_course.h"
#include "gateway/web/json_message.h"
#include "gateway/web/rest_answer.h"

namespace mrg {
namespace {

using google::protobuf::Message;

constexpr char kGet[] = "GET";
constexpr char kPost[] = "POST";

HttpAnswer Malformed(int http_status, absl::string_view expected) {
  return ErrorAnswer(MakeError(Reason::kFieldMalformed, expected), http_status);
}

bool IsJson(absl::string_view content_type) {
  const std::vector<std::string> parts = absl::StrSplit(content_type, ';');
  if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "application/json")) {
    return false;
  }
  for (size_t i = 1; i < parts.size(); ++i) {
    const absl::string_view parameter = absl::StripAsciiWhitespace(parts[i]);
    if (!absl::EqualsIgnoreCase(parameter, "charset=utf-8") &&
        !absl::EqualsIgnoreCase(parameter, "charset=\"utf-8\"")) {
      return false;
    }
  }
  return true;
}

// What is refused before it is known which call is asked for. Result: nullopt when nothing is.
std::optional<HttpAnswer> RefusedSender(const HttpHead& head) {
  for (const char* field : {"origin", "cookie", "sec-fetch-site"}) {
    if (!head.Find(field).has_value()) continue;
    return Malformed(403, absl::StrCat("expected a request without the field ", field));
  }
  return std::nullopt;
}

// What is wrong with how the call is asked for. Result: nullopt when nothing is.
std::optional<HttpAnswer> RefusedBody(const HttpHead& head) {
  if (head.method == kGet) {
    if (!head.has_body) return std::nullopt;
    return Malformed(400, "expected no body: the query holds the request");
  }
  // Without a length a body is read whose end only its sender knows.
  if (head.Find("transfer-encoding").has_value() || !head.Find("content-length").has_value()) {
    return Malformed(411, "expected the field Content-Length, and no Transfer-Encoding");
  }
  if (head.Find("content-encoding").has_value() ||
      !IsJson(head.Find("content-type").value_or(""))) {
    return Malformed(415, "expected Content-Type: application/json, in UTF-8, without an encoding");
  }
  return std::nullopt;
}

// One call, kept by what it waits for. Threads: one at a time, as of its course.
class RestCall : public std::enable_shared_from_this<RestCall> {
 public:
  RestCall(const RestRoutes::Route& route, TextFields path_fields, TextFields query,
           HttpExchange* exchange)
      : route_(route),
        path_fields_(std::move(path_fields)),
        query_(std::move(query)),
        exchange_(exchange) {
    course_.emplace(route.method, [exchange] { exchange->Cut(); });
  }

  void Begin() {
    const ClientChain& shown = exchange_->client();
    const absl::Status entered =
        course_->Enter({exchange_->peer(), {true, shown.leaf_pem, shown.chain_pem}});
    if (!entered.ok()) return Refuse(entered);
    course_->AwaitRequest([self = shared_from_this()] {
      self->exchange_->ReadBody(
          [self](std::optional<std::string> body) { self->Take(std::move(body)); });
    });
  }

 private:
  void Take(std::optional<std::string> body) {
    const absl::Status taken = course_->TakeRequest(body.has_value() ? body->size() : 0);
    if (!body.has_value()) return EndCut();
    if (!taken.ok()) return Refuse(taken);
    body_ = *std::move(body);
    const absl::Status queued = course_->Submit([self = shared_from_this()] { self->Work(); });
    if (!queued.ok()) Refuse(queued);
  }

  void Work() {
    const std::shared_ptr<Message> request(route_.method->request_type->New());
    const absl::Status read =
        ReadRestRequest(route_.rule, path_fields_, query_, body_, request.get());
    body_ = std::string();
    if (!read.ok()) return Refuse(read);
    if (request->ByteSizeLong() > route_.method->bytes_max) {
      return Refuse(MakeError(
          Reason::kMessageTooLarge,
          absl::StrCat("expected a message of at most ", route_.method->bytes_max, " bytes")));
    }
    route_.method->work(course_->call(), request,
                        [self = shared_from_this()](absl::StatusOr<const Message*> result) {
                          const absl::Status answered = self->Answer(result);
                          if (!answered.ok()) self->Refuse(answered);
                        });
  }

  absl::Status Answer(const absl::StatusOr<const Message*>& result) {
    MRG_RETURN_IF_ERROR(result.status());
    MRG_ASSIGN_OR_RETURN(std::string json, JsonOf(**result));
    MRG_RETURN_IF_ERROR(course_->HoldAnswer(json.size()));
    const absl::Status ok;
    Send({.request_id = TellFailure(ok)}, JsonAnswer(200, std::move(json)));
    return absl::OkStatus();
  }

  void Refuse(const absl::Status& status) {
    HttpAnswer answer = ErrorAnswer(status);
    const std::string request_id = TellFailure(status);
    if (IsOurFailure(status)) answer.fields.emplace_back(kRequestIdKey, request_id);
    const std::optional<Reason> reason = ReasonOf(status);
    const absl::StatusCode code = reason.has_value() ? status.code() : absl::StatusCode::kInternal;
    Send({static_cast<int>(code), reason, request_id}, std::move(answer));
  }

  // Nobody is there to be answered.
  void EndCut() { Send({.code = static_cast<int>(absl::StatusCode::kCancelled)}, {}); }

  std::string TellFailure(const absl::Status& status) const {
    return course_->TellFailure(exchange_->head().Find(kRequestIdKey).value_or(""), status);
  }

  void Send(const CallEnd& end, HttpAnswer answer) {
    course_->Finish(end);
    // Whoever else still keeps the call is not waited for by those whom its course borrows.
    exchange_->Answer(std::move(answer), [self = shared_from_this()] { self->course_.reset(); });
  }

  const RestRoutes::Route& route_;
  const TextFields path_fields_;
  const TextFields query_;
  HttpExchange* const exchange_;
  std::optional<CallCourse> course_;  // until the answer is gone
  std::string body_;
};

}  // namespace

void RestDoor::Begin(HttpExchange* exchange) {
  const HttpHead& head = exchange->head();
  const auto refuse = [exchange](HttpAnswer answer) { exchange->Answer(std::move(answer), [] {}); };
  std::optional<HttpAnswer> refusal = RefusedSender(head);
  if (refusal.has_value()) return refuse(*std::move(refusal));
  const absl::string_view target = head.target;
  const size_t question = target.find('?');
  const bool has_query = question != absl::string_view::npos;
  RestRoutes::Found found = routes_.Find(head.method, target.substr(0, question));
  if (found.route == nullptr) {
    if (found.allowed.empty()) {
      return refuse(ErrorAnswer(
          MakeError(Reason::kNotInThisVersion, "expected a path of the interface files"), 404));
    }
    HttpAnswer answer = Malformed(405, absl::StrCat("expected the method ", found.allowed));
    answer.fields.emplace_back("Allow", found.allowed);
    return refuse(std::move(answer));
  }
  refusal = RefusedBody(head);
  if (refusal.has_value()) return refuse(*std::move(refusal));
  absl::StatusOr<TextFields> query = ReadQuery(has_query ? target.substr(question + 1) : "");
  if (!query.ok()) return refuse(ErrorAnswer(query.status()));
  std::make_shared<RestCall>(*found.route, std::move(found.path_fields), *std::move(query),
                             exchange)
      ->Begin();
}

HttpAnswer RestDoor::Refusal(int status) const {
  if (status == 413) {
    return ErrorAnswer(
        MakeError(Reason::kMessageTooLarge,
                  absl::StrCat("expected a body of at most ", kJsonBodyBytesMax, " bytes")),
        status);
  }
  return Malformed(status,
                   "expected a request of HTTP/1.1 (RFC 9112) with one field Host, whose head "
                   "has at most 8192 bytes");
}

}  // namespace mrg
