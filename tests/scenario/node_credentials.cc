#include "tests/scenario/node_credentials.h"

#include "gateway/crypto/testing/test_certificates.h"

namespace mrg {

std::shared_ptr<grpc::ServerCredentials> NodeCredentials(const Federation& federation,
                                                         const std::string& member) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  for (const char* one : {kHub, kDelta, kChuanyu}) {
    tls.pem_root_certs += ReadTestFile(federation.Path(one, "tls/ca.pem"));
  }
  tls.pem_key_cert_pairs.push_back({ReadTestFile(federation.Path(member, "tls/node.key")),
                                    ReadTestFile(federation.Path(member, "tls/node.pem"))});
  return grpc::SslServerCredentials(tls);
}

}  // namespace mrg
