#ifndef MRG_GATEWAY_ANSWER_TRANSLATE_H_
#define MRG_GATEWAY_ANSWER_TRANSLATE_H_

// The answer to Translate: a document in another standard by the packs in force, without
// judgement.
//
// Thread-safe: a pure function.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// `snapshot`: in force; null when none is.
// Errors: as CheckTranslateRequest and Authorization::AuthorizeUse; NODE_NOT_READY without a
// snapshot, TRUST_MISSING; what stands in the way of an agreement or a pack; DOCUMENT_MALFORMED.
absl::StatusOr<gateway::v1::TranslateResponse> Translate(
    const RecognitionSnapshot* snapshot, const Authorization& authorization, const Caller& caller,
    const gateway::v1::TranslateRequest& message, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_TRANSLATE_H_
