#ifndef MRG_DISPUTE_FILING_H_
#define MRG_DISPUTE_FILING_H_

// Filing of a dispute: FILED, TRANSFERRED when another member is responsible, the case in the own
// queue when not, and what the other participants have to hear, in one commit. Not here: the check
// that the receipt commits to the presented document (gateway/rpc).

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_node.h"
#include "dispute/routing.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// What is filed; bounds as in dispute.proto, DisputeFiled.
struct FilingOrder {
  SpiffeId filer;
  RequestId request_id;
  std::string body_digest;  // of what was asked, 32 raw bytes; keyed, since it holds the document
  dispute::v1::DisputeKind kind = dispute::v1::DISPUTE_KIND_UNSPECIFIED;
  std::string receipt;      // canonical bytes of mrg.gateway.v1.Receipt without salt, checked
  std::string licence_tag;  // of the issuing jurisdiction's epoch key, 32 raw bytes
  uint32_t epoch = 0;       // of that key, from 1
  JurisdictionId issuing_jurisdiction;
  JurisdictionId using_jurisdiction;
  LicenceTypeCode type_code;
  std::string description;  // the filer's words; never logged
  Destination destination;  // from RouteDispute
};

// Thread-safe.
class Filing {
 public:
  // `store` must outlive this.
  Filing(DisputeNode node, OrderedStore* store, DisputeChanged changed);

  // Files a dispute, or finds the one that the same caller filed with the same request_id and body
  // within a day.
  // Result: the dispute as it stands now.
  // Errors: NOT_IN_THIS_VERSION for another kind than FACE_INFORMATION_ERROR; FIELD_REQUIRED,
  // FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED, ENUM_UNSPECIFIED with the field's name;
  // MEMBER_UNKNOWN when nobody is known to answer for the issuing jurisdiction;
  // REQUEST_ID_REUSED for another body; STORE_UNAVAILABLE (call again with the same request_id: if
  // the commit was lost, it files; if it was not, it finds), STORE_CONFLICT, STORE_CORRUPT.
  // Source: docs/LIFE_OF_A_DISPUTE.md, step 2.
  absl::StatusOr<dispute::v1::Dispute> File(const FilingOrder& order, absl::Time now);

 private:
  const DisputeNode node_;
  OrderedStore* const store_;
  const DisputeChanged changed_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_FILING_H_
