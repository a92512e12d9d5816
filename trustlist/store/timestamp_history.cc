#include "trustlist/store/timestamp_history.h"

#include <algorithm>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "mrg/trustlist/v1/stored_trust.pb.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using trustlist::v1::StoredChains;
using trustlist::v1::StoredTimestampChain;

// A commit adds one timestamp, so that any number above one catches up; after a gap that was
// closed, in a fifteenth of the time that the gap took.
constexpr size_t kPruneAtOnce = 16;
// Of those that are read to be given away: what is read beyond their bound is read in vain.
constexpr size_t kRangePage = 64;

struct ChainsRow {
  StoredChains chains;
  std::optional<uint64_t> row_version;  // nullopt: there is none
};

absl::StatusOr<ChainsRow> ReadChains(const OrderedStore& store, const MemberId& publisher) {
  MRG_ASSIGN_OR_RETURN(const auto row, store.Get(Keyspace::kTrustMetadata, ChainsKey(publisher)));
  if (!row.has_value()) return ChainsRow();
  MRG_ASSIGN_OR_RETURN(StoredChains chains,
                       ParseCanonical<StoredChains>(row->value, Reason::kStoreCorrupt));
  return ChainsRow{std::move(chains), row->version};
}

void StageChains(const MemberId& publisher, const ChainsRow& row, WriteSet* writes) {
  const std::string key = ChainsKey(publisher);
  if (row.row_version.has_value()) {
    writes->RequireVersion(Keyspace::kTrustMetadata, key, *row.row_version);
  } else {
    writes->RequireAbsent(Keyspace::kTrustMetadata, key);
  }
  writes->Put(Keyspace::kTrustMetadata, key, CanonicalBytes(row.chains));
}

// Result: when the timestamp runs out, soon after it was signed; the infinite past when it does not
// parse.
absl::Time ExpiryOf(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok()) return absl::InfinitePast();
  const auto timestamp = TimestampMetadata::Parse(*envelope);
  return timestamp.ok() ? timestamp->header.expires : absl::InfinitePast();
}

struct Place {
  uint64_t chain = 0;
  int64_t version = 0;
};

absl::StatusOr<Place> PlaceOf(const MemberId& publisher, absl::string_view key) {
  OrderedKeyReader reader(key.substr(std::min(key.size(), ChainsKey(publisher).size())));
  MRG_ASSIGN_OR_RETURN(const uint64_t chain, reader.U64());
  MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
  return Place{chain, static_cast<int64_t>(version)};
}

// More than is kept, and far from the ends of its type.
constexpr int64_t kTooMany = kKeptTimestamps + 1;

// Result: how many timestamps of the kept chains were taken after that one, as their versions count
// them and up to kTooMany a chain; kTooMany for one of a chain that is not kept.
int64_t TakenSince(const StoredChains& chains, const Place& place) {
  int64_t since = 0;
  for (auto chain = chains.chains().rbegin(); chain != chains.chains().rend(); ++chain) {
    const bool is_here = chain->serial() == place.chain;
    const int64_t from = is_here ? place.version : chain->first() - 1;
    since += std::clamp<int64_t>(chain->last() - from, 0, kTooMany);
    if (is_here) return since;
  }
  return kTooMany;
}

// The oldest first, so that what is kept is the newest part of the history.
absl::Status StagePruning(const OrderedStore& store, const MemberId& publisher,
                          const StoredChains& chains, absl::string_view newest, absl::Time now,
                          WriteSet* writes) {
  const StoredTimestampChain& present = *chains.chains().rbegin();
  // Neither a clock that steps nor a timestamp that states an end far away takes anything from the
  // history: only both together would.
  const absl::Time ended_before = std::min(ExpiryOf(newest), now) - kKeptTimestampsFor;
  MRG_ASSIGN_OR_RETURN(
      const auto oldest,
      store.Scan(Keyspace::kTrustMetadata, TimestampKey(publisher, 0, 0),
                 TimestampKey(publisher, present.serial(), present.last()), kPruneAtOnce));
  for (const Row& row : oldest) {
    MRG_ASSIGN_OR_RETURN(const Place place, PlaceOf(publisher, row.key));
    if (TakenSince(chains, place) <= kKeptTimestamps && ExpiryOf(row.value) >= ended_before) break;
    writes->Delete(Keyspace::kTrustMetadata, row.key);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TimestampChain>> TimestampHistory::Chains(
    const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const ChainsRow row, ReadChains(*store_, publisher));
  std::vector<TimestampChain> chains;
  for (const StoredTimestampChain& chain : row.chains.chains()) {
    chains.push_back({chain.serial(), chain.keys_sha256(), chain.first(), chain.last()});
  }
  return chains;
}

absl::StatusOr<uint64_t> TimestampHistory::Epoch(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const ChainsRow row, ReadChains(*store_, publisher));
  return row.chains.epoch();
}

absl::StatusOr<std::optional<std::string>> TimestampHistory::Read(const MemberId& publisher,
                                                                  uint64_t chain,
                                                                  int64_t version) const {
  MRG_ASSIGN_OR_RETURN(
      auto row, store_->Get(Keyspace::kTrustMetadata, TimestampKey(publisher, chain, version)));
  if (!row.has_value()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(row->value));
}

absl::StatusOr<std::vector<std::string>> TimestampHistory::ReadRange(const MemberId& publisher,
                                                                     int64_t first, int64_t last,
                                                                     size_t count_max,
                                                                     size_t bytes_max) const {
  MRG_ASSIGN_OR_RETURN(const ChainsRow row, ReadChains(*store_, publisher));
  std::vector<std::string> timestamps;
  if (row.chains.chains().empty() || last < first) return timestamps;
  const uint64_t chain = row.chains.chains().rbegin()->serial();
  size_t bytes = 0;
  std::string begin = TimestampKey(publisher, chain, first);
  const std::string end = KeyAfter(TimestampKey(publisher, chain, last));
  while (true) {
    const size_t page = std::min(kRangePage, count_max - timestamps.size());
    MRG_ASSIGN_OR_RETURN(auto rows, store_->Scan(Keyspace::kTrustMetadata, begin, end, page));
    for (Row& one : rows) {
      MRG_ASSIGN_OR_RETURN(const Place place, PlaceOf(publisher, one.key));
      if (place.version != first + static_cast<int64_t>(timestamps.size())) return timestamps;
      bytes += one.value.size();
      if (!timestamps.empty() && bytes > bytes_max) return timestamps;
      timestamps.push_back(std::move(one.value));
    }
    if (rows.size() < page || timestamps.size() == count_max) return timestamps;
    begin = KeyAfter(rows.back().key);
  }
}

absl::StatusOr<bool> TimestampHistory::StageNext(const MemberId& publisher,
                                                 absl::string_view keys_sha256, int64_t version,
                                                 absl::string_view bytes, absl::Time now,
                                                 WriteSet* writes) const {
  MRG_ASSIGN_OR_RETURN(ChainsRow row, ReadChains(*store_, publisher));
  auto* const chains = row.chains.mutable_chains();
  const bool begins = chains->empty() || chains->rbegin()->keys_sha256() != keys_sha256 ||
                      chains->rbegin()->epoch() != row.chains.epoch();
  if (begins) {
    StoredTimestampChain* const chain = chains->Add();
    chain->set_serial(row.chains.begun());
    chain->set_keys_sha256(std::string(keys_sha256));
    chain->set_first(version);
    chain->set_epoch(row.chains.epoch());
    row.chains.set_begun(row.chains.begun() + 1);
  }
  chains->rbegin()->set_last(version);
  if (static_cast<size_t>(chains->size()) > kEndedChainsMax + 1) chains->erase(chains->begin());
  MRG_RETURN_IF_ERROR(StagePruning(*store_, publisher, row.chains, bytes, now, writes));
  StageChains(publisher, row, writes);
  writes->Put(Keyspace::kTrustMetadata,
              TimestampKey(publisher, chains->rbegin()->serial(), version), bytes);
  return begins;
}

absl::Status TimestampHistory::KeepEarlier(const MemberId& publisher, absl::string_view keys_sha256,
                                           int64_t first,
                                           std::span<const std::string> timestamps) const {
  MRG_ASSIGN_OR_RETURN(const ChainsRow row, ReadChains(*store_, publisher));
  if (row.chains.chains().empty()) return absl::OkStatus();
  const StoredTimestampChain& present = *row.chains.chains().rbegin();
  if (present.keys_sha256() != keys_sha256 || present.epoch() != row.chains.epoch()) {
    return absl::OkStatus();
  }
  WriteSet writes;
  int64_t version = first;
  for (const std::string& bytes : timestamps) {
    const std::string key = TimestampKey(publisher, present.serial(), version++);
    MRG_ASSIGN_OR_RETURN(const auto kept, store_->Get(Keyspace::kTrustMetadata, key));
    if (kept.has_value()) continue;
    writes.RequireAbsent(Keyspace::kTrustMetadata, key);
    writes.Put(Keyspace::kTrustMetadata, key, bytes);
  }
  return writes.empty() ? absl::OkStatus() : store_->Commit(writes).status;
}

absl::Status TimestampHistory::StageForget(const MemberId& publisher, Forgets forgets,
                                           WriteSet* writes) const {
  MRG_ASSIGN_OR_RETURN(ChainsRow row, ReadChains(*store_, publisher));
  row.chains.set_epoch(row.chains.epoch() + 1);
  // Their rows go with the pruning of what comes after.
  if (forgets == Forgets::kTrustAndHistory) row.chains.clear_chains();
  StageChains(publisher, row, writes);
  return absl::OkStatus();
}

}  // namespace mrg
