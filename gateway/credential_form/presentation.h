#ifndef MRG_GATEWAY_CREDENTIAL_FORM_PRESENTATION_H_
#define MRG_GATEWAY_CREDENTIAL_FORM_PRESENTATION_H_

// From the message in which a holder presents a licence to a credential, by the form that the
// message names.
//
// Thread-safe: pure function.

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/credential_form/credential.h"
#include "mrg/gateway/v1/presentation.pb.h"

namespace mrg {

// Result: the credential, which shares the message's bytes. REQUIRES: `message` is not null.
// Errors: FIELD_REQUIRED when no form is set; those of the form.
absl::StatusOr<Credential> ReadPresentation(
    std::shared_ptr<const gateway::v1::Presentation> message);

}  // namespace mrg

#endif  // MRG_GATEWAY_CREDENTIAL_FORM_PRESENTATION_H_
