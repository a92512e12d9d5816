#ifndef MRG_GATEWAY_CREDENTIAL_FORM_DETACHED_H_
#define MRG_GATEWAY_CREDENTIAL_FORM_DETACHED_H_

// The detached form: a bare key and a signature over the document byte for byte.
//
// Thread-safe: pure function.

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/credential_form/credential.h"
#include "mrg/gateway/v1/presentation.pb.h"

namespace mrg {

// Result: the credential, which shares the message's bytes: its document (1 to 65,536 bytes) is
// what is signed. A key that is refused is a state of it.
// REQUIRES: `message` is not null.
// Errors (the caller's faults): FIELD_REQUIRED, FIELD_TOO_LONG, ENUM_UNSPECIFIED with the field
// path below "presentation.detached"; NOT_IN_THIS_VERSION for an algorithm that is not offered yet.
absl::StatusOr<Credential> ReadDetached(
    std::shared_ptr<const gateway::v1::DetachedSignature> message);

}  // namespace mrg

#endif  // MRG_GATEWAY_CREDENTIAL_FORM_DETACHED_H_
