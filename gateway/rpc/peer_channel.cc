#include "gateway/rpc/peer_channel.h"

#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "gateway/rpc/node_verifier.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "grpcpp/support/channel_arguments.h"
#include "trustlist/metadata_limits.h"

namespace mrg {
namespace {

// A peer that came back is found within this time; the default grows to two minutes.
constexpr int kReconnectBackoffMsMax = 5000;
// A dead connection of a hint stream is noticed after these, although nothing is sent.
constexpr int kKeepaliveMs = 60000;
constexpr int kKeepaliveTimeoutMs = 10000;

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> NewPeerChannel(const PeerChannelOptions& options) {
  // gRPC would only fail each call, without a word about the files.
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(options.certificate_pem, options.private_key_pem));
  MRG_RETURN_IF_ERROR(ParsePemCertificates(options.ca_bundle_pem).status());

  // Chain and host name are checked by gRPC, the SPIFFE id by the verifier.
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_certificate_provider(std::make_shared<grpc::experimental::StaticDataCertificateProvider>(
      options.ca_bundle_pem, std::vector<grpc::experimental::IdentityKeyCertPair>{
                                 {options.private_key_pem, options.certificate_pem}}));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_verify_server_certs(true);
  tls.set_check_call_host(true);
  tls.set_certificate_verifier(NewNodeVerifier(options.trust_domain));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kTrustMessageBytesMax));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectBackoffMsMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Channels with equal arguments would share one connection and, with it, one identity.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(options.endpoint, grpc::experimental::TlsCredentials(tls),
                                   arguments);
}

}  // namespace mrg
