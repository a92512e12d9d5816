#include "gateway/rpc/peers/peer_channel.h"

#include <algorithm>
#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "gateway/rpc/peers/node_verifier.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "grpcpp/support/channel_arguments.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

// Between the first two attempts to connect; gRPC's own default.
constexpr absl::Duration kReconnectFirst = absl::Seconds(1);
// A connection that died without a word is noticed after these two together, also one on which
// nothing but a hint stream waits. Twice what a listener allows (grpc_server.cc).
constexpr int kKeepaliveMs = 10000;
constexpr int kKeepaliveTimeoutMs = 5000;
// gRPC would stop after two pings until a call is made.
constexpr int kPingsWithoutDataUnbounded = 0;

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> NewPeerChannel(const PeerChannelOptions& options) {
  // gRPC would only fail each call, without a word about the files.
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(options.certificate_pem, options.private_key_pem));
  NodeVerifierOptions verifier = {options.trust_domain, {}, {}, options.clock};
  MRG_RETURN_IF_ERROR(verifier.bundles.Add(options.trust_domain, options.ca_bundle_pem));
  if (!options.revocations.empty()) {
    verifier.revocations.emplace(options.trust_domain, options.revocations);
  }

  // The host name is checked by gRPC, all else by the verifier, too.
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_certificate_provider(std::make_shared<grpc::experimental::StaticDataCertificateProvider>(
      options.ca_bundle_pem, std::vector<grpc::experimental::IdentityKeyCertPair>{
                                 {options.private_key_pem, options.certificate_pem}}));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_verify_server_certs(true);
  tls.set_check_call_host(true);
  tls.set_certificate_verifier(NewNodeVerifier(std::move(verifier)));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kTrustMessageBytesMax));
  // By its name the distance between attempts; what it bounds is the time of one.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Milliseconds(options.connect_timeout));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   Milliseconds(std::min(kReconnectFirst, options.reconnect_max)));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Milliseconds(options.reconnect_max));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, kPingsWithoutDataUnbounded);
  // Channels with equal arguments would share one connection and, with it, one identity.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(options.endpoint, grpc::experimental::TlsCredentials(tls),
                                   arguments);
}

}  // namespace mrg
