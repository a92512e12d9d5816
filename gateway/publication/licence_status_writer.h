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
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/publication/status_holders.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"
#include "mrg/gateway/v1/status.pb.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// What an authority decides of one licence.
struct StatusEdit {
  LicenceTags licence;
  gateway::v1::LicenceStatusAction action;
  IssuerCode issuer;  // for which it is decided
};

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
  // All must outlive this. `store`: where the publisher's sets are put in force.
  LicenceStatusWriter(RepositoryPublisher* publisher, const BlobReader* blobs, OrderedStore* store)
      : publisher_(publisher), blobs_(blobs), store_(store) {}

  // Result: the version of the status role that carries the change, whole, under whichever epochs;
  // of the present one when it changes no entry. What `with` adds is committed with it, or alone;
  // it may be empty. Errors, after which nothing has changed: as ApplyStatusAction and
  // RepositoryPublisher::PublishOnlineTrees; STORE_CONFLICT when other writers were first time and
  // again, or a precondition of `with` does not hold.
  absl::StatusOr<int64_t> SetStatus(const StatusEdit& edit, absl::Time now,
                                    const WithStatusChange& with = nullptr);

  // Makes the edits in order, in the trees of all their jurisdictions; repeats change nothing.
  // Result: one status an edit. Errors of one edit alone: TARGET_NOT_FOUND when its jurisdiction
  // has no tree here; of all that would change something: as SetStatus.
  std::vector<absl::Status> ChangeMarks(const std::vector<MarkEdit>& edits, absl::Time now);

 private:
  using Holders = std::map<uint32_t, StoredHolders>;

  // Once, on the tree of `set`. Errors: as SetStatus.
  absl::StatusOr<int64_t> SetOnce(const InForceSet& set, const InForceTarget& tree,
                                  const Holders& holders, const StatusEdit& edit, absl::Time now,
                                  const WithStatusChange& with);

  // The tree with the edits of these places in `edits`; nullopt when they change nothing. An edit
  // that cannot be made is left out, with its error in `made`.
  absl::StatusOr<std::optional<OnlineTree>> EditMarks(const InForceTarget& tree,
                                                      const std::vector<MarkEdit>& edits,
                                                      const std::vector<size_t>& places,
                                                      absl::Time now,
                                                      std::vector<absl::Status>* made) const;

  RepositoryPublisher* const publisher_;
  const BlobReader* const blobs_;
  OrderedStore* const store_;

  // Held over a whole change, so that those of one process do not make each other begin again; that
  // none is lost rests on the tree that each was computed from.
  Mutex mu_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_LICENCE_STATUS_WRITER_H_
