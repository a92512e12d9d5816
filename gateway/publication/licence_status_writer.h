#ifndef MRG_GATEWAY_PUBLICATION_LICENCE_STATUS_WRITER_H_
#define MRG_GATEWAY_PUBLICATION_LICENCE_STATUS_WRITER_H_

// Changes of licences in a jurisdiction's own status tree: what an authority decided of one, and
// the marks of open disputes, many at once. Each call is at most one publication of the online
// role.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/storage/write_set.h"
#include "mrg/gateway/v1/status.pb.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// The entries of one licence, by epoch.
using LicenceEntries = std::map<uint32_t, gateway::v1::LicenceStatusEntry>;

// Changes the intervals of a licence's entries. 撤销, 暂扣 and 注销 hold from `now` on in the entry
// of `epoch`, unless one of the kind is unended in any, which then holds; restoring ends every
// unended one in each at `now` (status_intervals.h).
// Result: the epochs whose entries were changed. REQUIRES: an entry of `epoch`. Pure.
std::set<uint32_t> ApplyStatusAction(gateway::v1::LicenceStatusAction action, absl::Time now,
                                     uint32_t epoch, LicenceEntries* entries);

// The mark 异议中 holds from `at` on, or with `set` false until `at`; what another node says to
// come after `now` counts from now on. Result: true when the entry was changed. Pure.
bool ApplyDisputeMark(bool set, absl::Time at, absl::Time now,
                      gateway::v1::LicenceStatusEntry* entry);

// Adds rows to the commit of a change, `status_version` being the version of the status role that
// carries it.
using WithStatusChange = std::function<void(int64_t status_version, WriteSet* writes)>;

// A mark 异议中 that is to begin, or to end, at `at`.
struct MarkEdit {
  LicenceKey licence;
  bool set = false;
  absl::Time at;
};

// Thread-safe: changes follow one another.
class LicenceStatusWriter {
 public:
  // Both must outlive this.
  LicenceStatusWriter(RepositoryPublisher* publisher, const BlobReader* blobs)
      : publisher_(publisher), blobs_(blobs) {}

  // Result: the version of the status role that carries the change, whole, under whichever epochs;
  // of the present one when it changes nothing. Then nothing is committed, nor what `with` adds; it
  // may be empty. Errors: as RepositoryPublisher::PublishOnlineTree; STORE_CONFLICT when other
  // writers were first time and again, or a precondition of `with` does not hold.
  absl::StatusOr<int64_t> SetStatus(const LicenceTags& licence,
                                    gateway::v1::LicenceStatusAction action, absl::Time now,
                                    const WithStatusChange& with = nullptr);

  // Makes the edits in order, in the trees of all their jurisdictions; repeats change nothing.
  // Result: one status an edit. Errors of one edit alone: TARGET_NOT_FOUND when its jurisdiction
  // has no tree here; of all that would change something: as SetStatus.
  std::vector<absl::Status> ChangeMarks(const std::vector<MarkEdit>& edits, absl::Time now);

 private:
  // Gets an entry for each tag, a new one where none stands, and says which of them it changed.
  using Change = std::function<std::set<uint32_t>(LicenceEntries* entries)>;

  // Reads the tree, changes it and publishes it, and again when another writer changed it
  // meanwhile.
  absl::StatusOr<int64_t> Edit(const JurisdictionId& jurisdiction,
                               const std::map<uint32_t, std::string>& tags, absl::Time now,
                               const WithStatusChange& with, const Change& change);
  // Once, on the tree of `set`. Errors: as SetStatus.
  absl::StatusOr<int64_t> EditOnce(const InForceSet& set, const InForceTarget& tree,
                                   const std::map<uint32_t, std::string>& tags, absl::Time now,
                                   const WithStatusChange& with, const Change& change);

  // The tree with the edits of these places in `edits`; nullopt when they change nothing. An edit
  // that cannot be made is left out, with its error in `made`.
  absl::StatusOr<std::optional<OnlineTree>> EditMarks(const InForceTarget& tree,
                                                      const std::vector<MarkEdit>& edits,
                                                      const std::vector<size_t>& places,
                                                      absl::Time now,
                                                      std::vector<absl::Status>* made) const;

  RepositoryPublisher* const publisher_;
  const BlobReader* const blobs_;

  // Held over a whole change, so that those of one process do not make each other begin again; that
  // none is lost rests on the tree that each was computed from.
  Mutex mu_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_LICENCE_STATUS_WRITER_H_
