#include "gateway/web/https_server.h"

#include <unistd.h>

#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/asio/ssl/stream.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl/ssl_stream.hpp"

namespace mrg {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr unsigned kHttp11 = 11;
// Of a body that is not read, so that the peer can take the answer before the connection ends.
constexpr size_t kDrainedBytesMax = size_t{4} << 20;
constexpr size_t kReadBytes = 4096;

// Result: as gRPC writes it; empty when the peer has gone.
std::string PeerName(const Tcp::socket& socket) {
  error_code failed;
  const Tcp::endpoint peer = socket.remote_endpoint(failed);
  if (failed) return "";
  asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  if (address.is_v4()) return absl::StrCat("ipv4:", address.to_string(), ":", peer.port());
  return absl::StrCat("ipv6:%5B", address.to_string(), "%5D:", peer.port());
}

HttpHead HeadOf(const http::request_parser<http::string_body>& parser) {
  const auto& request = parser.get();
  HttpHead head;
  head.method = std::string(request.method_string());
  head.target = std::string(request.target());
  for (const auto& field : request) {
    head.fields.emplace_back(absl::AsciiStrToLower(absl::string_view(field.name_string().data(),
                                                                     field.name_string().size())),
                             std::string(field.value()));
  }
  head.has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  return head;
}

// Result: the HTTP status with which a head that could not be read is refused; 0 when nobody is
// there to hear it.
int RefusedHead(const error_code& failed) {
  if (failed == http::error::header_limit) return 431;
  if (failed == http::error::body_limit) return 413;
  if (failed == http::error::end_of_stream || failed == http::error::partial_message) return 0;
  return failed.category() == http::make_error_code(http::error::bad_target).category() ? 400 : 0;
}

// Result: the HTTP status with which this head is refused whatever it asks; 0 for none.
int RefusedForm(const http::request<http::string_body>& request) {
  if (request.version() != kHttp11) return 505;
  if (request.count(http::field::host) != 1) return 400;  // RFC 9112 3.2
  if (request.count(http::field::expect) > 0 &&
      !absl::EqualsIgnoreCase(absl::string_view(request[http::field::expect].data(),
                                                request[http::field::expect].size()),
                              "100-continue")) {
    return 417;
  }
  return 0;
}

}  // namespace

struct HttpsServer::Loop {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> working{io.get_executor()};
  std::set<std::shared_ptr<Session>> sessions;
  bool stopping = false;
  // The context of `tls`; sessions share what they began with.
  std::shared_ptr<const ListenerTls> tls;
  std::shared_ptr<asio::ssl::context> context;
};

// Threads: the server's, but for what HttpExchange says.
class HttpsServer::Session : public HttpExchange, public std::enable_shared_from_this<Session> {
 public:
  Session(HttpsServer* server, Tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : server_(server),
        context_(std::move(context)),
        peer_(PeerName(socket)),
        stream_(std::move(socket), *context_),
        buffer_(2 * server->bounds_.head_bytes) {}

  void Start() {
    Await(server_->bounds_.head);
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this()](const error_code& failed) {
                              if (failed) return self->Close();
                              self->client_ = ClientChainOf(self->stream_.native_handle());
                              self->ReadHead();
                            });
  }

  void CloseIfIdle() {
    if (in_exchange_ == nullptr) Close();
  }
  void CloseIfOverdue(absl::Duration now) {
    if (now >= deadline_) Close();
  }
  void Close() {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    stream_.next_layer().close(ignored);
    server_->Forget(shared_from_this());
  }

  const HttpHead& head() const override { return head_; }
  const ClientChain& client() const override { return client_; }
  const std::string& peer() const override { return peer_; }
  void ReadBody(std::function<void(std::optional<std::string>)> done) override {
    Post([done = std::move(done)](Session* self) mutable { self->BeginBody(std::move(done)); });
  }
  void Answer(HttpAnswer answer, std::function<void()> gone) override {
    // The loop may be done with it before this thread has left the loop.
    HttpsServer* const server = server_;
    server->Hold();
    Post([answer = std::move(answer), gone = std::move(gone)](Session* self) mutable {
      self->Write(std::move(answer), std::move(gone));
    });
    server->Release();
  }
  void Cut() override {
    Post([](Session* self) { self->Close(); });
  }

 private:
  using BodyDone = std::function<void(std::optional<std::string>)>;

  template <typename Step>
  void Post(Step step) {
    asio::post(server_->loop_->io,
               [self = shared_from_this(), step = std::move(step)]() mutable { step(self.get()); });
  }

  void Await(absl::Duration longest) { deadline_ = server_->parts_.clock->Monotonic() + longest; }

  // Between requests, until the first byte of the next one.
  void AwaitRequest() {
    if (server_->loop_->stopping) return Close();
    if (buffer_.size() > 0) return BeginHead();
    Await(server_->bounds_.idle);
    stream_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = shared_from_this()](const error_code& failed, size_t bytes) {
                              if (failed) return self->Close();
                              self->buffer_.commit(bytes);
                              self->BeginHead();
                            });
  }

  void BeginHead() {
    Await(server_->bounds_.head);
    ReadHead();
  }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(server_->bounds_.head_bytes));
    parser_->body_limit(server_->bounds_.body_bytes);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& failed, size_t) { self->HeadRead(failed); });
  }

  void HeadRead(const error_code& failed) {
    body_read_ = false;
    int refused = failed ? RefusedHead(failed) : RefusedForm(parser_->get());
    if (failed && refused == 0) return Close();
    head_ = refused == 0 ? HeadOf(*parser_) : HttpHead{};
    in_exchange_ = shared_from_this();
    server_->Hold();
    Await(server_->bounds_.answer);
    if (refused != 0) return Write(server_->parts_.handler->Refusal(refused), [] {});
    body_read_ = !head_.has_body;
    server_->parts_.handler->Begin(this);
  }

  void BeginBody(BodyDone done) {
    if (closed_) return done(std::nullopt);
    if (body_read_) return done("");
    Await(server_->bounds_.body);
    if (parser_->get().count(http::field::expect) == 0) return ContinueBody(std::move(done));
    interim_ = {http::status::continue_, kHttp11};
    http::async_write(stream_, interim_,
                      [self = shared_from_this(), done = std::move(done)](const error_code& failed,
                                                                          size_t) mutable {
                        if (failed) return self->BodyFailed(done);
                        self->ContinueBody(std::move(done));
                      });
  }

  void ContinueBody(BodyDone done) {
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this(), done = std::move(done)](const error_code& failed, size_t) {
          if (failed) return self->BodyFailed(done);
          self->body_read_ = true;
          self->Await(self->server_->bounds_.answer);
          done(std::move(self->parser_->get().body()));
        });
  }

  void BodyFailed(const BodyDone& done) {
    Close();
    done(std::nullopt);
  }

  void Write(HttpAnswer answer, std::function<void()> gone) {
    if (closed_) return EndExchange(gone);
    Await(server_->bounds_.taking);
    const bool keep = body_read_ && parser_->get().keep_alive() && !server_->loop_->stopping;
    response_ = {static_cast<http::status>(answer.status), kHttp11};
    for (const auto& [name, value] : answer.fields) response_.set(name, value);
    // The answer to HEAD has no body (RFC 9110 9.3.2).
    if (head_.method != "HEAD") response_.body() = std::move(answer.body);
    response_.keep_alive(keep);
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = shared_from_this(), gone = std::move(gone), keep](
                          const error_code& failed, size_t) {
                        self->response_ = {};
                        self->EndExchange(gone);
                        if (failed) return self->Close();
                        if (keep) return self->AwaitRequest();
                        self->Await(self->server_->bounds_.head);
                        if (self->body_read_) return self->EndTls();
                        // Nothing comes after the answer. The peer could not take it if the socket
                        // was closed while bytes of its own are unread.
                        error_code ignored;
                        self->stream_.next_layer().shutdown(Tcp::socket::shutdown_send, ignored);
                        self->Drain();
                      });
  }

  void EndExchange(const std::function<void()>& gone) {
    gone();
    const std::shared_ptr<Session> self = std::move(in_exchange_);
    server_->Release();
  }

  void EndTls() {
    stream_.async_shutdown([self = shared_from_this()](const error_code&) { self->Close(); });
  }

  void Drain() {
    stream_.async_read_some(asio::buffer(scratch_),
                            [self = shared_from_this()](const error_code& failed, size_t bytes) {
                              self->drained_ += bytes;
                              if (failed || self->drained_ > kDrainedBytesMax) return self->Close();
                              self->Drain();
                            });
  }

  HttpsServer* const server_;
  const std::shared_ptr<asio::ssl::context> context_;
  const std::string peer_;
  ClientChain client_;

  boost::beast::ssl_stream<Tcp::socket> stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpHead head_;
  http::response<http::empty_body> interim_;
  http::response<http::string_body> response_;
  std::array<char, kReadBytes> scratch_;
  size_t drained_ = 0;

  absl::Duration deadline_ = absl::InfiniteDuration();
  bool body_read_ = false;
  std::shared_ptr<Session> in_exchange_;  // itself, while a handler has it; else null
  bool closed_ = false;
};

HttpsServer::HttpsServer(Parts parts, const HttpsBounds& bounds)
    : parts_(std::move(parts)), bounds_(bounds), loop_(std::make_unique<Loop>()) {}

HttpsServer::~HttpsServer() = default;

void HttpsServer::HandOver(int fd) {
  asio::post(loop_->io, [this, fd] { Take(fd); });
}

void HttpsServer::Run() { loop_->io.run(); }

void HttpsServer::Take(int fd) {
  std::shared_ptr<const ListenerTls> tls = parts_.tls();
  if (tls != loop_->tls) {
    auto made = NewServerTls(tls->certificate, tls->private_key, tls->client_cas);
    // What was checked when it was read; else what was there before goes on.
    if (made.ok()) loop_->context = std::make_shared<asio::ssl::context>(made->release());
    loop_->tls = std::move(tls);
  }
  sockaddr_storage own = {};
  socklen_t size = sizeof(own);
  getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
  Tcp::socket socket(loop_->io);
  error_code failed;
  socket.assign(own.ss_family == AF_INET6 ? Tcp::v6() : Tcp::v4(), fd, failed);
  if (failed) {
    close(fd);
    return;
  }
  if (loop_->stopping || loop_->context == nullptr) return;  // the socket closes it
  auto session = std::make_shared<Session>(this, std::move(socket), loop_->context);
  loop_->sessions.insert(session);
  session->Start();
}

void HttpsServer::Forget(const std::shared_ptr<Session>& session) {
  loop_->sessions.erase(session);
}

void HttpsServer::CutOverdue() {
  asio::post(loop_->io, [this] {
    const absl::Duration now = parts_.clock->Monotonic();
    const auto sessions = loop_->sessions;  // each may leave it
    for (const auto& session : sessions) session->CloseIfOverdue(now);
  });
}

void HttpsServer::Hold() {
  MutexLock lock(mu_);
  ++held_;
}

void HttpsServer::Release() {
  MutexLock lock(mu_);
  if (--held_ == 0) idle_.NotifyAll();
}

void HttpsServer::Shutdown(absl::Duration grace) {
  const auto close_all = [this](bool also_busy) {
    Hold();  // until it has been done
    asio::post(loop_->io, [this, also_busy] {
      loop_->stopping = true;
      const auto sessions = loop_->sessions;
      for (const auto& session : sessions) {
        if (also_busy) {
          session->Close();
        } else {
          session->CloseIfIdle();
        }
      }
      Release();
    });
  };
  close_all(false);
  {
    MutexLock lock(mu_);
    while (held_ > 0 && idle_.WaitFor(mu_, static_cast<int>(absl::ToInt64Milliseconds(grace)))) {
    }
  }
  close_all(true);
  {
    MutexLock lock(mu_);
    while (held_ > 0) idle_.Wait(mu_);
  }
  loop_->io.stop();
}

}  // namespace mrg
