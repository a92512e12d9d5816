#ifndef MRG_TESTS_SIMULATION_MEMBER_DESK_H_
#define MRG_TESTS_SIMULATION_MEMBER_DESK_H_

// The people of one member: they hold the keys that no node has, and bring the product of each
// signing ceremony to their node. Also the keys of the node itself, as its configuration names
// them.
//
// Threads: belongs to one thread.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/signer.h"
#include "gateway/licence_tag/epoch_keys.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/repository/metadata_draft.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

// What one role lists, by path.
struct RoleContent {
  std::map<std::string, std::string> files;
  std::map<std::string, BuiltTree> trees;
};

class MemberDesk {
 public:
  // `content`: by role, "targets" or a province's, "j-31". A member with provinces also has the
  // online role "status". The key of its log is listed.
  MemberDesk(MemberId member, std::map<std::string, RoleContent> content, absl::Time now);

  const MemberId& member() const { return member_; }
  // Result: "31/status/licences", one a province.
  std::vector<std::string> StatusTrees() const;
  OnlineSigners NodeKeys() const;
  const Signer& LogKey() const { return *log_; }
  // Result: "hub/log-1".
  std::string LogOrigin() const;
  // Result: the licence-tag keys of each province.
  const std::map<std::string, EpochKeys>& licence_keys() const { return licence_keys_; }

  // Result: the root that trust in the member begins with now, and its digest.
  const std::string& first_root() const { return first_root_; }

  // Result: everything, for the first publication.
  Publication First() const;
  // Lists another tree and signs the role anew. Result: what is to be published.
  Publication ListTree(const std::string& role, const std::string& path, BuiltTree tree,
                       absl::Time now);
  // The same of a file.
  Publication ListFile(const std::string& role, const std::string& path, std::string bytes,
                       absl::Time now);
  // Signs all roles anew. Result: what is to be published.
  Publication SignAnew(absl::Time now);
  // Gives the node another timestamp key in the next root. Result: what is to be published by the
  // node that has the key.
  Publication RotateTimestampKey(absl::Time now);
  // Makes the province's next licence-tag key, in use from `from` on. Result: it.
  EpochKey NextLicenceKey(const std::string& province, absl::Time from);
  // The root key is lost: begins anew with another. Result: the new root.
  const std::string& LoseRootKey(absl::Time now);

  // Result: when the first of the offline signatures ends.
  absl::Time FirstExpiry() const { return first_expiry_; }

 private:
  std::string SignRoot(absl::Time now);
  std::string SignRole(const std::string& role, absl::Time now);
  void AddContent(const std::string& role, Publication* publication) const;

  const MemberId member_;
  std::map<std::string, RoleContent> content_;
  std::shared_ptr<const Signer> root_;
  const std::shared_ptr<const Signer> targets_, snapshot_, status_, log_;
  std::shared_ptr<const Signer> timestamp_;
  std::vector<std::shared_ptr<const Signer>> retired_;              // a node may still hold them
  std::map<std::string, std::shared_ptr<const Signer>> provinces_;  // by role
  std::map<std::string, EpochKeys> licence_keys_;                   // by province
  std::map<std::string, MetadataDraft> drafts_;                     // by role
  int64_t root_version_ = 0;
  std::string first_root_;
  absl::Time first_expiry_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_MEMBER_DESK_H_
