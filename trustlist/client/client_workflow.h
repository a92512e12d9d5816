#ifndef MRG_TRUSTLIST_CLIENT_CLIENT_WORKFLOW_H_
#define MRG_TRUSTLIST_CLIENT_CLIENT_WORKFLOW_H_

// The TUF client workflow, the only one: clause 5 of the specification over two seams, where files
// come from (Fetcher) and where accepted ones are kept (TrustedFiles). A node follows members by
// it, `mrgctl tuf` reads any repository by it, and a publisher judges by it what it is about to
// publish.
//
// The order of the steps is in the types: each step takes the stage before and gives the next one.
//
//   WithRoot::Begin -> UpdateTimestamp -> UpdateSnapshot -> UpdateTargets -> UpdateDelegated | Find
//
// Files that were accepted before a failing step stay accepted.
//
// Threads: an object belongs to one thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/client/history_observer.h"
#include "trustlist/client/trusted_files.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/delegation_search.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {

// What a refresh works on; all are borrowed for as long as a stage lives.
struct ClientSeams {
  Fetcher* fetcher = nullptr;
  TrustedFiles* files = nullptr;
  HistoryObserver* history = nullptr;  // may be null: then no histories are compared
};

// Asked before each step that may take long. Result: true when the refresh is to end there.
using StopFn = std::function<bool()>;

struct ClientOptions {
  ClientRules rules = ClientRules::kFederation;
  MetadataLimits limits = {};
  StopFn stop = {};  // may be empty
};

// Errors of every step: what the seams gave, and FETCH_FAILED when the refresh was stopped.
class ClientStage {
 public:
  // What is trusted so far, all at the one reference time of the refresh.
  const TrustedMetadataSet& trusted() const;

  ClientStage(ClientStage&& other) noexcept;
  ClientStage& operator=(ClientStage&& other) noexcept;

 protected:
  struct Session;
  explicit ClientStage(std::unique_ptr<Session>&& session);
  ~ClientStage();
  std::unique_ptr<Session> TakeSession();
  Session& session() { return *session_; }

 private:
  std::unique_ptr<Session> session_;
};

// A delegation that does not hold by what was signed, whoever hands it out: the snapshot names no
// such role, or its file is too long, malformed, or not signed as the delegator demands.
struct DelegationFault {
  std::string delegator;
  std::string role;
  absl::Status status;
};

// Every step is done but that of delegated roles.
class WithTargets : public ClientStage {
 public:
  // 5.6.7: fetches every role that can be reached from the top-level targets, and verifies it for
  // each delegation on which it is reached (docs/threats.md T13); by generations, so that a cycle
  // of delegations ends. A delegation that does not hold is left out, and what it covers is not
  // found elsewhere, so that the fault of one province does not stop the others.
  // Result: the delegations that do not hold, in the order in which they were followed.
  // Errors: METADATA_NOT_FOUND, METADATA_MISMATCH, METADATA_TOO_LONG when what came is not the file
  // that was signed (another source may have it); METADATA_TOO_LONG also for too many roles.
  absl::StatusOr<std::vector<DelegationFault>> UpdateDelegated();

  // 5.6.7: searches for `path`, fetching and verifying roles as the search comes to them.
  // Result: nullopt when no role that a client visits lists it. Errors: METADATA_*.
  absl::StatusOr<std::optional<ListedTarget>> Find(absl::string_view path);

 private:
  friend class WithSnapshot;
  explicit WithTargets(std::unique_ptr<Session>&& session) : ClientStage(std::move(session)) {}
};

class WithSnapshot : public ClientStage {
 public:
  // 5.6 for the top-level targets. Errors: METADATA_*.
  absl::StatusOr<WithTargets> UpdateTargets() &&;

 private:
  friend class WithTimestamp;
  explicit WithSnapshot(std::unique_ptr<Session>&& session) : ClientStage(std::move(session)) {}
};

class WithTimestamp : public ClientStage {
 public:
  // 5.5. Errors: METADATA_*.
  absl::StatusOr<WithSnapshot> UpdateSnapshot() &&;

 private:
  friend class WithRoot;
  explicit WithTimestamp(std::unique_ptr<Session>&& session) : ClientStage(std::move(session)) {}
};

class WithRoot : public ClientStage {
 public:
  // 5.1 - 5.3: from the trusted root to the newest, which has not expired at `now`.
  // Errors: PUBLISHER_FROZEN; METADATA_NOT_FOUND without a trusted root; METADATA_*.
  static absl::StatusOr<WithRoot> Begin(const ClientSeams& seams, const ClientOptions& options,
                                        absl::Time now);

  // 5.4. Under the federation's rules every timestamp between the trusted one and the new one is
  // fetched, and they must lead from the one to the other by x-mrg-prev: in a gap another history
  // could hide. Errors: PUBLISHER_FROZEN, GAP_UNPROVEN (the source does not keep them, or they are
  // more than a publisher keeps), METADATA_*.
  absl::StatusOr<WithTimestamp> UpdateTimestamp() &&;

 private:
  explicit WithRoot(std::unique_ptr<Session>&& session) : ClientStage(std::move(session)) {}
};

// All steps up to the top-level targets, for a client that wants no stage between.
// Errors: as the steps.
absl::StatusOr<WithTargets> RefreshTopLevel(const ClientSeams& seams, const ClientOptions& options,
                                            absl::Time now);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_CLIENT_WORKFLOW_H_
