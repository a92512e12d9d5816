#include "gateway/audit/decision_log.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/audit/tiles.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status NoSuchRecord() {
  return MakeError(Reason::kRecordNotFound, "expected an index or size within the log");
}

void FailAll(const std::vector<size_t>& chosen, const absl::Status& status,
             std::vector<DecisionLog::Appended>* answers) {
  for (size_t i : chosen) {
    (*answers)[i].result = DecisionLog::Appended::kFailed;
    (*answers)[i].status = status;
  }
}

}  // namespace

// One prepared write of a group.
struct DecisionLog::Attempt {
  WriteSet writes;
  TreeEdge edge;
  std::vector<Placement> placements;  // one a chosen submission
  std::string root;                   // 32 raw bytes
  std::string checkpoint;
};

absl::StatusOr<std::unique_ptr<DecisionLog>> DecisionLog::Open(OrderedStore* store,
                                                               const Signer* log_key,
                                                               std::string origin) {
  std::unique_ptr<DecisionLog> log(new DecisionLog(store, log_key, std::move(origin)));
  MRG_RETURN_IF_ERROR(log->Recover());
  return log;
}

absl::Status DecisionLog::Recover() {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> state,
                       store_->Get(Keyspace::kLogState, LogStateKey(origin_)));
  uint64_t size = 0;
  std::string root = ToString(EmptyRoot());
  TreeEdge edge;
  if (state.has_value()) {
    auto checkpoint = ParseSignedCheckpoint(state->value, origin_, log_key_->public_key());
    if (!checkpoint.ok()) return MakeError(Reason::kStoreCorrupt, checkpoint.status().message());
    size = checkpoint->size;
    MRG_ASSIGN_OR_RETURN(const PerfectNodeReader tiles,
                         ReadTiles(*store_, origin_, [size](const PerfectNodeReader& noted) {
                           TreeEdge::Load(size, noted).status().IgnoreError();
                           TreeRoot(size, noted).status().IgnoreError();
                         }));
    MRG_ASSIGN_OR_RETURN(edge, TreeEdge::Load(size, tiles));
    MRG_ASSIGN_OR_RETURN(const TreeHash computed, TreeRoot(size, tiles));
    root = ToString(computed);
    if (root != checkpoint->root) {
      return MakeError(Reason::kStoreCorrupt, "the log's tiles do not give its checkpoint's root");
    }
  }
  edge_ = std::move(edge);
  needs_recovery_ = false;
  MutexLock lock(mu_);
  head_ = {size, std::move(root)};
  checkpoint_ = state.has_value() ? state->value : std::string();
  return absl::OkStatus();
}

PerfectNodeReader DecisionLog::ReaderOver(const TreeEdge& edge) const {
  return [&edge, tiles = TileReader(store_, origin_)](uint32_t level,
                                                      uint64_t index) -> absl::StatusOr<TreeHash> {
    const std::optional<TreeHash> held = edge.Find(level, index);
    if (held.has_value()) return *held;
    return tiles(level, index);
  };
}

absl::StatusOr<DecisionLog::Attempt> DecisionLog::Prepare(std::span<const Submission> group,
                                                          const std::vector<size_t>& chosen) const {
  Attempt attempt;
  attempt.edge = edge_;
  for (size_t i : chosen) attempt.edge.Append(LeafHash(*group[i].leaf));
  const uint64_t new_size = attempt.edge.size();
  const PerfectNodeReader reader = ReaderOver(attempt.edge);
  MRG_ASSIGN_OR_RETURN(const TreeHash root, TreeRoot(new_size, reader));
  attempt.root = ToString(root);
  MRG_ASSIGN_OR_RETURN(attempt.checkpoint,
                       SignCheckpoint({origin_, new_size, attempt.root}, *log_key_));

  // Precondition 0 guards the log itself: no other writer has extended it.
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> state,
                       store_->Get(Keyspace::kLogState, LogStateKey(origin_)));
  if ((state.has_value() ? state->value : std::string()) != LatestCheckpoint()) {
    return MakeError(Reason::kStoreConflict, "another writer has extended this log");
  }
  if (state.has_value()) {
    attempt.writes.RequireVersion(Keyspace::kLogState, LogStateKey(origin_), state->version);
  } else {
    attempt.writes.RequireAbsent(Keyspace::kLogState, LogStateKey(origin_));
  }
  for (size_t i : chosen) {
    attempt.writes.RequireAbsent(group[i].absent_keyspace, group[i].absent_key);
  }
  uint64_t index = edge_.size();
  for (size_t i : chosen) {
    Placement placement;
    placement.index = index++;
    placement.tree_size = new_size;
    placement.checkpoint = attempt.checkpoint;
    MRG_ASSIGN_OR_RETURN(placement.inclusion_proof,
                         MakeInclusionProof(placement.index, new_size, reader));
    attempt.writes.Put(Keyspace::kLogLeaf, LogLeafKey(origin_, placement.index), *group[i].leaf);
    if (group[i].companions) group[i].companions(placement, &attempt.writes);
    attempt.placements.push_back(std::move(placement));
  }
  MRG_RETURN_IF_ERROR(
      PutChangedTiles(origin_, edge_.size(), attempt.edge, reader, &attempt.writes));
  attempt.writes.Put(Keyspace::kLogState, LogStateKey(origin_), attempt.checkpoint);
  return attempt;
}

std::vector<DecisionLog::Appended> DecisionLog::AppendGroup(std::span<const Submission> group) {
  std::vector<Appended> answers(group.size());
  std::vector<size_t> chosen;
  if (group.size() > kLogGroupMax) {
    for (Appended& answer : answers) {
      answer.status = MakeError(Reason::kInvariantBroken, "expected a group of at most 256 leaves");
    }
    return answers;
  }
  std::set<std::pair<Keyspace, absl::string_view>> keys;
  for (size_t i = 0; i < group.size(); ++i) {
    if (group[i].leaf == nullptr || group[i].leaf->empty() ||
        group[i].leaf->size() > kLeafBytesMax) {
      answers[i].status =
          MakeError(Reason::kInvariantBroken, "expected a leaf of 1 to 65535 bytes");
    } else if (!keys.emplace(group[i].absent_keyspace, group[i].absent_key).second) {
      answers[i].result = Appended::kDuplicate;
    } else {
      chosen.push_back(i);
    }
  }
  if (needs_recovery_) {
    const absl::Status recovered = Recover();
    if (!recovered.ok()) {
      FailAll(chosen, Noted(recovered), &answers);
      return answers;
    }
  }
  while (!chosen.empty()) {
    absl::StatusOr<Attempt> attempt = Prepare(group, chosen);
    if (!attempt.ok()) {
      FailAll(chosen, Noted(attempt.status()), &answers);
      break;
    }
    const CommitResult result = store_->Commit(attempt->writes);
    if (result.outcome == CommitResult::kPreconditionFailed && result.failed_precondition > 0) {
      const auto duplicate = chosen.begin() + (result.failed_precondition - 1);
      answers[*duplicate].result = Appended::kDuplicate;
      chosen.erase(duplicate);
      continue;
    }
    bool landed = result.committed();
    if (!landed) {
      // Unknown, or another writer: what the store holds now tells which.
      needs_recovery_ = true;
      const absl::Status recovered = Recover();
      landed = recovered.ok() && LatestCheckpoint() == attempt->checkpoint;
    }
    if (!landed) {
      FailAll(chosen, result.status, &answers);
      break;
    }
    edge_ = std::move(attempt->edge);
    {
      MutexLock lock(mu_);
      head_ = {edge_.size(), attempt->root};
      checkpoint_ = attempt->checkpoint;
    }
    for (size_t k = 0; k < chosen.size(); ++k) {
      answers[chosen[k]].result = Appended::kAppended;
      answers[chosen[k]].placement = std::move(attempt->placements[k]);
    }
    break;
  }
  return answers;
}

uint64_t DecisionLog::size() const {
  MutexLock lock(mu_);
  return head_.size;
}

std::string DecisionLog::LatestCheckpoint() const {
  MutexLock lock(mu_);
  return checkpoint_;
}

DecisionLog::Head DecisionLog::SignedHead() const {
  MutexLock lock(mu_);
  return head_;
}

absl::Status DecisionLog::ReadFault() const {
  MutexLock lock(mu_);
  return read_fault_;
}

absl::Status DecisionLog::Noted(const absl::Status& status) const {
  if (ReasonOf(status) != Reason::kStoreCorrupt) return status;
  MutexLock lock(mu_);
  if (read_fault_.ok()) read_fault_ = status;
  return status;
}

absl::StatusOr<std::string> DecisionLog::ReadLeaf(uint64_t index) const {
  absl::StatusOr<std::string> leaf = ReadCheckedLeaf(index);
  MRG_RETURN_IF_ERROR(Noted(leaf.status()));
  return leaf;
}

absl::StatusOr<std::vector<std::string>> DecisionLog::InclusionProof(uint64_t index,
                                                                     uint64_t tree_size) const {
  auto proof = CheckedInclusionProof(index, tree_size);
  MRG_RETURN_IF_ERROR(Noted(proof.status()));
  return proof;
}

absl::StatusOr<std::vector<std::string>> DecisionLog::ConsistencyProof(uint64_t first,
                                                                       uint64_t second) const {
  auto proof = CheckedConsistencyProof(first, second);
  MRG_RETURN_IF_ERROR(Noted(proof.status()));
  return proof;
}

absl::StatusOr<std::string> DecisionLog::ReadCheckedLeaf(uint64_t index) const {
  const Head head = SignedHead();
  if (index >= head.size) return NoSuchRecord();
  MRG_ASSIGN_OR_RETURN(std::optional<Versioned> leaf,
                       store_->Get(Keyspace::kLogLeaf, LogLeafKey(origin_, index)));
  if (!leaf.has_value()) {
    return MakeError(Reason::kStoreCorrupt, absl::StrCat("log leaf ", index, " is missing"));
  }
  MRG_ASSIGN_OR_RETURN(const PerfectNodeReader tiles,
                       ReadTiles(*store_, origin_, [&](const PerfectNodeReader& noted) {
                         MakeInclusionProof(index, head.size, noted).status().IgnoreError();
                       }));
  MRG_ASSIGN_OR_RETURN(const auto proof, MakeInclusionProof(index, head.size, tiles));
  if (!VerifyInclusion(ToView(LeafHash(leaf->value)), index, head.size, proof, head.root).ok()) {
    return MakeError(Reason::kStoreCorrupt,
                     absl::StrCat("log leaf ", index, ", or a tile above it, was changed"));
  }
  return std::move(leaf->value);
}

absl::StatusOr<std::vector<std::string>> DecisionLog::CheckedInclusionProof(
    uint64_t index, uint64_t tree_size) const {
  const Head head = SignedHead();
  if (index >= tree_size || tree_size > head.size) return NoSuchRecord();
  MRG_ASSIGN_OR_RETURN(const PerfectNodeReader tiles,
                       ReadTiles(*store_, origin_, [&](const PerfectNodeReader& noted) {
                         noted(0, index).status().IgnoreError();
                         MakeInclusionProof(index, tree_size, noted).status().IgnoreError();
                         TreeRoot(tree_size, noted).status().IgnoreError();
                         MakeConsistencyProof(tree_size, head.size, noted).status().IgnoreError();
                       }));
  MRG_ASSIGN_OR_RETURN(auto proof, MakeInclusionProof(index, tree_size, tiles));
  MRG_ASSIGN_OR_RETURN(const TreeHash leaf, tiles(0, index));
  MRG_ASSIGN_OR_RETURN(const TreeHash root, TreeRoot(tree_size, tiles));
  MRG_ASSIGN_OR_RETURN(const auto goes_on, MakeConsistencyProof(tree_size, head.size, tiles));
  if (!VerifyInclusion(ToView(leaf), index, tree_size, proof, ToView(root)).ok() ||
      !VerifyConsistency(tree_size, head.size, ToView(root), head.root, goes_on).ok()) {
    return MakeError(Reason::kStoreCorrupt,
                     absl::StrCat("a log tile above leaf ", index, " was changed"));
  }
  return proof;
}

absl::StatusOr<std::vector<std::string>> DecisionLog::CheckedConsistencyProof(
    uint64_t first, uint64_t second) const {
  const Head head = SignedHead();
  if (first == 0 || first > second || second > head.size) return NoSuchRecord();
  MRG_ASSIGN_OR_RETURN(const PerfectNodeReader tiles,
                       ReadTiles(*store_, origin_, [&](const PerfectNodeReader& noted) {
                         for (const uint64_t size : {first, second}) {
                           TreeRoot(size, noted).status().IgnoreError();
                           MakeConsistencyProof(size, head.size, noted).status().IgnoreError();
                         }
                         MakeConsistencyProof(first, second, noted).status().IgnoreError();
                       }));
  for (const uint64_t size : {first, second}) {
    MRG_ASSIGN_OR_RETURN(const TreeHash root, TreeRoot(size, tiles));
    MRG_ASSIGN_OR_RETURN(const auto goes_on, MakeConsistencyProof(size, head.size, tiles));
    if (!VerifyConsistency(size, head.size, ToView(root), head.root, goes_on).ok()) {
      return MakeError(Reason::kStoreCorrupt,
                       absl::StrCat("a log tile below leaf ", size, " was changed"));
    }
  }
  MRG_ASSIGN_OR_RETURN(auto proof, MakeConsistencyProof(first, second, tiles));
  return proof;
}

}  // namespace mrg
