#ifndef MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_
#define MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_

// All issuers of a jurisdiction, found by key and by issuer code. Entries are kept as they were
// published and decoded when they are used; a list made of an earlier one shares with it what did
// not change (ADR-0012).
//
// Memory of a million entries: that of their bytes and 32 bytes each.
//
// Thread-safe: immutable after construction but for the issuers that were used last; no call waits
// for another.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/prefix_tree/tree_image.h"
#include "gateway/prefix_tree/tree_places.h"
#include "gateway/recognition/decoded_issuers.h"
#include "gateway/recognition/issuer.h"

namespace mrg {

// What a list says of an authority and a licence type.
enum class AuthorityListing {
  kUnlisted,    // it has no entry of the authority
  kNotForType,  // none of the authority's entries names the type
  kForType,
};

class IssuerList {
 public:
  // Reads the issuer tree at `root_sha256` (32 raw bytes). `earlier`: a list to share with; null:
  // none. The result is the same with and without; the work is that of the changes.
  // Errors: ISSUER_LIST_INVALID, also when an entry stands under another id than its own; as
  // TreeImage::Load.
  static absl::StatusOr<IssuerList> Load(absl::string_view root_sha256, const NodeSource& nodes,
                                         const IssuerList* earlier = nullptr);

  // Result: the issuers that list this key, by issuer code; empty when none does.
  // `spki_sha256`: 32 raw bytes.
  std::vector<std::shared_ptr<const Issuer>> FindByKey(absl::string_view spki_sha256) const;

  // Result: what the list says of the authority at `now`. Entries whose listing has not begun do
  // not count; those of keys that have ended do, since an authority answers for what it issued.
  // The work is that of a look at the authority's entries.
  AuthorityListing ListingOf(absl::string_view issuer_code, absl::string_view type_code,
                             absl::Time now) const;

  uint64_t size() const { return entries_.size(); }

  // Result: how many entries are found by key, and by issuer code, which must be all of them, for
  // tests.
  size_t places() const { return by_key_.size(); }
  size_t places_by_code() const { return by_code_.size(); }

  // Result: how many nodes of the trees the two share, for tests.
  static size_t SharedNodes(const IssuerList& a, const IssuerList& b) {
    return TreeImage::SharedNodes(a.entries_, b.entries_);
  }

 private:
  IssuerList(TreeImage entries, TreePlaces by_key, TreePlaces by_code,
             std::shared_ptr<DecodedIssuers> decoded);

  TreeImage entries_;  // tagged with the first bytes of the key's digest
  TreePlaces by_key_;  // from there to the entries
  TreePlaces by_code_;
  std::shared_ptr<DecodedIssuers> decoded_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_
