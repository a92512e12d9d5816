#ifndef MRG_GATEWAY_BASE_DISPLAYED_FIELDS_H_
#define MRG_GATEWAY_BASE_DISPLAYED_FIELDS_H_

// The rule of displayed_text.h for every text of a message at once, so that no field is forgotten:
// whoever stages, publishes or loads a list asks here.
//
// Thread-safe: pure function.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "google/protobuf/message.h"

namespace mrg {

// Checks every string field of `message`, at any depth, in time linear in its size. Certificates in
// PEM and the sample documents of a pack's tests are content and no names: they are left out.
// Errors: `refusal` with the field's path; the text itself is not repeated.
absl::Status RequireDisplayedFields(const google::protobuf::Message& message, Reason refusal);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_DISPLAYED_FIELDS_H_
