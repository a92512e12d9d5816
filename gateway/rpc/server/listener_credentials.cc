#include "gateway/rpc/server/listener_credentials.h"

#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "grpc/grpc.h"

namespace mrg {

// gRPC's C++ credentials hold one certificate for ever; its C interface asks before each handshake.
class ListenerCredentials::OfListener : public grpc::ServerCredentials {
 public:
  explicit OfListener(const ListenerCredentials* all)
      : all_(all),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Fetch, this))) {}
  ~OfListener() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // Called before a handshake, from one thread at a time.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<OfListener*>(self)->FetchIfNew(config);
  }

  grpc_ssl_certificate_config_reload_status FetchIfNew(
      grpc_ssl_server_certificate_config** config) {
    std::shared_ptr<const ListenerTls> tls = all_->Current();
    if (tls == given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {tls->private_key.c_str(), tls->certificate.c_str()};
    *config = grpc_ssl_server_certificate_config_create(tls->client_cas.c_str(), &pair, 1);
    given_ = std::move(tls);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const ListenerCredentials* const all_;
  std::shared_ptr<const ListenerTls> given_;  // what gRPC has; not given twice
  grpc_server_credentials* const credentials_;
};

absl::StatusOr<std::unique_ptr<ListenerCredentials>> ListenerCredentials::Create(ListenerTls tls) {
  // gRPC would only log these and then refuse every handshake.
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(tls.certificate, tls.private_key));
  MRG_RETURN_IF_ERROR(ParsePemCertificates(tls.client_cas).status());
  return std::unique_ptr<ListenerCredentials>(new ListenerCredentials(std::move(tls)));
}

ListenerCredentials::ListenerCredentials(ListenerTls tls)
    : tls_(std::make_shared<const ListenerTls>(std::move(tls))) {}

absl::Status ListenerCredentials::ReplaceCertificate(std::string certificate,
                                                     std::string private_key) {
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(certificate, private_key));
  MutexLock lock(mu_);
  tls_ = std::make_shared<const ListenerTls>(
      ListenerTls{std::move(certificate), std::move(private_key), tls_->client_cas});
  return absl::OkStatus();
}

absl::Status ListenerCredentials::ReplaceClientCas(std::string client_cas) {
  MRG_RETURN_IF_ERROR(ParsePemCertificates(client_cas).status());
  MutexLock lock(mu_);
  tls_ = std::make_shared<const ListenerTls>(
      ListenerTls{tls_->certificate, tls_->private_key, std::move(client_cas)});
  return absl::OkStatus();
}

std::shared_ptr<const ListenerTls> ListenerCredentials::Current() const {
  MutexLock lock(mu_);
  return tls_;
}

std::shared_ptr<grpc::ServerCredentials> ListenerCredentials::ForListener() const {
  return std::make_shared<OfListener>(this);
}

}  // namespace mrg
