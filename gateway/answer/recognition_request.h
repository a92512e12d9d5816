#ifndef MRG_GATEWAY_ANSWER_RECOGNITION_REQUEST_H_
#define MRG_GATEWAY_ANSWER_RECOGNITION_REQUEST_H_

// The messages of recognition and translation, and the domain: every bound of a request is checked
// here, before any work.
//
// Thread-safe: pure functions.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/credential_form/credential.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "google/protobuf/repeated_field.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// A checked request: who asks is known, what was presented is parsed.
struct CheckedRecognition {
  RequestId request_id;
  RecognitionRequest request;
  Credential credential;
};

// Checks the field `requested_elements`, which several requests have: at most 256 ids of
// [A-Za-z0-9.]{1,64}. Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_MALFORMED, FIELD_NOT_UTF8.
absl::Status CheckRequestedElements(
    const google::protobuf::RepeatedPtrField<std::string>& elements);

// Checks that the dictionary knows what is asked for: a misspelt id would be answered with a yes
// and without the data. Nothing is refused where no dictionary is in force. Errors: FIELD_MALFORMED
// naming the field.
absl::Status CheckKnownElements(const std::vector<std::string>& elements,
                                const RecognitionSnapshot& snapshot);

// Result: what is asked; the credential shares the bytes of `message`, which is not null.
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_MALFORMED, FIELD_NOT_UTF8, ENUM_UNSPECIFIED,
// NOT_IN_THIS_VERSION, each with the field's path.
absl::StatusOr<CheckedRecognition> CheckRecognizeRequest(
    std::shared_ptr<const gateway::v1::RecognizeRequest> message, const SpiffeId& caller,
    const std::string& log_origin);

// Checks what Translate asks; the document is the message's. Result: the request, of no log and
// without an expected holder. Errors: as CheckRecognizeRequest.
absl::StatusOr<RecognitionRequest> CheckTranslateRequest(
    const gateway::v1::TranslateRequest& message, const SpiffeId& caller);

// Result: the answer's message without its receipt.
gateway::v1::RecognizeResponse ToRecognizeResponse(Decision decision);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_RECOGNITION_REQUEST_H_
