#ifndef MRG_TRUSTLIST_TESTING_REPOSITORY_SIMULATOR_H_
#define MRG_TRUSTLIST_TESTING_REPOSITORY_SIMULATOR_H_

// A repository in memory, with real signatures, behind the Fetcher interface. Editing touches the
// drafts; nothing is served before it is published. An attack replaces or withdraws served files.
//
// Threads: an object belongs to one thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/scheme.h"
#include "gateway/crypto/signer.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/repository/metadata_draft.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {

class RepositorySimulator : public Fetcher {
 public:
  // A repository with one key a role and delegations to "j-31" (31/*, 31/packs/*/*/*) signed with
  // SM2 and to "status" (31/status/*), published at `now` with version 1 of everything.
  explicit RepositorySimulator(absl::Time now);

  // Time of signing; expiries count from it: timestamp 1 h, snapshot 7 d, the others 90 d.
  void SetNow(absl::Time now) { now_ = now; }

  // Keys. Changes of top-level roles show with the next PublishRoot, those of delegated roles with
  // the next PublishTargets("targets").
  const Signer& AddKey(const std::string& role, Scheme scheme = Scheme::kEd25519);
  void DropKeys(const std::string& role);
  void DropKey(const std::string& role, size_t index);
  void SetThreshold(const std::string& role, int threshold) { thresholds_[role] = threshold; }
  const Signer& signer(const std::string& role, size_t index = 0) const {
    return *signers_.at(role).at(index);
  }

  // Publishes the next root, signed with the keys of the last one and with the present ones.
  void PublishRoot();

  // Lists content under a role ("targets", "j-31", "status"), and serves the content at once.
  void SetTarget(const std::string& role, const std::string& path, const std::string& content);
  void SetTree(const std::string& role, const std::string& path, const BuiltTree& tree);
  // The draft itself, for edits no method offers.
  MetadataDraft& draft(const std::string& role) { return drafts_.at(role); }
  // Replaces the delegations of the top-level targets.
  void SetDelegations(std::vector<Delegation> delegations);

  // Signs and serves the next version of a targets role.
  void PublishTargets(const std::string& role);
  // Signs and serves the next snapshot, of the present targets files or of those given.
  void PublishSnapshot();
  void PublishSnapshotOf(const std::map<std::string, NamedFile>& files);
  // Signs and serves the next timestamp, of the present snapshot or of the one given.
  void PublishTimestamp();
  void PublishTimestampOf(const NamedFile& snapshot);
  // PublishTargets(role), PublishSnapshot, PublishTimestamp.
  void Publish(const std::string& role);

  // The files as they were last signed.
  const std::map<std::string, NamedFile>& targets_files() const { return targets_files_; }
  const NamedFile& snapshot() const { return snapshot_; }
  const NamedFile& timestamp() const { return timestamp_; }
  std::string root(int64_t version) const;
  void SetTimestampVersion(int64_t version) { timestamp_.version = version; }
  void SetSnapshotVersion(int64_t version) { snapshot_.version = version; }

  // What is served: "2.root.json", "timestamp.json", "31/<hex>.issuers", "nodes/<hex>".
  void Serve(const std::string& name, std::string bytes) { served_[name] = std::move(bytes); }
  void Withdraw(const std::string& name) { served_.erase(name); }
  const std::string& served(const std::string& name) const { return served_.at(name); }
  const std::map<std::string, std::string>& all_served() const { return served_; }
  // Names asked for so far, in order.
  const std::vector<std::string>& requests() const { return requests_; }
  void ForgetRequests() { requests_.clear(); }
  // From now on nothing answers, until it is set back.
  void SetUnreachable(bool unreachable) { unreachable_ = unreachable; }

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;

 private:
  RoleSigners SignersOf(const std::string& role) const;
  void Sign(const std::string& role, MetadataDraft* draft) const;
  absl::StatusOr<std::string> Answer(const std::string& name, size_t bytes_max, bool is_target);

  absl::Time now_;
  std::map<std::string, std::vector<std::shared_ptr<const Signer>>> signers_;
  std::map<std::string, int> thresholds_;
  std::vector<Delegation> delegations_;  // their signers are filled in when published
  std::map<std::string, MetadataDraft> drafts_;
  int64_t root_version_ = 0;
  std::vector<std::shared_ptr<const Signer>> last_root_signers_;
  std::map<std::string, NamedFile> targets_files_;
  NamedFile snapshot_;
  NamedFile timestamp_;
  std::optional<PreviousTimestamp> previous_;
  std::map<std::string, std::string> served_;
  std::vector<std::string> requests_;
  bool unreachable_ = false;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TESTING_REPOSITORY_SIMULATOR_H_
