#include "gateway/credential_form/presentation.h"

#include "gateway/base/reason.h"
#include "gateway/credential_form/detached.h"

namespace mrg {

absl::StatusOr<Credential> ReadPresentation(
    std::shared_ptr<const gateway::v1::Presentation> message) {
  switch (message->form_case()) {
    case gateway::v1::Presentation::kDetached:
      return ReadDetached({message, &message->detached()});
    case gateway::v1::Presentation::FORM_NOT_SET:
      break;
  }
  return MakeFieldError(Reason::kFieldRequired, "presentation.detached",
                        "expected a detached signature");
}

}  // namespace mrg
