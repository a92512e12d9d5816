#include "trustlist/fork/fork_store.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using trustlist::v1::ForkEvidence;
using trustlist::v1::StoredFork;

constexpr size_t kScanPage = 64;
constexpr size_t kIdBytes = 32;

// Result: the root whose keys signed both files; empty when the proof has none.
absl::string_view LastRoot(const ForkEvidence& evidence) {
  return evidence.roots().empty() ? absl::string_view() : *evidence.roots().rbegin();
}

}  // namespace

bool KeptFork::HoldsFor(const ForkKeys& keys) const {
  if (!fork.keys_replaced()) return true;
  return keys.replaced && !fork.replaced_signers().empty() &&
         std::all_of(keys.signers.begin(), keys.signers.end(), [this](const std::string& signer) {
           return absl::c_linear_search(fork.replaced_signers(), signer);
         });
}

absl::StatusOr<std::optional<KeptFork>> ForkStore::ForAll(const ForkEvidence& evidence,
                                                          const ForkKeys& keys) const {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher, MemberId::Parse(evidence.publisher()));
  MRG_ASSIGN_OR_RETURN(std::vector<KeptFork> forks, List(publisher));
  for (KeptFork& fork : forks) {
    if (fork.fork.keys_replaced() && fork.HoldsFor(keys) &&
        LastRoot(fork.fork.evidence()) == LastRoot(evidence)) {
      return std::optional<KeptFork>(std::move(fork));
    }
  }
  return std::optional<KeptFork>();
}

absl::StatusOr<bool> ForkStore::Keep(const ForkEvidence& evidence, const ForkKeys& keys) {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher, MemberId::Parse(evidence.publisher()));
  const std::string key = ForkKey(publisher, ForkEvidenceId(evidence));
  MRG_ASSIGN_OR_RETURN(const auto kept, store_->Get(Keyspace::kTrustMetadata, key));
  if (kept.has_value()) return false;
  if (keys.replaced) {
    MRG_ASSIGN_OR_RETURN(const auto for_all, ForAll(evidence, keys));
    if (for_all.has_value()) return false;
  }
  StoredFork fork;
  fork.set_keys_replaced(keys.replaced);
  if (keys.replaced) fork.mutable_replaced_signers()->Add(keys.signers.begin(), keys.signers.end());
  *fork.mutable_evidence() = evidence;
  WriteSet writes;
  writes.RequireAbsent(Keyspace::kTrustMetadata, key);
  writes.Put(Keyspace::kTrustMetadata, key, CanonicalBytes(fork));
  const CommitResult result = store_->Commit(writes);
  // Another thread found it at the same moment.
  if (ReasonOf(result.status) == Reason::kStoreConflict) return false;
  MRG_RETURN_IF_ERROR(result.status);
  return true;
}

absl::StatusOr<std::vector<KeptFork>> ForkStore::List(
    const std::optional<MemberId>& publisher) const {
  std::string begin = publisher.has_value() ? ForksKey(*publisher) : ForksKey();
  const std::string end = PrefixEnd(begin);
  std::vector<KeptFork> forks;
  while (true) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                         store_->Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    for (const Row& row : rows) {
      MRG_ASSIGN_OR_RETURN(StoredFork fork,
                           ParseCanonical<StoredFork>(row.value, Reason::kStoreCorrupt));
      if (row.key.size() < kIdBytes) return MakeError(Reason::kStoreCorrupt, "a fork without id");
      forks.push_back({row.key.substr(row.key.size() - kIdBytes), std::move(fork)});
    }
    if (rows.size() < kScanPage) return forks;
    begin = KeyAfter(rows.back().key);
  }
}

absl::StatusOr<bool> ForkStore::IsFrozen(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const std::vector<KeptFork> forks, List(publisher));
  return std::any_of(forks.begin(), forks.end(),
                     [](const KeptFork& fork) { return fork.IsOpen(); });
}

absl::StatusOr<bool> ForkStore::IsAnswered(const ForkEvidence& evidence,
                                           const ForkKeys& keys) const {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher, MemberId::Parse(evidence.publisher()));
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(Keyspace::kTrustMetadata,
                                                   ForkKey(publisher, ForkEvidenceId(evidence))));
  if (!row.has_value()) {
    if (!keys.replaced) return false;
    MRG_ASSIGN_OR_RETURN(const auto for_all, ForAll(evidence, keys));
    return for_all.has_value() && !for_all->IsOpen();
  }
  MRG_ASSIGN_OR_RETURN(const StoredFork fork,
                       ParseCanonical<StoredFork>(row->value, Reason::kStoreCorrupt));
  return fork.has_resumed_at();
}

absl::Status ForkStore::Resume(const MemberId& publisher, absl::string_view id,
                               absl::string_view because, absl::Time now) {
  const std::string key = ForkKey(publisher, id);
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(Keyspace::kTrustMetadata, key));
  if (!row.has_value()) {
    return MakeError(Reason::kForkEvidenceNotFound, "no fork of this publisher has that id");
  }
  MRG_ASSIGN_OR_RETURN(StoredFork fork,
                       ParseCanonical<StoredFork>(row->value, Reason::kStoreCorrupt));
  if (fork.has_resumed_at()) return absl::OkStatus();
  *fork.mutable_resumed_at() = ToTimestamp(now);
  fork.set_resumed_because(std::string(because));
  WriteSet writes;
  writes.RequireVersion(Keyspace::kTrustMetadata, key, row->version);
  writes.Put(Keyspace::kTrustMetadata, key, CanonicalBytes(fork));
  return store_->Commit(writes).status;
}

}  // namespace mrg
