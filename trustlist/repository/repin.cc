#include "trustlist/repository/repin.h"

#include <utility>

#include "absl/strings/match.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using trustlist::v1::StoredRepin;

constexpr size_t kScanPage = 256;

// Adds to `writes` what forgets all rows below `prefix` but those below `kept`; empty: all.
absl::Status StageForget(Keyspace keyspace, const std::string& prefix, const std::string& kept,
                         const OrderedStore& store, WriteSet* writes) {
  std::string begin = prefix;
  const std::string end = PrefixEnd(prefix);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows, store.Scan(keyspace, begin, end, kScanPage));
    for (const Row& row : rows) {
      if (kept.empty() || !absl::StartsWith(row.key, kept)) writes->Delete(keyspace, row.key);
    }
    if (rows.size() < kScanPage) return absl::OkStatus();
    begin = KeyAfter(rows.back().key);
  }
}

// Result: `now`, or the first instant after it at which no decision was made: each is kept for
// good.
absl::StatusOr<absl::Time> FreeInstant(const MemberId& publisher, absl::Time now,
                                       const OrderedStore& store) {
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto taken,
                         store.Get(Keyspace::kTrustMetadata, RepinKey(publisher, now)));
    if (!taken.has_value()) return now;
    now += absl::Microseconds(1);
  }
}

}  // namespace

absl::StatusOr<StoredRepin> StageRepin(const Repin& repin, RepinForgets forgets, absl::Time now,
                                       const OrderedStore& store, WriteSet* writes) {
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(repin.root));
  if (digest != repin.root_sha256) {
    return MakeError(Reason::kMemberRootUnconfirmed,
                     "the file is not the root of the digest that was named");
  }
  MRG_ASSIGN_OR_RETURN(const TrustedMetadataSet trusted,
                       TrustedMetadataSet::FromTrustedRoot(repin.root, now));
  MRG_RETURN_IF_ERROR(trusted.CheckRootExpiry());

  const std::string newest_key = NewestKey(repin.publisher, kRootRole);
  MRG_ASSIGN_OR_RETURN(const auto newest, store.Get(Keyspace::kTrustMetadata, newest_key));
  if (!newest.has_value()) {
    return MakeError(Reason::kMemberUnknown,
                     "no root of this publisher is trusted yet; its first one is configured");
  }
  OrderedKeyReader version_reader(newest->value);
  MRG_ASSIGN_OR_RETURN(const uint64_t old_version, version_reader.U64());
  MRG_ASSIGN_OR_RETURN(
      const auto old_root,
      store.Get(Keyspace::kTrustMetadata,
                MetadataKey(repin.publisher, kRootRole, static_cast<int64_t>(old_version))));
  if (!old_root.has_value()) {
    return MakeError(Reason::kStoreCorrupt, "the newest root is not stored");
  }
  StoredRepin record;
  MRG_ASSIGN_OR_RETURN(*record.mutable_old_root_sha256(), RootDigest(old_root->value));
  // Under the root that is trusted already a follower begins a new chain of timestamps.
  const bool same_root = record.old_root_sha256() == digest;
  if (same_root && forgets == RepinForgets::kRoots) {
    return MakeError(Reason::kMetadataMismatch, "this root is the trusted one already");
  }
  const int64_t version = trusted.root().header.version;
  record.set_old_root_version(static_cast<int64_t>(old_version));
  record.set_new_root_version(version);
  record.set_new_root_sha256(digest);
  record.set_because(repin.because);
  MRG_ASSIGN_OR_RETURN(const absl::Time at, FreeInstant(repin.publisher, now, store));
  record.set_at_us(absl::ToUnixMicros(at));

  writes->RequireVersion(Keyspace::kTrustMetadata, newest_key, newest->version);
  const std::string forgotten =
      forgets == RepinForgets::kRoots ? newest_key : PublisherKey(repin.publisher);
  MRG_RETURN_IF_ERROR(StageForget(Keyspace::kTrustMetadata, forgotten,
                                  same_root ? newest_key : std::string(), store, writes));
  writes->Put(Keyspace::kTrustMetadata, newest_key,
              OrderedKey().U64(static_cast<uint64_t>(version)).Take());
  writes->Put(Keyspace::kTrustMetadata, MetadataKey(repin.publisher, kRootRole, version),
              repin.root);
  const std::string record_key = RepinKey(repin.publisher, at);
  writes->RequireAbsent(Keyspace::kTrustMetadata, record_key);
  writes->Put(Keyspace::kTrustMetadata, record_key, CanonicalBytes(record));
  return record;
}

absl::StatusOr<StoredRepin> RepinPublisher(const Repin& repin, absl::Time now,
                                           OrderedStore* store) {
  WriteSet writes;
  MRG_ASSIGN_OR_RETURN(const StoredRepin record,
                       StageRepin(repin, RepinForgets::kEverything, now, *store, &writes));
  // A set in force is no longer one that the next must follow.
  writes.Delete(Keyspace::kTrustInForce, PublisherKey(repin.publisher));
  MRG_RETURN_IF_ERROR(store->Commit(writes).status);
  return record;
}

absl::StatusOr<std::vector<StoredRepin>> RepinsOf(const MemberId& publisher,
                                                  const OrderedStore& store) {
  std::vector<StoredRepin> repins;
  std::string begin = RepinsKey(publisher);
  const std::string end = PrefixEnd(begin);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store.Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    for (const Row& row : rows) {
      MRG_ASSIGN_OR_RETURN(StoredRepin repin,
                           ParseCanonical<StoredRepin>(row.value, Reason::kStoreCorrupt));
      repins.push_back(std::move(repin));
    }
    if (rows.size() < kScanPage) return repins;
    begin = KeyAfter(rows.back().key);
  }
}

}  // namespace mrg
