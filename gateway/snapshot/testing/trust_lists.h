#ifndef MRG_GATEWAY_SNAPSHOT_TESTING_TRUST_LISTS_H_
#define MRG_GATEWAY_SNAPSHOT_TESTING_TRUST_LISTS_H_

// The in-force sets of the hub and the two regions with the blobs they name, in memory: what the
// trust exchange hands to the snapshot builder. Made of the parts of a SnapshotFixture; a test
// replaces targets, then builds.
//
// Threads: belongs to one thread.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/listed_content.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

class TrustLists : public BlobReader {
 public:
  // The hub with `federation` and `canonical/1`, and each region with everything that its provinces
  // publish.
  explicit TrustLists(const SnapshotFixture& fixture = SnapshotFixture());

  // The node of the Yangtze Delta.
  static SnapshotOwner Owner();

  // Result: the sets, one a publisher, by member id.
  std::vector<InForceSet> Sets() const;
  InForceSet& Set(const std::string& publisher) { return sets_.at(publisher); }

  // Puts a target of the publisher in force, or replaces it.
  void PutFile(const std::string& publisher, const std::string& path, const std::string& content);
  void PutTree(const std::string& publisher, const std::string& path,
               const std::vector<TreeEntry>& entries);
  void Drop(const std::string& publisher, const std::string& path);
  // Replaces the publisher's target by `content` with the edit; fails the test when `from` does not
  // stand in it.
  void EditFile(const std::string& publisher, const std::string& path, absl::string_view from,
                absl::string_view to);
  // Replaces the trees of a jurisdiction by those of the fixture's parts.
  void PutTrees(const std::string& jurisdiction, const JurisdictionParts& parts);

  // Content by SHA-256 (32 raw bytes): target files and tree nodes.
  const std::map<std::string, std::string>& blobs() const { return blobs_; }
  void ForgetBlob(const std::string& sha256) { blobs_.erase(sha256); }

  absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const override;

 private:
  InForceTarget& Target(const std::string& publisher, const std::string& path);

  std::map<std::string, InForceSet> sets_;  // by publisher
  std::map<std::string, std::string> blobs_;
};

// A snapshot with the content from which it was built.
struct BuiltSnapshot {
  std::map<std::string, ListedContent> listed;  // by publisher
  std::shared_ptr<const RecognitionSnapshot> snapshot;
};

// Reads the sets and builds their snapshot for the node of the Yangtze Delta, as the view in force
// is built. `previous`: of the build before. Errors: as ReadListedContent and BuildSnapshot;
// METADATA_MALFORMED for a federation that is no message, which is all that is asked of it here.
absl::StatusOr<BuiltSnapshot> BuildFromSets(const std::vector<InForceSet>& sets,
                                            const BlobReader& blobs,
                                            const BuiltSnapshot* previous = nullptr);

// Result: the entries under their ids in the tree.
std::vector<TreeEntry> CatalogueEntries(const gateway::v1::CatalogueList& catalogue);

// Result: what the snapshot answers to a question about every sample in two jurisdictions: record
// and document, in a fixed order. Two snapshots with equal answers decide alike.
std::vector<std::string> AnswersOf(const RecognitionSnapshot& snapshot);

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_TESTING_TRUST_LISTS_H_
