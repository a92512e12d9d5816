#ifndef MRG_TRUSTLIST_METADATA_STORE_H_
#define MRG_TRUSTLIST_METADATA_STORE_H_

// The TRUSTED state: of each publisher and role the newest metadata file that the client accepted,
// kept role by role and never going back. Earlier versions stay readable for followers that are
// behind: every root, and the newest kKeptVersions of each other role.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Versions of a role, other than root, that stay readable: over ten hours of timestamps.
inline constexpr int64_t kKeptVersions = 32;

// Thread-safe.
class MetadataStore {
 public:
  // `store` must outlive this.
  explicit MetadataStore(OrderedStore* store) : store_(store) {}

  // Result: the newest trusted file of the role; nullopt when there is none.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<std::string>> Newest(const MemberId& publisher,
                                                    absl::string_view role) const;

  // Result: the version of the newest trusted file; 0 when there is none. Errors: as Newest.
  absl::StatusOr<int64_t> NewestVersion(const MemberId& publisher, absl::string_view role) const;

  // Result: the trusted file of one version; nullopt when it is not kept. Errors: as Newest.
  absl::StatusOr<std::optional<std::string>> Read(const MemberId& publisher, absl::string_view role,
                                                  int64_t version) const;

  // Result: the trusted roots from the first one kept to the newest, in order; empty when there is
  // none. Errors: as Newest.
  absl::StatusOr<std::vector<std::string>> RootChain(const MemberId& publisher) const;

  // Keeps `content` as an earlier version than the newest trusted one, for whoever compares
  // histories; does nothing when the version is kept already. Errors: STORE_CONFLICT,
  // STORE_UNAVAILABLE.
  absl::Status KeepEarlier(const MemberId& publisher, absl::string_view role, int64_t version,
                           absl::string_view content);

  // Adds to `writes` what makes `content` the newest file of the role, with a precondition on the
  // present one. The same version again replaces the file.
  // Errors: METADATA_ROLLBACK when a higher version is trusted; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Stage(const MemberId& publisher, absl::string_view role, int64_t version,
                     absl::string_view content, WriteSet* writes) const;

  // Stage and commit. Errors: as Stage; STORE_CONFLICT, STORE_UNAVAILABLE.
  absl::Status Save(const MemberId& publisher, absl::string_view role, int64_t version,
                    absl::string_view content);

  // Commits what was staged. Errors: STORE_CONFLICT, STORE_UNAVAILABLE.
  absl::Status Commit(const WriteSet& writes) { return store_->Commit(writes).status; }

  // Adds to `writes` what forgets every role but root: recovery from a fast-forward attack after
  // the keys of timestamp or snapshot were rotated (TUF 5.3.11). Errors: STORE_UNAVAILABLE,
  // STORE_CORRUPT.
  absl::Status StageForgetAllButRoot(const MemberId& publisher, WriteSet* writes) const;

 private:
  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_METADATA_STORE_H_
