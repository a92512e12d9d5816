#include "gateway/rpc/peers/node_verifier.h"

#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

class NodeVerifier : public grpc::experimental::ExternalCertificateVerifier {
 public:
  explicit NodeVerifier(std::string trust_domain) : trust_domain_(std::move(trust_domain)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>, grpc::Status* sync_status) override {
    std::vector<std::string> uris;
    for (const grpc::string_ref& uri : request->uri_names())
      uris.emplace_back(uri.data(), uri.size());
    const absl::Status status = CheckNodeUris(uris, trust_domain_);
    *sync_status = status.ok() ? grpc::Status::OK
                               : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                              std::string(status.message()));
    return true;  // decided here and now
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::string trust_domain_;
};

}  // namespace

absl::Status CheckNodeUris(const std::vector<std::string>& uris, absl::string_view trust_domain) {
  if (uris.size() == 1) {
    const auto id = SpiffeId::Parse(uris.front());
    if (id.ok() && id->trust_domain() == trust_domain && absl::StartsWith(id->path(), "/node/")) {
      return absl::OkStatus();
    }
  }
  return MakeError(
      Reason::kIdentityInvalid,
      absl::StrCat("expected a server certificate whose one URI is a node of ", trust_domain));
}

std::shared_ptr<grpc::experimental::CertificateVerifier> NewNodeVerifier(
    absl::string_view trust_domain) {
  return grpc::experimental::ExternalCertificateVerifier::Create<NodeVerifier>(
      std::string(trust_domain));
}

}  // namespace mrg
