#ifndef MRG_GATEWAY_FEDERATION_FEDERATION_LIST_H_
#define MRG_GATEWAY_FEDERATION_FEDERATION_LIST_H_

// The hub's target `federation` (SPEC 3): which members there are, their first roots, and where and
// behind which CA their nodes are found. What of it counts here is for first_roots.h and
// peer_places.h to say.

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/blob_reader.h"
#include "trustlist/in_force.h"

namespace mrg {

// Reads the list of a set of the hub; a set without one has no members. Checked are the fields that
// a node would use: a first root is 32 bytes, an endpoint host:port, a CA bundle readable, a trust
// domain well-formed and one member's only; each may be left out. Pure but for `blobs`.
// Errors: METADATA_MALFORMED naming member and field; those of `blobs`.
absl::StatusOr<trustlist::v1::Federation> ReadFederation(const InForceSet& set,
                                                         const BlobReader& blobs);

// The list in force; swapped as a whole.
//
// Thread-safe.
class FederationList {
 public:
  // Result: the list; null before the hub's first one.
  std::shared_ptr<const trustlist::v1::Federation> Current() const {
    MutexLock lock(mu_);
    return current_;
  }
  void Publish(trustlist::v1::Federation list) {
    auto shared = std::make_shared<const trustlist::v1::Federation>(std::move(list));
    MutexLock lock(mu_);
    current_ = std::move(shared);
  }

 private:
  mutable Mutex mu_;
  std::shared_ptr<const trustlist::v1::Federation> current_ ABSL_GUARDED_BY(mu_);
};

// Result: the member's entry in `list`, which may be null; null when there is none.
const trustlist::v1::FederationMember* FindMember(const trustlist::v1::Federation* list,
                                                  const MemberId& member);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FEDERATION_LIST_H_
