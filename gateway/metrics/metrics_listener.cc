#include "gateway/metrics/metrics_listener.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "CivetServer.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

// A node has a reason for each of its jurisdictions at most, and a few more.
constexpr size_t kReasonsShownMax = 64;
constexpr size_t kReasonBytesMax = 512;
// Two, so that one client that is slow keeps no probe from its answer.
constexpr char kThreads[] = "2";
constexpr char kRequestMsMax[] = "5000";

struct Page {
  int status;
  const char* phrase;
  std::string body;
};

// Answers GET with what a function makes; anything else is civetweb's 404 or 405.
class PageHandler : public CivetHandler {
 public:
  explicit PageHandler(std::function<Page()> make) : make_(std::move(make)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    const Page page = make_();
    const std::string head = absl::StrCat(
        "HTTP/1.1 ", page.status, " ", page.phrase,
        "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ", page.body.size(),
        "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n");
    mg_write(connection, head.data(), head.size());
    mg_write(connection, page.body.data(), page.body.size());
    return true;
  }

 private:
  const std::function<Page()> make_;
};

Page ReadyPage(const std::vector<std::string>& reasons) {
  if (reasons.empty()) return {200, "OK", "ok\n"};
  Page page = {503, "Service Unavailable", ""};
  const size_t shown = std::min(reasons.size(), kReasonsShownMax);
  for (size_t i = 0; i < shown; ++i) {
    absl::StrAppend(&page.body, Displayed(absl::string_view(reasons[i]).substr(0, kReasonBytesMax)),
                    "\n");
  }
  if (shown < reasons.size()) {
    absl::StrAppend(&page.body, "and ", reasons.size() - shown, " more\n");
  }
  return page;
}

}  // namespace

struct MetricsListener::Pages {
  explicit Pages(const MetricRegistry* registry)
      : metrics([registry] {
          return Page{200, "OK", registry->Text()};
        }),
        health([] {
          return Page{200, "OK", "ok\n"};
        }),
        ready([this] { return ReadyPage(NotReady()); }) {}

  std::vector<std::string> NotReady() {
    MutexLock lock(mu);
    return not_ready;
  }

  PageHandler metrics;
  PageHandler health;
  PageHandler ready;
  int port = 0;
  Mutex mu;
  std::vector<std::string> not_ready ABSL_GUARDED_BY(mu) = {
      absl::StrCat(TokenOf(Reason::kNodeNotReady), ": the node is starting")};
  std::unique_ptr<CivetServer> server;  // uses the pages
};

absl::StatusOr<std::unique_ptr<MetricsListener>> MetricsListener::Start(
    const std::string& address, const MetricRegistry* registry) {
  auto pages = std::make_unique<Pages>(registry);
  // The library reports a failed bind by an exception; it ends here.
  try {
    pages->server = std::make_unique<CivetServer>(std::vector<std::string>{
        "listening_ports", address, "num_threads", kThreads, "request_timeout_ms", kRequestMsMax});
  } catch (const std::exception&) {
    return MakeFieldError(Reason::kConfigInvalid, "listeners.metrics",
                          absl::StrCat("cannot listen on ", address));
  }
  pages->server->addHandler("/metrics", &pages->metrics);
  pages->server->addHandler("/healthz", &pages->health);
  pages->server->addHandler("/readyz", &pages->ready);
  pages->port = pages->server->getListeningPorts().front();
  return std::unique_ptr<MetricsListener>(new MetricsListener(std::move(pages)));
}

MetricsListener::MetricsListener(std::unique_ptr<Pages> pages) : pages_(std::move(pages)) {}
MetricsListener::~MetricsListener() = default;

int MetricsListener::port() const { return pages_->port; }

void MetricsListener::SetNotReady(std::vector<std::string> reasons) {
  MutexLock lock(pages_->mu);
  pages_->not_ready = std::move(reasons);
}

}  // namespace mrg
