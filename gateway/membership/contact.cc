#include "gateway/membership/contact.h"

#include <string>
#include <vector>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/displayed_fields.h"
#include "gateway/base/host_port.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {
namespace {

using trustlist::v1::Contact;

constexpr int kEndpointsMax = 16;
constexpr size_t kTrustDomainBytesMax = 255;
constexpr size_t kCaBundleBytesMax = 65536;
constexpr size_t kCertificatesMax = 8;
constexpr size_t kSubjectBytesMax = 768;  // of all certificates of one member

absl::Status Malformed(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kMetadataMalformed, field, expected);
}

}  // namespace

absl::Status CheckEndpoints(const google::protobuf::RepeatedPtrField<std::string>& endpoints) {
  if (endpoints.size() > kEndpointsMax) return Malformed("endpoints", "expected at most 16");
  for (const std::string& endpoint : endpoints) {
    if (!IsHostPort(endpoint, /*port_required=*/true)) {
      return Malformed("endpoints", "expected host:port");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCa(absl::string_view trust_domain, absl::string_view ca_bundle_pem) {
  if (trust_domain.empty() != ca_bundle_pem.empty()) {
    return Malformed("trust_domain", "expected it together with ca_bundle_pem");
  }
  if (trust_domain.empty()) return absl::OkStatus();
  if (trust_domain.size() > kTrustDomainBytesMax || ca_bundle_pem.size() > kCaBundleBytesMax) {
    return Malformed("trust_domain", "expected 255 bytes, and 64 KiB of certificates");
  }
  TrustBundles bundles;
  const absl::Status added = bundles.Add(trust_domain, ca_bundle_pem);
  if (ReasonOf(added) == Reason::kCertificateUnreadable) {
    return Malformed("ca_bundle_pem", "expected PEM certificates");
  }
  if (!added.ok()) return Malformed("trust_domain", added.message());
  size_t subjects = 0;
  const std::vector<Certificate>& certificates = *bundles.Find(trust_domain);
  for (const Certificate& certificate : certificates) subjects += certificate.subject_bytes();
  if (certificates.size() > kCertificatesMax || subjects > kSubjectBytesMax) {
    return Malformed("ca_bundle_pem",
                     "expected at most 8 certificates, with subjects of 768 bytes in all");
  }
  return absl::OkStatus();
}

absl::StatusOr<Contact> ParseContact(absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(Contact contact,
                       ParseCanonical<Contact>(target_bytes, Reason::kMetadataMalformed));
  MRG_RETURN_IF_ERROR(RequireDisplayedFields(contact, Reason::kMetadataMalformed));
  if (contact.endpoints().empty()) return Malformed("endpoints", "expected at least one");
  MRG_RETURN_IF_ERROR(CheckEndpoints(contact.endpoints()));
  if (contact.trust_domain().empty()) {
    return Malformed("trust_domain", "expected a SPIFFE trust domain");
  }
  MRG_RETURN_IF_ERROR(CheckCa(contact.trust_domain(), contact.ca_bundle_pem()));
  return contact;
}

}  // namespace mrg
