#ifndef MRG_TRUSTLIST_TESTING_PLAIN_REPOSITORY_H_
#define MRG_TRUSTLIST_TESTING_PLAIN_REPOSITORY_H_

// A TUF repository as anybody might write it, in memory, behind two FileSources: delegations of any
// shape, consistent snapshots on or off, any field added. Editing touches what is not yet signed;
// nothing is served before it is published.
//
// Threads: an object belongs to one thread.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/scheme.h"
#include "gateway/crypto/signer.h"
#include "trustlist/client/file_source.h"
#include "trustlist/format/json_document.h"

namespace mrg {

// Files by name, and a list of what was asked for.
class ServedFiles : public FileSource {
 public:
  absl::StatusOr<std::string> Fetch(absl::string_view path, size_t bytes_max) override;

  std::map<std::string, std::string> files;
  std::vector<std::string> requests;
};

class PlainRepository {
 public:
  using Keys = std::vector<std::shared_ptr<const Signer>>;

  // Version 1 of the four top-level roles, one Ed25519 key each, expiring 30 days after `now`.
  explicit PlainRepository(absl::Time now, bool consistent_snapshot = true);

  static std::shared_ptr<const Signer> NewKey(Scheme scheme = Scheme::kEd25519);

  // Who signs `role` from its next publication on; says nothing about who may.
  void SetSigners(const std::string& role, Keys keys) { signers_[role] = std::move(keys); }
  const Keys& signers(const std::string& role) const { return signers_.at(role); }
  // Names in the root, from its next publication on, who may sign a top-level role.
  void SetRootKeys(const std::string& role, const Keys& keys, int threshold = 1);

  // The `signed` part of a role as it will be published next.
  Json& signed_part(const std::string& role) { return signed_[role]; }
  void SetVersion(const std::string& role, int64_t version) { signed_[role]["version"] = version; }
  // Adds a delegation behind those that are there, and the role, signed with a new key.
  void Delegate(const std::string& delegator, const std::string& role,
                const std::vector<std::string>& paths, bool terminating = false);
  // Lists a file and serves it.
  void AddTarget(const std::string& role, const std::string& path, const std::string& content);

  // Signs and serves the present content of each role, in this order, and says in the snapshot or
  // timestamp what was served.
  void Publish(const std::vector<std::string>& roles);
  // The same with each version one higher.
  void PublishNext(const std::vector<std::string>& roles);

  // The file of a role as it was last published.
  const std::string& bytes(const std::string& role) const { return published_.at(role); }
  std::string root(int64_t version) const;

  ServedFiles& metadata() { return metadata_; }
  ServedFiles& targets() { return targets_; }

 private:
  bool consistent() const { return signed_.at("root").at("consistent_snapshot").get<bool>(); }

  std::string expires_;
  std::map<std::string, Keys> signers_;
  std::map<std::string, Json> signed_;
  std::map<std::string, std::string> published_;
  ServedFiles metadata_;
  ServedFiles targets_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TESTING_PLAIN_REPOSITORY_H_
