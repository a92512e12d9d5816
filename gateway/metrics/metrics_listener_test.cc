#include "gateway/metrics/metrics_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MetricsListenerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto listener = MetricsListener::Start("127.0.0.1:0", &registry_);
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }

  // Result: the whole answer, head and body.
  std::string Ask(const std::string& method, const std::string& path) const {
    const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name = {};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<uint16_t>(listener_->port()));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_fd, reinterpret_cast<sockaddr*>(&name), sizeof(name)), 0);
    const std::string request = absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(write(socket_fd, request.data(), request.size()),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char part[4096];
    for (ssize_t got; (got = read(socket_fd, part, sizeof(part))) > 0;) answer.append(part, got);
    close(socket_fd);
    return answer;
  }

  MetricRegistry registry_;
  std::unique_ptr<MetricsListener> listener_;
};

TEST_F(MetricsListenerTest, ShowsTheMetrics) {
  const NodeMetrics metrics(&registry_);
  metrics.ready.Set({}, 1);

  EXPECT_THAT(Ask("GET", "/metrics"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\nmrg_ready 1\n")));
}

TEST_F(MetricsListenerTest, AProcessThatServesIsHealthyWhetherItIsReadyOrNot) {
  EXPECT_THAT(Ask("GET", "/healthz"), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(Ask("GET", "/readyz"),
              AllOf(StartsWith("HTTP/1.1 503 "),
                    EndsWith("\r\n\r\nNODE_NOT_READY: the node is starting\n")));

  listener_->SetNotReady({});

  EXPECT_THAT(Ask("GET", "/readyz"), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nok\n")));
}

TEST_F(MetricsListenerTest, ReasonsAreLinesThatNoReasonCanBreakAndThatAreBounded) {
  listener_->SetNotReady({"LOG_CONTRADICTED: a\nHTTP/1.1 200 OK\x1b", std::string(100000, 'x')});
  const std::string broken = Ask("GET", "/readyz");
  listener_->SetNotReady(std::vector<std::string>(5000, "NODE_NOT_READY: x"));
  const std::string many = Ask("GET", "/readyz");

  EXPECT_THAT(broken, AllOf(StartsWith("HTTP/1.1 503 "), SizeIs(testing::Lt(1024u)),
                            HasSubstr("LOG_CONTRADICTED: a\\u{0A}HTTP/1.1 200 OK\\u{1B}\nxxx")));
  EXPECT_THAT(many, AllOf(SizeIs(testing::Lt(4096u)), EndsWith("\nand 4936 more\n")));
}

TEST_F(MetricsListenerTest, OtherPathsAndMethodsAreRefused) {
  EXPECT_THAT(Ask("GET", "/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask("POST", "/readyz"), Not(StartsWith("HTTP/1.1 200 ")));
}

TEST_F(MetricsListenerTest, ATakenPortIsRefused) {
  const auto taken =
      MetricsListener::Start(absl::StrCat("127.0.0.1:", listener_->port()), &registry_);

  EXPECT_EQ(ReasonOf(taken.status()), Reason::kConfigInvalid);
}

}  // namespace
}  // namespace mrg
