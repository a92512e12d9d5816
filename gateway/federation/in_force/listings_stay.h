#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_LISTINGS_STAY_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_LISTINGS_STAY_H_

// What a publisher may not take back: dictionaries and years of the calendar, entries of its issuer
// lists, agreements and repeals. Asked of each set against all that was in force of the publisher,
// also of what a set in between left out or did not list while the publisher did not answer for the
// jurisdiction, or two publications would pass where one does not.
//
// Thread-safe: pure functions but for reading blobs.

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/listed_content.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Result: of what `before` lists or withholds and may not be taken back, that which `after` does
// not list because it leaves out the role, or because the publisher's word does not count for the
// jurisdiction; by path. `before` and `after`: of one publisher. `view`: that with `after`, which
// says of which jurisdictions the publisher's word counts.
std::vector<InForceTarget> WithheldBy(const InForceSet& before, const InForceSet& after,
                                      const RecognitionSnapshot& view);

// Checks of the hub's lists that each dictionary that `before` lists stands in `after` as it was,
// and each year of the calendar with whatever days. Without a dictionary nothing can be read or
// written anywhere, and another text under its version is another rule for every decision; without
// its year the term of a dispute that runs ends on another day. So a role that is left out excuses
// nothing here. Errors: DICTIONARY_INVALID, METADATA_MALFORMED for a year, with the path.
absl::Status CheckHubListingsStay(const InForceSet& before, const InForceSet& after);

// Checks that each entry of issuers that `before` lists or withholds stands in `after`, or is
// withheld there. `view`: as above. Errors: ISSUER_LIST_INVALID with the path; as CheckIssuersKept.
absl::Status CheckIssuersStay(const InForceSet& before, const InForceSet& after,
                              const RecognitionSnapshot& view, const BlobReader& blobs);

// The same of agreements and repeals, of a publisher that is another member. Only that something is
// missing is excused while the publisher's word does not count. `listed`: the content of `after`.
// `known_at`: as CheckAgreementsFollowed. Errors: as that, as ReadListedContent.
absl::Status CheckAgreementsStay(const InForceSet& before, const InForceSet& after,
                                 const RecognitionSnapshot& view, const ListedContent& listed,
                                 const BlobReader& blobs, std::optional<absl::Time> known_at);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_LISTINGS_STAY_H_
