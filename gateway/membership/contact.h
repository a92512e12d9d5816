#ifndef MRG_GATEWAY_MEMBERSHIP_CONTACT_H_
#define MRG_GATEWAY_MEMBERSHIP_CONTACT_H_

// A member's target `contact` (ADR-0031): where its node is and which CA vouches for its
// identities, signed by the member itself. What of it counts here is for peer_places.h to say.

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "google/protobuf/repeated_field.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Parses the target's content, canonical bytes of mrg.trustlist.v1.Contact, the only reader of it.
// Errors: METADATA_MALFORMED naming the field: bytes not canonical, a field that is missing, more
// than 16 endpoints, and as CheckEndpoints and CheckCa. Pure.
absl::StatusOr<trustlist::v1::Contact> ParseContact(absl::string_view target_bytes);

// At most 16, each host:port. Errors: METADATA_MALFORMED naming `endpoints`. Pure.
absl::Status CheckEndpoints(const google::protobuf::RepeatedPtrField<std::string>& endpoints);

// A trust domain of at most 255 bytes with its CA bundle of at most 64 KiB, or none of both. At
// most 8 certificates, whose subjects have at most 768 bytes together: listeners name the CAs of
// all members in each handshake, and what is too long fails all of them (RFC 8446 4.2.4). Errors:
// METADATA_MALFORMED naming `trust_domain` or `ca_bundle_pem`. Pure.
absl::Status CheckCa(absl::string_view trust_domain, absl::string_view ca_bundle_pem);

// Where the contacts in force are read: a part of the view in force (in_force/trust_view.h).
//
// Thread-safe.
class MemberContacts {
 public:
  virtual ~MemberContacts() = default;

  // Result: what the member has signed; null when nothing of it is in force, or no contact.
  virtual std::shared_ptr<const trustlist::v1::Contact> Of(const MemberId& member) const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_MEMBERSHIP_CONTACT_H_
