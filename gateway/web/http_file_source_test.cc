#include "gateway/web/http_file_source.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// A server on a loopback port of the system's choice, that gives fixed answers, one a connection,
// whatever is asked.
class AnsweringServer {
 public:
  // Between two bytes of a body it waits for `pause`.
  explicit AnsweringServer(std::vector<std::string> answers,
                           absl::Duration pause = absl::ZeroDuration())
      : answers_(std::move(answers)), pause_(pause) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~AnsweringServer() { Stop(); }

  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_, "/base"); }
  // Result: the first line of each request.
  std::vector<std::string> Stop() {
    if (thread_.joinable()) {
      shutdown(listener_, SHUT_RDWR);
      thread_.join();
      close(listener_);
    }
    return requests_;
  }
  // REQUIRES: Stop.
  const std::vector<std::string>& whole_requests() const { return whole_requests_; }

 private:
  void Run() {
    for (const std::string& answer : answers_) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      std::string request;
      char block[4096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = read(connection, block, sizeof(block));
        if (got <= 0) break;
        request.append(block, static_cast<size_t>(got));
      }
      whole_requests_.push_back(request);
      requests_.push_back(request.substr(0, request.find("\r\n")));
      if (answer.empty()) {
        // Says nothing until the client gives up.
        while (read(connection, block, sizeof(block)) > 0) {
        }
      } else if (pause_ > absl::ZeroDuration()) {
        SendSlowly(connection, answer);
      } else {
        // A client that has enough closes before all is sent.
        send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      }
      close(connection);
    }
  }

  void SendSlowly(int connection, const std::string& answer) const {
    const size_t body = answer.find("\r\n\r\n") + 4;
    if (send(connection, answer.data(), body, MSG_NOSIGNAL) < 0) return;
    for (const char byte : answer.substr(body)) {
      if (send(connection, &byte, 1, MSG_NOSIGNAL) != 1) return;
      pollfd closed = {connection, POLLRDHUP, 0};
      if (poll(&closed, 1, static_cast<int>(absl::ToInt64Milliseconds(pause_))) != 0) return;
    }
  }

  const std::vector<std::string> answers_;
  const absl::Duration pause_;
  std::vector<std::string> requests_;
  std::vector<std::string> whole_requests_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

std::string Answer(absl::string_view status, absl::string_view body,
                   absl::string_view headers = "") {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nConnection: close\r\n", headers,
                      "Content-Length: ", body.size(), "\r\n\r\n", body);
}

absl::Status FetchOnce(const std::string& answer, size_t bytes_max = 100, HttpBounds bounds = {}) {
  AnsweringServer server({answer});
  return HttpFileSource(server.url(), bounds).Fetch("f", bytes_max).status();
}

TEST(HttpFileSource, FilesAreReadBelowTheBaseByTheirEncodedPath) {
  AnsweringServer server({Answer("200 OK", "first"), Answer("200 OK", "")});
  HttpFileSource source(server.url());

  EXPECT_EQ(*source.Fetch("1.%2E%2E.json", 5), "first");
  EXPECT_EQ(*source.Fetch("a/../%3F", 0), "");

  const std::vector<std::string> requests = server.Stop();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0], "GET /base/1.%2E%2E.json HTTP/1.1");
  EXPECT_EQ(requests[1], "GET /base/a/../%3F HTTP/1.1");
}

TEST(HttpFileSource, AMissingFileIsToldFromAFailure) {
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("404 Not Found", "no"))), Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("403 Forbidden", "no"))), Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("410 Gone", "no"))), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("500 Oh", "no"))), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("206 Partial Content", "f"))), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(FetchOnce("not HTTP at all\r\n\r\n")), Reason::kFetchFailed);
}

TEST(HttpFileSource, AMirrorCannotSendTheClientElsewhere) {
  AnsweringServer elsewhere({Answer("200 OK", "of another")});
  const std::string to = absl::StrCat("Location: ", elsewhere.url(), "\r\n");

  EXPECT_EQ(ReasonOf(FetchOnce(Answer("302 Found", "", to))), Reason::kFetchFailed);
}

TEST(HttpFileSource, ACutFileIsNoFile) {
  const std::string cut = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"signed\":";
  EXPECT_EQ(ReasonOf(FetchOnce(cut)), Reason::kFetchFailed);
}

TEST(HttpFileSource, OnlyHttpIsSpoken) {
  for (const char* base : {"file:///etc", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "nonsense"}) {
    EXPECT_EQ(ReasonOf(HttpFileSource(base).Fetch("hostname", 100).status()), Reason::kFetchFailed)
        << base;
  }
}

TEST(Threat, T05_DataBeyondTheLimitIsCutOffHoweverItIsSent) {
  const std::string long_body(1 << 20, 'x');
  EXPECT_TRUE(FetchOnce(Answer("200 OK", long_body), long_body.size()).ok());
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("200 OK", long_body), long_body.size() - 1)),
            Reason::kMetadataTooLong);
  EXPECT_EQ(ReasonOf(FetchOnce(Answer("200 OK", "x"), 0)), Reason::kMetadataTooLong);
  // Without a length, until the connection ends.
  EXPECT_EQ(ReasonOf(FetchOnce("HTTP/1.1 200 OK\r\n\r\n" + long_body)), Reason::kMetadataTooLong);
}

TEST(Threat, T05_AServerThatIsSilentIsLeftAfterTheTimeout) {
  EXPECT_EQ(ReasonOf(FetchOnce("", 100, {.silence_max = absl::Milliseconds(50)})),
            Reason::kFetchFailed);
}

TEST(Threat, T05_AServerThatDripsIsLeftWhenTheWholeTakesTooLong) {
  AnsweringServer server({Answer("200 OK", std::string(100, 'x'))}, absl::Milliseconds(20));

  const absl::Status status = HttpFileSource(server.url(), {.silence_max = absl::Milliseconds(500),
                                                            .bytes_per_s_min = 1000})
                                  .Fetch("f", 100)
                                  .status();

  EXPECT_EQ(ReasonOf(status), Reason::kFetchFailed);
}

TEST(HttpFileSource, B11_ASlowButSteadyMirrorIsWaitedFor) {
  const std::string body(100, 'x');
  AnsweringServer server({Answer("200 OK", body)}, absl::Milliseconds(20));

  // Longer as a whole than silence may last.
  EXPECT_EQ(
      *HttpFileSource(server.url(), {.silence_max = absl::Milliseconds(500), .bytes_per_s_min = 10})
           .Fetch("f", 100),
      body);
}

TEST(HttpFileSource, B22_TheFileItselfIsAskedForAndAnotherCodingIsNamed) {
  AnsweringServer server({Answer("200 OK", "\x1f\x8b", "content-encoding: gzip\r\n"),
                          Answer("200 OK", "plain", "Content-Encoding: identity\r\n")});
  HttpFileSource source(server.url());

  const absl::Status coded = source.Fetch("f", 100).status();

  EXPECT_EQ(ReasonOf(coded), Reason::kFetchFailed);
  EXPECT_NE(coded.message().find("Content-Encoding gzip"), absl::string_view::npos) << coded;
  EXPECT_EQ(*source.Fetch("f", 100), "plain");
  server.Stop();
  for (const std::string& request : server.whole_requests()) {
    EXPECT_NE(request.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos) << request;
  }
}

TEST(HttpFileSource, NobodyThereIsAFailure) {
  std::string url;
  { url = AnsweringServer({}).url(); }
  const auto fetched = HttpFileSource(url).Fetch("f", 100);
  EXPECT_EQ(ReasonOf(fetched.status()), Reason::kFetchFailed);
}

}  // namespace
}  // namespace mrg
