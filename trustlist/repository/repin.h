#ifndef MRG_TRUSTLIST_REPOSITORY_REPIN_H_
#define MRG_TRUSTLIST_REPOSITORY_REPIN_H_

// Trust in a publisher that lost the keys of its root, begun anew from another root. No signature
// leads from the old root to the new one, so this rests on people alone: the digest came by a way
// of its own, and an operator decides (docs/OPERATING.md). What was decided is kept for good.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/trustlist/v1/stored_trust.pb.h"

namespace mrg {

// An operator's decision.
struct Repin {
  MemberId publisher;
  std::string root;         // the new root's file
  std::string root_sha256;  // its RootDigest as the operator was told it, 32 raw bytes
  std::string because;      // the operator's words
};

// In one commit: trusts the new root and nothing of the old chain any more, and records the
// decision; then drops the old files in small ones, which may be cut (DropForgotten). The set in
// force is no longer one that the next must follow; decisions rest on it until the next refresh
// brings the first one under the new root, or until it expires. Result: the record. Errors, after
// which nothing has changed: MEMBER_ROOT_UNCONFIRMED (the file is not the root of that digest),
// METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_EXPIRED (a root that could be followed no
// further), MEMBER_UNKNOWN (no root of the publisher is trusted here, so its first one is given by
// the configuration); STORE_CONFLICT, STORE_UNAVAILABLE, STORE_CORRUPT. Under another root the
// history of timestamps ends too: no root leads to its keys any more. Under the newest root that is
// trusted already, its chain of roots stays and so does the history, and no other role is trusted:
// so an operator answers GAP_UNPROVEN, and a new chain of timestamps begins.
absl::StatusOr<trustlist::v1::StoredRepin> RepinPublisher(const Repin& repin, absl::Time now,
                                                          OrderedStore* store);

// The same of the own repository, whose other files are made anew from here: checks the new root
// and adds to `writes` what puts it in place of the trusted roots, with a precondition on those,
// and the record. Result: the record. Errors: as RepinPublisher; METADATA_MISMATCH when the root is
// the trusted one.
absl::StatusOr<trustlist::v1::StoredRepin> StageOwnRepin(const Repin& repin, absl::Time now,
                                                         const OrderedStore& store,
                                                         WriteSet* writes);

// Result: the publisher's decisions so far, by time. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::vector<trustlist::v1::StoredRepin>> RepinsOf(const MemberId& publisher,
                                                                 const OrderedStore& store);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_REPIN_H_
