#include "gateway/rpc/peers/node_verifier.h"

#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/identity/certified_identity.h"

namespace mrg {
namespace {

absl::string_view ViewOf(grpc::string_ref text) { return {text.data(), text.size()}; }

class NodeVerifier : public grpc::experimental::ExternalCertificateVerifier {
 public:
  explicit NodeVerifier(NodeVerifierOptions options) : options_(std::move(options)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>, grpc::Status* sync_status) override {
    const absl::Status status =
        Check(ViewOf(request->peer_cert()), ViewOf(request->peer_cert_full_chain()));
    *sync_status = status.ok() ? grpc::Status::OK
                               : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                              std::string(status.message()));
    return true;  // decided here and now
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

 private:
  absl::Status Check(absl::string_view leaf_pem, absl::string_view chain_pem) const {
    MRG_ASSIGN_OR_RETURN(const CertifiedIdentity certified,
                         CertifyIdentity(leaf_pem, chain_pem, options_.bundles,
                                         options_.revocations, options_.clock->Now()));
    return CheckIsNode(certified.identity, options_.trust_domain);
  }

  const NodeVerifierOptions options_;
};

}  // namespace

absl::Status CheckIsNode(const SpiffeId& identity, absl::string_view trust_domain) {
  if (identity.trust_domain() == trust_domain && absl::StartsWith(identity.path(), "/node/")) {
    return absl::OkStatus();
  }
  return MakeError(
      Reason::kIdentityInvalid,
      absl::StrCat("expected a server certificate whose one URI is a node of ", trust_domain));
}

std::shared_ptr<grpc::experimental::CertificateVerifier> NewNodeVerifier(
    NodeVerifierOptions options) {
  return grpc::experimental::ExternalCertificateVerifier::Create<NodeVerifier>(std::move(options));
}

}  // namespace mrg
