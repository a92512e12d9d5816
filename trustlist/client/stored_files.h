#ifndef MRG_TRUSTLIST_CLIENT_STORED_FILES_H_
#define MRG_TRUSTLIST_CLIENT_STORED_FILES_H_

// A node's trusted files of one publisher, in its store, for one run of the workflow. A root and
// that the others are no longer trusted are one commit; the evidence stays (timestamp_history.h).

#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/trusted_files.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

// Threads: as TrustedFiles; the store may be used by others meanwhile (STORE_CONFLICT).
class StoredFiles : public TrustedFiles {
 public:
  // `store` must outlive this. `now`: the reference time of the run.
  StoredFiles(MemberId publisher, OrderedStore* store, absl::Time now)
      : publisher_(std::move(publisher)), now_(now), metadata_(store) {}

  absl::StatusOr<std::optional<std::string>> Newest(absl::string_view role) const override;
  absl::Status Take(absl::string_view role, int64_t version, absl::string_view bytes) override;
  absl::Status TakeRootAndForget(int64_t version, absl::string_view bytes) override;

 private:
  const MemberId publisher_;
  const absl::Time now_;
  MetadataStore metadata_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_STORED_FILES_H_
