#ifndef MRG_GATEWAY_RECOGNITION_DECIDE_H_
#define MRG_GATEWAY_RECOGNITION_DECIDE_H_

// THE decision: is this licence recognised here, for this use, now, and why. Pure: no I/O, clock or
// randomness, so that a recorded decision can be made again from the same inputs.
//
// Two steps, because the licence's number, and with it the key into the status list, is read only
// from the signed bytes: Examine reads them, the caller computes the licence_tag, Decide concludes.
//
// Order of checks: signature, freshness, agreement, issuer, pack, document, binding, issuer_state,
// validity, catalogue, holder, copy, status, dispute_mark, translation.
// Outcome, in this precedence: bad signature or malformed document -> NOT_RECOGNIZED; else a needed
// list expired, missing or unavailable -> STALE_TRUST; else no agreement, no pack or something
// unknown -> NO_RULE; else any failure -> NOT_RECOGNIZED; else conditions ->
// RECOGNIZED_WITH_CONDITIONS; else RECOGNIZED.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/credential_form/credential.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/examination.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// Decides. `examination` is Examine's result for the same snapshot, request, document and now.
// `status_query`: nullopt when a licence-tag key of the issuing jurisdiction that is needed is not
// held, which makes the status unavailable; so does a query without a tag for an epoch of the list.
// `salt`: 32 random bytes, fresh for each decision.
// Source: docs/LIFE_OF_A_RECOGNITION.md, step 5; ADR-0017.
Decision Decide(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                const Credential& credential, const Examination& examination,
                const std::optional<StatusQuery>& status_query, absl::string_view salt,
                absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_DECIDE_H_
