#include "gateway/publication/licence_status_writer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/publication/licence_standing.h"
#include "gateway/recognition/licence_status.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;

// How often a change begins again when another writer was first: each time that writer got on.
constexpr int kEditsMax = 16;

int64_t VersionOf(const InForceSet& set) {
  const RoleVersion* const role = set.FindRole(kStatusRole);
  return role == nullptr ? 0 : role->version;
}

// Result: the licence's entry; a new one where none stands.
absl::StatusOr<LicenceStatusEntry> ReadEntry(const InForceTarget& tree, const BlobNodes& nodes,
                                             uint32_t epoch, const std::string& tag) {
  MRG_ASSIGN_OR_RETURN(const auto bytes,
                       LookupEntry(tree.sha256, nodes, LicenceStatusId(epoch, tag)));
  if (bytes.has_value()) {
    return ParseCanonical<LicenceStatusEntry>(*bytes, Reason::kStatusListInvalid);
  }
  LicenceStatusEntry entry;
  entry.set_epoch(epoch);
  entry.set_tag(tag);
  return entry;
}

absl::StatusOr<OnlineTree> UpdatedTree(const InForceTarget& tree, const BlobNodes& nodes,
                                       const std::vector<TreeEntry>& written) {
  MRG_ASSIGN_OR_RETURN(BuiltTree updated, UpdateTree(tree.sha256, nodes, written, {}));
  std::string root_bytes = updated.root_bytes();
  return OnlineTree{tree.path, tree.sha256, std::move(root_bytes), std::move(updated.nodes)};
}

}  // namespace

absl::StatusOr<int64_t> LicenceStatusWriter::SetStatus(const StatusEdit& edit, absl::Time now,
                                                       const WithStatusChange& with) {
  const std::string path = LicenceStatusPath(edit.licence.jurisdiction.value());
  MutexLock lock(mu_);
  absl::StatusOr<int64_t> version = 0;
  std::string read_root;
  for (int edits = 0; edits < kEditsMax; ++edits) {
    // Before the tree: what is changed elsewhere between the two then fails at the row.
    MRG_ASSIGN_OR_RETURN(const Holders holders, LoadHolders(*store_, edit.licence));
    MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, publisher_->InForce());
    const InForceTarget* const tree = set.has_value() ? set->FindTarget(path) : nullptr;
    if (tree == nullptr) {
      return MakeError(Reason::kTargetNotFound, absl::StrCat(path, " is not in force here"));
    }
    // A conflict over the same tree is about rows of the caller's, or of the holders.
    if (tree->sha256 == read_root) break;
    read_root = tree->sha256;
    version = SetOnce(*set, *tree, holders, edit, now, with);
    if (ReasonOf(version.status()) != Reason::kStoreConflict) break;
  }
  return version;
}

absl::StatusOr<int64_t> LicenceStatusWriter::SetOnce(const InForceSet& set,
                                                     const InForceTarget& tree,
                                                     const Holders& holders, const StatusEdit& edit,
                                                     absl::Time now, const WithStatusChange& with) {
  const LicenceTags& licence = edit.licence;
  const BlobNodes nodes(blobs_);
  LicenceStandings before;
  for (const auto& [epoch, tag] : licence.tags) {
    MRG_ASSIGN_OR_RETURN(before[epoch].entry, ReadEntry(tree, nodes, epoch, tag));
    before[epoch].holders = holders.at(epoch).holders;
  }
  LicenceStandings after = before;
  MRG_RETURN_IF_ERROR(ApplyStatusAction(edit.action, edit.issuer, now, licence.epoch, &after));

  std::vector<TreeEntry> written;
  for (const auto& [epoch, standing] : after) {
    std::string bytes = CanonicalBytes(standing.entry);
    if (bytes == CanonicalBytes(before.at(epoch).entry)) continue;
    written.push_back({LicenceStatusId(epoch, standing.entry.tag()), std::move(bytes)});
  }
  const auto add_rows = [&](const InForceSet& carries, WriteSet* writes) {
    for (const auto& [epoch, standing] : after) {
      if (standing.holders == before.at(epoch).holders) continue;
      KeepHolders({licence.jurisdiction, epoch, licence.tags.at(epoch)}, standing.holders,
                  holders.at(epoch).version, writes);
    }
    if (with) with(VersionOf(carries), writes);
  };
  if (written.empty()) {
    WriteSet writes;
    add_rows(set, &writes);
    if (!writes.empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
    return VersionOf(set);
  }
  MRG_ASSIGN_OR_RETURN(OnlineTree updated, UpdatedTree(tree, nodes, written));
  MRG_ASSIGN_OR_RETURN(const InForceSet published,
                       publisher_->PublishOnlineTrees({std::move(updated)}, now, add_rows));
  return VersionOf(published);
}

std::vector<absl::Status> LicenceStatusWriter::ChangeMarks(const std::vector<MarkEdit>& edits,
                                                           absl::Time now) {
  std::map<std::string, std::vector<size_t>> by_path;
  for (size_t i = 0; i < edits.size(); ++i) {
    by_path[LicenceStatusPath(edits[i].licence.jurisdiction.value())].push_back(i);
  }
  MutexLock lock(mu_);
  std::vector<absl::Status> made(edits.size());
  std::set<std::string> read_roots;
  for (int round = 0; round < kEditsMax; ++round) {
    std::fill(made.begin(), made.end(), absl::OkStatus());
    const auto set = publisher_->InForce();
    if (!set.ok()) return std::vector<absl::Status>(edits.size(), set.status());
    std::vector<OnlineTree> trees;
    std::set<std::string> roots;
    std::vector<size_t> published;  // places of the edits that `trees` holds
    for (const auto& [path, places] : by_path) {
      const InForceTarget* const tree = set->has_value() ? (*set)->FindTarget(path) : nullptr;
      absl::StatusOr<std::optional<OnlineTree>> edited =
          MakeError(Reason::kTargetNotFound, absl::StrCat(path, " is not in force here"));
      if (tree != nullptr) edited = EditMarks(*tree, edits, places, now, &made);
      if (!edited.ok()) {
        for (const size_t place : places) made[place] = edited.status();
      } else if (edited->has_value()) {
        roots.insert((*edited)->expected_root);
        trees.push_back(**std::move(edited));
        published.insert(published.end(), places.begin(), places.end());
      }
    }
    if (trees.empty()) return made;
    const absl::Status status = publisher_->PublishOnlineTrees(trees, now).status();
    if (status.ok()) return made;
    for (const size_t place : published) made[place].Update(status);
    // A conflict over the same trees is none that another round ends.
    if (ReasonOf(status) != Reason::kStoreConflict || roots == read_roots) return made;
    read_roots = std::move(roots);
  }
  return made;
}

absl::StatusOr<std::optional<OnlineTree>> LicenceStatusWriter::EditMarks(
    const InForceTarget& tree, const std::vector<MarkEdit>& edits,
    const std::vector<size_t>& places, absl::Time now, std::vector<absl::Status>* made) const {
  const BlobNodes nodes(blobs_);
  std::map<std::string, LicenceStatusEntry> entries;  // by their id in the tree
  std::set<std::string> changed;
  for (const size_t place : places) {
    const LicenceKey& licence = edits[place].licence;
    const std::string id = LicenceStatusId(licence.epoch, licence.tag);
    if (entries.count(id) == 0) {
      auto read = ReadEntry(tree, nodes, licence.epoch, licence.tag);
      if (!read.ok()) {
        (*made)[place] = read.status();
        continue;
      }
      entries.emplace(id, *std::move(read));
    }
    if (ApplyDisputeMark(edits[place].set, edits[place].at, now, &entries.at(id))) {
      changed.insert(id);
    }
  }
  if (changed.empty()) return std::optional<OnlineTree>();
  std::vector<TreeEntry> written;
  for (const std::string& id : changed) written.push_back({id, CanonicalBytes(entries.at(id))});
  MRG_ASSIGN_OR_RETURN(OnlineTree updated, UpdatedTree(tree, nodes, written));
  return std::optional<OnlineTree>(std::move(updated));
}

}  // namespace mrg
