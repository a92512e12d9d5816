#ifndef MRG_TESTS_SCENARIO_FORGED_REPOSITORY_H_
#define MRG_TESTS_SCENARIO_FORGED_REPOSITORY_H_

// A member's repository in the hands of somebody who stole keys of it: begins with what the
// member's node served, changes files, and signs snapshot and timestamp with the stolen online
// keys, so that a follower has no reason of form to refuse them. For a FakePeer to serve.
//
// Threads: of the test's main thread.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/crypto/signer.h"
#include "tests/federation/federation.h"
#include "tests/scenario/fake_peer.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {

class ForgedRepository {
 public:
  // Begins with what the running node of `member` serves.
  ForgedRepository(const Federation& federation, std::string member);

  // Result: the member's key of that file below its folder keys, "offline/j-50".
  std::unique_ptr<Signer> Key(absl::string_view name) const;
  // Result: the role's file as it stands, one version on.
  MetadataDraft Next(const std::string& role) const;
  // Puts the file in the role's place, and in force with the next snapshot and timestamp.
  void Put(const std::string& role, const std::string& bytes);
  // Puts `draft` signed by the key of that file.
  void PutSigned(const std::string& role, MetadataDraft draft, absl::string_view key);
  // Serves `bytes` to whoever asks for the content of a target or node by its SHA-256.
  void PutContent(const std::string& bytes);
  // Serves the file as that version of the root.
  void PutRoot(int64_t version, const std::string& bytes);

  // From now on snapshots have this version or a higher one; timestamps follow one another.
  void SkipSnapshotsTo(int64_t version) { snapshot_min_ = version; }
  // The next timestamp has this version, whatever stands before it.
  void SkipTimestampsTo(int64_t version) { timestamp_min_ = version; }

  const RepositoryMoment& moment() const { return moment_; }

 private:
  void Renew(const std::string& role, const std::string& named, const std::string& named_bytes);

  const Federation* const federation_;
  const std::string member_;
  RepositoryMoment moment_;
  int64_t snapshot_min_ = 1;
  int64_t timestamp_min_ = 1;
};

// Result: the file with its first signature once more, under another key id.
std::string SignedTwice(const std::string& bytes, absl::string_view other_keyid);

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_FORGED_REPOSITORY_H_
