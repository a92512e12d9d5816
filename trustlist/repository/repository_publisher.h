#ifndef MRG_TRUSTLIST_REPOSITORY_REPOSITORY_PUBLISHER_H_
#define MRG_TRUSTLIST_REPOSITORY_REPOSITORY_PUBLISHER_H_

// A member's own repository, online side: takes the files of a signing ceremony, verifies them as
// any client would, writes snapshot and timestamp (and the online role) with the node's keys, and
// hands everything to the intake that puts it in force in one commit, under the rows that it was
// computed from: any number of publishers may share a store, as replicas of a node do. The files
// lie in the same stores as those of followed publishers, so that RepositoryReader serves both.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/base/target_paths.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/repository/metadata_draft.h"
#include "trustlist/repository/repin.h"
#include "trustlist/repository/repository_work.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

// How long a signature of the node holds, and when it is renewed.
struct RoleLifetime {
  absl::Duration valid;
  absl::Duration renew_after;  // < valid
};

// Defaults of docs/OPERATING.md, A change.
struct OnlineLifetimes {
  RoleLifetime timestamp = {absl::Hours(1), absl::Minutes(20)};
  RoleLifetime snapshot = {absl::Hours(24 * 7), absl::Hours(24)};
  RoleLifetime online_role = {absl::Hours(24), absl::Hours(8)};
};

// Keys of the node; each must outlive the publisher.
struct OnlineSigners {
  const Signer* timestamp = nullptr;
  const Signer* snapshot = nullptr;
  const Signer* online_role = nullptr;
};

// Adds the caller's rows, with their preconditions, to the commit that puts `published` in force.
using WithPublished = std::function<void(const InForceSet& published, WriteSet* writes)>;

struct PublisherOptions {
  MemberId publisher;
  // The one delegated role that the node signs; the repository may lack it (the hub's does).
  std::string online_role = kStatusRole;
  // Prefix trees of the online role that exist from the first publication on, empty at first, e.g.
  // "31/status/licences". Those that the role's delegation does not cover are refused.
  std::vector<std::string> online_trees = {};
  OnlineLifetimes lifetimes = {};
  MetadataLimits limits = {};
  // RootDigest of the first root, when the configuration names it.
  std::optional<std::string> first_root_sha256 = std::nullopt;
};

// A prefix tree of the online role in place of the one that it was computed from.
struct OnlineTree {
  std::string path;
  std::string expected_root;                     // SHA-256 of the tree that stood before
  std::string root_bytes;                        // the new tree's root node
  std::map<std::string, std::string> new_nodes;  // not shared with what is stored: SHA-256 -> bytes
};

// The product of a signing ceremony.
struct Publication {
  // (name, bytes): "1.root.json", "targets.json", "j-31.json"; ".json" and, but for root, the
  // version may be left out. Roots in any order.
  std::vector<std::pair<std::string, std::string>> metadata;
  // Content that KeepContent was given may be left out.
  std::vector<std::pair<std::string, std::string>> targets;  // (target path, content)
  std::vector<std::string> tree_nodes;
};

// Thread-safe: publications follow one another.
class RepositoryPublisher {
 public:
  // `store` and `intake`, which puts in force what is published, must outlive this.
  RepositoryPublisher(PublisherOptions options, OnlineSigners signers, OrderedStore* store,
                      SetIntake* intake);

  // Keeps content under its digests ahead of the publication that lists it; of no effect before.
  // Errors: STORE_UNAVAILABLE.
  absl::Status KeepContent(const std::vector<std::string>& content);

  // Puts the ceremony's files in force. Files that stand already are taken as given again; without
  // anything new nothing is written.
  // Result: the set in force afterwards.
  // Errors, after which nothing has changed: METADATA_MALFORMED, METADATA_THRESHOLD,
  // METADATA_ROLLBACK, METADATA_EXPIRED, METADATA_MISMATCH (the same version with other content),
  // METADATA_TOO_LONG, METADATA_NOT_FOUND (no root or targets yet, or a delegated role is missing),
  // METADATA_VERSION_TOO_HIGH (hardly a version would be left after it), TARGET_NOT_FOUND,
  // TREE_NODE_NOT_FOUND, TREE_NODE_MALFORMED (listed content is missing or not what was listed),
  // MEMBER_ROOT_UNCONFIRMED, what the intake gave, STORE_CONFLICT (other writers were first time
  // and again); STORE_UNAVAILABLE leaves open whether the commit was applied: publish again. A
  // version may go back where the new roots rotate the keys of timestamp or snapshot, so that what
  // was signed very high with a stolen key blocks nobody for ever. Source: TUF 1.0 section 5 (as a
  // client), 5.3.11, section 3 (repository).
  absl::StatusOr<InForceSet> Publish(const Publication& publication, absl::Time now);

  // Replaces prefix trees of the online role, at least one, and signs online role, snapshot and
  // timestamp anew, once. Result: as Publish. Errors: as Publish; STORE_CONFLICT when another tree
  // than an `expected_root` is in force (read it and compute again) or a precondition of `with`,
  // which may be empty, does not hold.
  absl::StatusOr<InForceSet> PublishOnlineTrees(const std::vector<OnlineTree>& trees,
                                                absl::Time now,
                                                const WithPublished& with = nullptr);

  // Signs timestamp, snapshot and online role anew where it is time. Does nothing before the first
  // publication. Result: when to call again at the latest. Errors: as Publish.
  absl::StatusOr<absl::Time> RenewIfDue(absl::Time now);

  // An operator's decision of repin.h on the own member: what is in force stays so under the new
  // root, status lists above all, and the next publication continues its versions. Result: the
  // record. Errors: as RepinPublisher; METADATA_NOT_FOUND before the first publication.
  absl::StatusOr<trustlist::v1::StoredRepin> RepinOwn(const Repin& repin, absl::Time now);

  // Result: what is in force; nullopt before the first publication.
  absl::StatusOr<std::optional<InForceSet>> InForce() const;

 private:
  // Runs `turn` on the repository as it stands, and again when another writer was first. `turn`
  // says what it put in force; nullopt when it changed nothing.
  using Turn = std::function<absl::StatusOr<std::optional<InForceSet>>(RepositoryWork work)>;
  absl::StatusOr<std::optional<InForceSet>> RunTurn(const Turn& turn);

  absl::Status TakePublication(const Publication& publication, RepositoryWork* work) const;
  absl::Status TakeRoot(const MetadataName& name, const std::string& bytes,
                        RepositoryWork* work) const;
  absl::Status TakeTargets(const MetadataName& name, const std::string& bytes,
                           RepositoryWork* work) const;
  absl::Status EnsureOnlineRole(RepositoryWork* work, absl::Time now) const;
  absl::Status SignOnlineRole(MetadataDraft draft, RepositoryWork* work, absl::Time now) const;
  absl::Status SignSnapshot(RepositoryWork* work, absl::Time now) const;
  absl::Status SignTimestamp(RepositoryWork* work, absl::Time now) const;
  // Signs snapshot (when `snapshot_too`) and timestamp, verifies and puts in force, with the rows
  // that `with` adds.
  absl::StatusOr<std::optional<InForceSet>> Finish(RepositoryWork work, bool snapshot_too,
                                                   absl::Time now,
                                                   const WithPublished& with = nullptr);

  // Constant after construction.
  const PublisherOptions options_;
  const OnlineSigners signers_;

  // Self-synchronised.
  OrderedStore* const store_;
  SetIntake* const intake_;
  MetadataStore metadata_;
  InForceStore in_force_;
  BlobStore blobs_;

  // Held over a whole turn, so that the turns of one process do not make each other begin again;
  // what is true rests on the rows of RepositoryWork alone.
  Mutex mu_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_REPOSITORY_PUBLISHER_H_
