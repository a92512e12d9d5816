#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_MEMBER_CONTENT_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_MEMBER_CONTENT_H_

// What one member says in its verified files, all of it read. Whatever goes in force is read here
// and nowhere else, the own publication as well as a followed member's set, so that what one node
// publishes is what another one takes (docs/threats.md T15).
//
// Thread-safe: pure but for reading blobs.

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "dispute/working_calendar.h"
#include "gateway/snapshot/listed_content.h"
#include "gateway/witness/log_keys.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// What is not listed is empty.
struct MemberContent {
  ListedContent listed;
  std::vector<LogKey> log_keys;          // of the member's own logs
  WorkingCalendar calendar;              // counts of the hub only
  trustlist::v1::Federation federation;  // counts of the hub only
  std::optional<trustlist::v1::Contact> contact;
};

// Reads the content of `set`. `previous`: what is in force of the publisher, whose unchanged parts
// are shared; null: none. Of content that is refused nothing is read into anything.
// Errors: as ReadListedContent; METADATA_MALFORMED for log keys, contact, calendar and federation;
// all with "<publisher>:<path>" as the field.
absl::StatusOr<MemberContent> ReadMemberContent(const InForceSet& set, const BlobReader& blobs,
                                                const MemberContent* previous = nullptr);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_MEMBER_CONTENT_H_
