#include "trustlist/repository/repin.h"

#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using trustlist::v1::StoredRepin;

constexpr size_t kScanPage = 256;

// Adds to `writes` what forgets the trusted roots: as many as the publisher held ceremonies.
absl::Status StageForgetRoots(const MemberId& publisher, const OrderedStore& store,
                              WriteSet* writes) {
  std::string begin = NewestKey(publisher, kRootRole);
  const std::string end = PrefixEnd(begin);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store.Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    for (const Row& row : rows) writes->Delete(Keyspace::kTrustMetadata, row.key);
    if (rows.size() < kScanPage) return absl::OkStatus();
    begin = KeyAfter(rows.back().key);
  }
}

bool IsSameRoot(const StoredRepin& record) {
  return record.old_root_sha256() == record.new_root_sha256();
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

// Adds to `writes` what makes the decision, as far as roots go. Result: its record.
absl::StatusOr<StoredRepin> StageRoots(const Repin& repin, absl::Time now,
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
  const int64_t version = trusted.root().header.version;
  record.set_old_root_version(static_cast<int64_t>(old_version));
  record.set_new_root_version(version);
  record.set_new_root_sha256(digest);
  record.set_because(repin.because);
  MRG_ASSIGN_OR_RETURN(const absl::Time at, FreeInstant(repin.publisher, now, store));
  record.set_at_us(absl::ToUnixMicros(at));

  writes->RequireVersion(Keyspace::kTrustMetadata, newest_key, newest->version);
  if (!IsSameRoot(record)) {
    MRG_RETURN_IF_ERROR(StageForgetRoots(repin.publisher, store, writes));
    writes->Put(Keyspace::kTrustMetadata, newest_key, NewestValue(version, /*epoch=*/0));
    writes->Put(Keyspace::kTrustMetadata, MetadataKey(repin.publisher, kRootRole, version),
                repin.root);
  }
  const std::string record_key = RepinKey(repin.publisher, at);
  writes->RequireAbsent(Keyspace::kTrustMetadata, record_key);
  writes->Put(Keyspace::kTrustMetadata, record_key, CanonicalBytes(record));
  return record;
}

}  // namespace

absl::StatusOr<StoredRepin> StageOwnRepin(const Repin& repin, absl::Time now,
                                          const OrderedStore& store, WriteSet* writes) {
  MRG_ASSIGN_OR_RETURN(StoredRepin record, StageRoots(repin, now, store, writes));
  if (IsSameRoot(record)) {
    return MakeError(Reason::kMetadataMismatch, "this root is the trusted one already");
  }
  return record;
}

absl::StatusOr<StoredRepin> RepinPublisher(const Repin& repin, absl::Time now,
                                           OrderedStore* store) {
  MetadataStore metadata(store);
  WriteSet writes;
  MRG_ASSIGN_OR_RETURN(const StoredRepin record, StageRoots(repin, now, *store, &writes));
  MRG_RETURN_IF_ERROR(metadata.StageForget(
      repin.publisher, IsSameRoot(record) ? Forgets::kTrust : Forgets::kTrustAndHistory, &writes));
  // A set in force is no longer one that the next must follow.
  writes.Delete(Keyspace::kTrustInForce, PublisherKey(repin.publisher));
  MRG_RETURN_IF_ERROR(store->Commit(writes).status);
  // The decision stands; what is not dropped now is with the next one.
  metadata.DropForgotten(repin.publisher).IgnoreError();
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
