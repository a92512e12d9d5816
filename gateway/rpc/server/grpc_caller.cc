#include "gateway/rpc/server/grpc_caller.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/security/auth_context.h"

namespace mrg {
namespace {

// Property names of gRPC's security layer (grpc/grpc_security_constants.h).
constexpr char kPeerCertificate[] = "x509_pem_cert";
constexpr char kPeerChain[] = "x509_pem_cert_chain";

// The property's only value; empty when there is none or more than one.
std::string OnlyValue(const grpc::AuthContext& context, const char* name) {
  const std::vector<grpc::string_ref> values = context.FindPropertyValues(name);
  if (values.size() != 1) return "";
  return std::string(values[0].data(), values[0].size());
}

}  // namespace

CallPeer PeerOf(const grpc::CallbackServerContext& context) {
  const std::shared_ptr<const grpc::AuthContext> shown = context.auth_context();
  const bool over_tls =
      shown->IsPeerAuthenticated() || !shown->FindPropertyValues(kPeerCertificate).empty();
  return {context.peer(),
          {over_tls, OnlyValue(*shown, kPeerCertificate), OnlyValue(*shown, kPeerChain)}};
}

std::string TellGrpcFailure(grpc::CallbackServerContext* context,
                            const CallEnvironment& environment, const MethodName& method,
                            const absl::Status& status) {
  absl::string_view own;
  const auto found = context->client_metadata().find(kRequestIdKey);
  if (found != context->client_metadata().end()) {
    own = absl::string_view(found->second.data(), found->second.size());
  }
  std::string request_id = TellFailure(own, environment, method, status);
  if (IsOurFailure(status)) context->AddTrailingMetadata(kRequestIdKey, request_id);
  return request_id;
}

}  // namespace mrg
