#ifndef MRG_TRUSTLIST_FORMAT_ROLE_THRESHOLD_H_
#define MRG_TRUSTLIST_FORMAT_ROLE_THRESHOLD_H_

// Whether enough keys signed.
//
// Thread-safe: pure function.

#include "absl/status/status.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

// Checks that at least `role.threshold` different keys of `role` signed the envelope. A key counts
// once, however often it signed and under however many key ids it is listed.
// Errors: METADATA_THRESHOLD, with what was found and needed.
// Source: TUF 1.0 section 4.2.1 and 5.3.4; docs/threats.md T06.
absl::Status CheckThreshold(const SignedEnvelope& envelope, const TufKeys& keys,
                            const RoleKeys& role);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_ROLE_THRESHOLD_H_
