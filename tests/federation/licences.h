#ifndef MRG_TESTS_FEDERATION_LICENCES_H_
#define MRG_TESTS_FEDERATION_LICENCES_H_

// Licences of the shipped samples, signed with the generated keys of a federation's issuing
// authorities, and the questions that platforms ask about them.
//
// Thread-safe: free functions; each call reads the key's file.

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/crypto/signer.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/presentation.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "tests/federation/federation.h"

namespace mrg {

// Result: the number of a driving licence of the jurisdiction and of its holder, an identity number
// (GB 11643) of somebody born on 1900-01-01; `sequence` in [0, 999].
std::string LicenceNumber(absl::string_view jurisdiction, int sequence);

// Result: that driving licence in the jurisdiction's own standard: the shipped sample of Jiangsu
// (delta-reply) or Chongqing (cq-sample) with another number, issuer and area. Sequence 1 of 32 and
// of 50 is the sample itself.
std::string DrivingLicence(absl::string_view jurisdiction, int sequence = 1);

// Result: an authority's code (GB 32100), the one of deploy/federation.py.
std::string SampleIssuerCode(absl::string_view jurisdiction);

// Result: `document` with every `from` replaced by `to`; fails the test when there is none.
std::string WithReplaced(std::string document, absl::string_view from, absl::string_view to);

// Result: the key of the member that answers for `jurisdiction`: "issuer-<jj>" is listed for every
// type, "unlisted-<jj>" for none. Its scheme is the one of deploy/federation.py.
std::unique_ptr<Signer> IssuerKey(const Federation& federation, absl::string_view kind,
                                  absl::string_view jurisdiction);

// Result: `document` signed by `key`.
gateway::v1::Presentation SignedBy(const Signer& key, absl::string_view document);

// Result: the listing of the key for all three types and its jurisdiction, as deploy/federation.py
// makes it.
gateway::v1::IssuerEntry ListingOf(const Federation& federation, absl::string_view kind,
                                   absl::string_view jurisdiction);
// Stages and signs a list of issuers, without publishing it.
absl::Status StageIssuers(const Federation& federation, absl::string_view jurisdiction,
                          const gateway::v1::IssuerList& list);

// Result: a request id that no other call of this process gives.
std::string NewRequestId();

// Result: a question about a driving licence for the use government-service; the document's
// standard is that of the issuing jurisdiction.
gateway::v1::RecognizeRequest Question(absl::string_view using_jurisdiction,
                                       absl::string_view issuing_jurisdiction,
                                       gateway::v1::Presentation presentation);

// Asks over `channel`.
grpc::Status Recognize(const std::shared_ptr<grpc::Channel>& channel,
                       const gateway::v1::RecognizeRequest& request,
                       gateway::v1::RecognizeResponse* response);

// Result: "NOT_RECOGNIZED SIGNATURE_INVALID": the outcome and its reasons, or the error's reason.
std::string AnswerTo(const std::shared_ptr<grpc::Channel>& channel,
                     const gateway::v1::RecognizeRequest& request);
std::string InWords(const gateway::v1::RecognizeResponse& response);

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_LICENCES_H_
