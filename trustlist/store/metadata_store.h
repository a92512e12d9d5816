#ifndef MRG_TRUSTLIST_STORE_METADATA_STORE_H_
#define MRG_TRUSTLIST_STORE_METADATA_STORE_H_

// The TRUSTED state: of each publisher and role the newest metadata file that the client accepted,
// kept role by role and never going back. Earlier versions stay readable for followers that are
// behind: every root, the timestamps of a month (timestamp_history.h), and the newest kKeptVersions
// of each other role. What is trusted can be forgotten at once (TUF 5.3.11); the evidence stays.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/timestamp_history.h"

namespace mrg {

// Versions of a role, other than root and timestamp, that stay readable.
inline constexpr int64_t kKeptVersions = 32;

// The row of a role's newest version as it was read. What is computed from it is written only while
// it stands.
struct NewestRow {
  int64_t version = 0;                  // of the role; 0: none is trusted
  std::optional<uint64_t> row_version;  // of the row; nullopt: there is none
  uint64_t epoch = 0;                   // in which it was read; what is made from it counts in that
};

// Thread-safe.
class MetadataStore {
 public:
  // `store` must outlive this.
  explicit MetadataStore(OrderedStore* store) : store_(store), timestamps_(store) {}

  // Result: the newest trusted file of the role; nullopt when there is none.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<std::string>> Newest(const MemberId& publisher,
                                                    absl::string_view role) const;

  // Result: the version of the newest trusted file; 0 when there is none. Errors: as Newest.
  absl::StatusOr<int64_t> NewestVersion(const MemberId& publisher, absl::string_view role) const;

  // Result: the row of the newest version. Errors: as Newest.
  absl::StatusOr<NewestRow> ReadNewestRow(const MemberId& publisher, absl::string_view role) const;

  // Result: the trusted file of one version; nullopt when it is not kept. Of a timestamp that of
  // the newest chain which has the version. Errors: as Newest.
  absl::StatusOr<std::optional<std::string>> Read(const MemberId& publisher, absl::string_view role,
                                                  int64_t version) const;

  // Result: the trusted roots from the first one kept to the newest, in order; empty when there is
  // none. Errors: as Newest.
  absl::StatusOr<std::vector<std::string>> RootChain(const MemberId& publisher) const;

  // Result: RoleKeysSha256 of the timestamp's keys in the newest trusted root; nullopt without one.
  // Errors: as Newest.
  absl::StatusOr<std::optional<std::string>> TimestampKeys(const MemberId& publisher) const;

  // Adds to `writes` what makes `content` the newest file of the role in place of `newest`, with a
  // precondition on that row, and what forgets a few of the versions that are no longer kept.
  // The version in `newest` again replaces the file, of root only by the same content under other
  // signatures. REQUIRES: `role` is not timestamp. Errors: METADATA_ROLLBACK when `newest` has a
  // higher version; METADATA_MISMATCH; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Stage(const MemberId& publisher, absl::string_view role, int64_t version,
                     absl::string_view content, const NewestRow& newest, WriteSet* writes) const;

  // The same of a timestamp, which stays in the history. `keys_sha256`: names the keys that signed
  // it; other ones than those of the newest begin a chain, in which versions may start anew. Within
  // a chain a version is never given other content: it pins the history. Errors: as Stage.
  absl::Status StageTimestamp(const MemberId& publisher, absl::string_view keys_sha256,
                              int64_t version, absl::string_view content, const NewestRow& newest,
                              absl::Time now, WriteSet* writes) const;

  // As Stage, in place of every version that is kept, higher ones too (TUF 5.3.11).
  // REQUIRES: ForgetEarlier left few of them. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status StageAnew(const MemberId& publisher, absl::string_view role, int64_t version,
                         absl::string_view content, const NewestRow& newest,
                         WriteSet* writes) const;

  // Forgets every version of the role but the newest one, in commits of bounded size.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status ForgetEarlier(const MemberId& publisher, absl::string_view role);

  // Stage or StageTimestamp in place of what is stored now, and commit.
  // Errors: as Stage; STORE_CONFLICT.
  absl::Status Save(const MemberId& publisher, absl::string_view role, int64_t version,
                    absl::string_view content);
  absl::Status SaveTimestamp(const MemberId& publisher, absl::string_view keys_sha256,
                             int64_t version, absl::string_view content, absl::Time now);

  // Commits what was staged. Errors: STORE_CONFLICT, STORE_UNAVAILABLE.
  absl::Status Commit(const WriteSet& writes) { return store_->Commit(writes).status; }

  // Adds to `writes` what makes every role but root untrusted: recovery from a fast-forward attack
  // after the keys of timestamp or snapshot were rotated (TUF 5.3.11). One row, with a precondition
  // on it. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status StageForget(const MemberId& publisher, Forgets forgets, WriteSet* writes) const {
    return timestamps_.StageForget(publisher, forgets, writes);
  }

  // Deletes the files of roles that StageForget made untrusted, in commits of bounded size; may be
  // cut between them, and called again at any time. Errors: STORE_CONFLICT (they are being replaced
  // meanwhile), STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status DropForgotten(const MemberId& publisher);

 private:
  absl::Status StagePruning(const MemberId& publisher, absl::string_view role, int64_t version,
                            WriteSet* writes) const;

  OrderedStore* const store_;
  const TimestampHistory timestamps_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_METADATA_STORE_H_
