#ifndef MRG_TRUSTLIST_CLIENT_FIRST_TRUST_H_
#define MRG_TRUSTLIST_CLIENT_FIRST_TRUST_H_

// The first root of a publisher, from which all later trust follows.
//
// Thread-safe, as the store.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

// Result: what names a root for people and agreements: SHA-256 of its canonical `signed` part, 32
// raw bytes; signatures may be added without changing it. Errors: METADATA_MALFORMED.
absl::StatusOr<std::string> RootDigest(absl::string_view root_bytes);

// Result: the RootDigest of the root that trust in the publisher began with, or began anew with
// (repin.h); nullopt while none is stored. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::optional<std::string>> TrustedFirstRoot(const MemberId& publisher,
                                                            const MetadataStore& metadata);

// Stores `root_bytes` as the publisher's trusted root unless one is stored already.
// `expected_sha256`: the RootDigest that the own side's agreement or configuration names; nullopt
// when the file itself came by a trusted way.
// Errors: MEMBER_ROOT_UNCONFIRMED (another digest), METADATA_MALFORMED, METADATA_THRESHOLD;
// STORE_CONFLICT, STORE_UNAVAILABLE.
absl::Status InitTrust(const MemberId& publisher, absl::string_view root_bytes,
                       const std::optional<std::string>& expected_sha256, MetadataStore* metadata);

// The same for a root known by digest only: fetches version 1 from the peer and compares. Does
// nothing when a root is stored already. Errors: as InitTrust and Fetcher.
absl::Status InitTrustFromPeer(const MemberId& publisher, const std::string& expected_sha256,
                               Fetcher* fetcher, MetadataStore* metadata);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_FIRST_TRUST_H_
