#include "gateway/crypto/server_tls.h"

#include <utility>
#include <vector>

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/openssl_ptr.h"
#include "openssl/err.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"

namespace mrg {
namespace {

BioPtr ReaderOf(absl::string_view pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::vector<X509Ptr> CertificatesOf(absl::string_view pem) {
  std::vector<X509Ptr> certificates;
  const BioPtr reader = ReaderOf(pem);
  while (X509* const next = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next);
  }
  ERR_clear_error();  // the end of the text is one
  return certificates;
}

void AppendPem(const X509* certificate, std::string* pem) {
  const BioPtr writer(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(writer.get(), const_cast<X509*>(certificate)) != 1) return;
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &bytes);
  pem->append(bytes, static_cast<size_t>(size));
}

bool UseOwn(SSL_CTX* context, const std::vector<X509Ptr>& chain, absl::string_view key_pem) {
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return false;
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  }
  const BioPtr reader = ReaderOf(key_pem);
  const EvpPkeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
  return key != nullptr && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

bool AcceptClientsOf(SSL_CTX* context, const std::vector<X509Ptr>& cas) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const X509Ptr& ca : cas) {
    if (X509_STORE_add_cert(store, ca.get()) != 1) return false;
    if (SSL_CTX_add_client_CA(context, ca.get()) != 1) return false;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return true;
}

}  // namespace

void FreeServerTls::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

absl::StatusOr<ServerTls> NewServerTls(absl::string_view certificate_pem,
                                       absl::string_view private_key_pem,
                                       absl::string_view client_cas_pem) {
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(certificate_pem, private_key_pem));
  MRG_RETURN_IF_ERROR(ParsePemCertificates(client_cas_pem).status());
  ServerTls tls(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = tls.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(kPeerChainBytesMax));
  if (!UseOwn(context, CertificatesOf(certificate_pem), private_key_pem) ||
      !AcceptClientsOf(context, CertificatesOf(client_cas_pem))) {
    ERR_clear_error();
    return MakeError(Reason::kCertificateUnreadable, "TLS cannot use the certificates or the key");
  }
  return tls;
}

ClientChain ClientChainOf(const ssl_st* connection) {
  ClientChain shown;
  const X509Ptr leaf(SSL_get1_peer_certificate(connection));
  if (leaf != nullptr) AppendPem(leaf.get(), &shown.leaf_pem);
  // A server's has no leaf in it (SSL_get_peer_cert_chain(3)).
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(connection);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    AppendPem(sk_X509_value(chain, i), &shown.chain_pem);
  }
  return shown;
}

}  // namespace mrg
