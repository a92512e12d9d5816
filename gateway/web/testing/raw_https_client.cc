#include "gateway/web/testing/raw_https_client.h"

#include <array>
#include <cstdint>

#include "boost/asio/connect.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/asio/ssl/stream.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http.hpp"

namespace mrg {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

asio::const_buffer BytesOf(const std::string& text) { return asio::buffer(text); }

}  // namespace

struct RawHttpsClient::Connection {
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  Tcp::socket socket{io};
  std::unique_ptr<asio::ssl::stream<Tcp::socket&>> stream;
  boost::beast::flat_buffer buffer;
};

RawHttpsClient::RawHttpsClient(int port, const std::string& certificate,
                               const std::string& private_key, const std::string& server_ca)
    : connection_(std::make_unique<Connection>()) {
  Connection& own = *connection_;
  error_code failed;
  if (!certificate.empty()) {
    own.context.use_certificate_chain(BytesOf(certificate), failed);
    own.context.use_private_key(BytesOf(private_key), asio::ssl::context::pem, failed);
  }
  own.context.add_certificate_authority(BytesOf(server_ca), failed);
  own.context.set_verify_mode(asio::ssl::verify_peer, failed);
  own.socket.connect({asio::ip::address_v4::loopback(), static_cast<uint16_t>(port)}, failed);
}

RawHttpsClient::RawHttpsClient(RawHttpsClient&&) noexcept = default;
RawHttpsClient::~RawHttpsClient() = default;

bool RawHttpsClient::Handshake(bool tls_1_2) {
  Connection& own = *connection_;
  if (tls_1_2) own.context.set_options(asio::ssl::context::no_tlsv1_3);
  own.stream = std::make_unique<asio::ssl::stream<Tcp::socket&>>(own.socket, own.context);
  error_code failed;
  own.stream->handshake(asio::ssl::stream_base::client, failed);
  return !failed;
}

bool RawHttpsClient::Send(absl::string_view bytes) {
  Connection& own = *connection_;
  error_code failed;
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (own.stream != nullptr) {
    asio::write(*own.stream, buffer, failed);
  } else {
    asio::write(own.socket, buffer, failed);
  }
  return !failed;
}

std::pair<int, std::string> RawHttpsClient::Receive(bool to_head) {
  error_code failed;
  http::response_parser<http::string_body> parser;
  parser.skip(to_head);
  http::read(*connection_->stream, connection_->buffer, parser, failed);
  if (failed) return {0, ""};
  return {parser.get().result_int(), parser.get().body()};
}

std::string RawHttpsClient::ReceiveEnd() {
  Connection& own = *connection_;
  std::string received;
  std::array<char, 4096> part;
  for (;;) {
    error_code failed;
    const size_t bytes = own.stream != nullptr ? own.stream->read_some(asio::buffer(part), failed)
                                               : own.socket.read_some(asio::buffer(part), failed);
    received.append(part.data(), bytes);
    if (failed) return received;
  }
}

void RawHttpsClient::Close() {
  error_code failed;
  connection_->socket.close(failed);
}

}  // namespace mrg
