#include "trustlist/store/metadata_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

// A commit adds one version, so that any number above one catches up.
constexpr size_t kPruneAtOnce = 16;
constexpr size_t kScanPage = 256;
constexpr size_t kDropPage = 64;

// What the newest row of a role states.
struct Stated {
  int64_t version = 0;
  uint64_t epoch = 0;
};

absl::StatusOr<Stated> DecodeNewest(absl::string_view value) {
  OrderedKeyReader reader(value);
  MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
  MRG_ASSIGN_OR_RETURN(const uint64_t epoch, reader.U64());
  return Stated{static_cast<int64_t>(version), epoch};
}

bool SameContent(absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  const auto first = SignedEnvelope::Parse(a);
  const auto second = SignedEnvelope::Parse(b);
  return first.ok() && second.ok() && first->signed_sha256() == second->signed_sha256();
}

absl::Status CheckNotOlder(absl::string_view role, int64_t version, const NewestRow& newest) {
  if (version >= newest.version) return absl::OkStatus();
  return MakeError(Reason::kMetadataRollback,
                   absl::StrCat(role, " version ", newest.version, " is trusted already"));
}

absl::Status CheckSameContent(absl::string_view role, int64_t version,
                              const std::optional<std::string>& trusted,
                              absl::string_view content) {
  if (!trusted.has_value() || SameContent(*trusted, content)) return absl::OkStatus();
  return MakeError(Reason::kMetadataMismatch,
                   absl::StrCat(role, " version ", version, " is trusted with other content"));
}

void RequireRow(const std::string& key, const NewestRow& newest, WriteSet* writes) {
  if (newest.row_version.has_value()) {
    writes->RequireVersion(Keyspace::kTrustMetadata, key, *newest.row_version);
  } else {
    writes->RequireAbsent(Keyspace::kTrustMetadata, key);
  }
}

}  // namespace

absl::StatusOr<NewestRow> MetadataStore::ReadNewestRow(const MemberId& publisher,
                                                       absl::string_view role) const {
  NewestRow newest;
  MRG_ASSIGN_OR_RETURN(newest.epoch, timestamps_.Epoch(publisher));
  MRG_ASSIGN_OR_RETURN(const auto row,
                       store_->Get(Keyspace::kTrustMetadata, NewestKey(publisher, role)));
  if (!row.has_value()) return newest;
  newest.row_version = row->version;
  MRG_ASSIGN_OR_RETURN(const Stated stated, DecodeNewest(row->value));
  if (role == kRootRole || stated.epoch == newest.epoch) newest.version = stated.version;
  return newest;
}

absl::StatusOr<int64_t> MetadataStore::NewestVersion(const MemberId& publisher,
                                                     absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const NewestRow newest, ReadNewestRow(publisher, role));
  return newest.version;
}

absl::StatusOr<std::optional<std::string>> MetadataStore::Newest(const MemberId& publisher,
                                                                 absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const int64_t version, NewestVersion(publisher, role));
  if (version == 0) return std::optional<std::string>();
  MRG_ASSIGN_OR_RETURN(std::optional<std::string> content, Read(publisher, role, version));
  if (!content.has_value()) {
    return MakeError(Reason::kStoreCorrupt, absl::StrCat("the newest ", role, " is not stored"));
  }
  return content;
}

absl::StatusOr<std::optional<std::string>> MetadataStore::Read(const MemberId& publisher,
                                                               absl::string_view role,
                                                               int64_t version) const {
  if (role == kTimestampRole) {
    MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains, timestamps_.Chains(publisher));
    for (auto chain = chains.rbegin(); chain != chains.rend(); ++chain) {
      MRG_ASSIGN_OR_RETURN(std::optional<std::string> kept,
                           timestamps_.Read(publisher, chain->serial, version));
      if (kept.has_value()) return kept;
    }
    return std::optional<std::string>();
  }
  MRG_ASSIGN_OR_RETURN(
      auto row, store_->Get(Keyspace::kTrustMetadata, MetadataKey(publisher, role, version)));
  if (!row.has_value()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(row->value));
}

absl::StatusOr<std::vector<std::string>> MetadataStore::RootChain(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const int64_t newest, NewestVersion(publisher, kRootRole));
  std::vector<std::string> chain;
  for (int64_t version = newest; version >= 1; --version) {
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> root, Read(publisher, kRootRole, version));
    if (!root.has_value()) break;
    chain.push_back(*std::move(root));
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

absl::StatusOr<std::optional<std::string>> MetadataStore::TimestampKeys(
    const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, Newest(publisher, kRootRole));
  if (!bytes.has_value()) return std::optional<std::string>();
  const auto envelope = SignedEnvelope::Parse(*bytes);
  const absl::StatusOr<RootMetadata> root =
      envelope.ok() ? RootMetadata::Parse(*envelope) : envelope.status();
  if (!root.ok()) return MakeError(Reason::kStoreCorrupt, "the newest root does not parse");
  return std::optional<std::string>(RoleKeysSha256(*root, kTimestampRole));
}

absl::Status MetadataStore::Stage(const MemberId& publisher, absl::string_view role,
                                  int64_t version, absl::string_view content,
                                  const NewestRow& newest, WriteSet* writes) const {
  MRG_RETURN_IF_ERROR(CheckNotOlder(role, version, newest));
  if (version == newest.version && role == kRootRole) {
    MRG_ASSIGN_OR_RETURN(const auto trusted, Read(publisher, role, version));
    MRG_RETURN_IF_ERROR(CheckSameContent(role, version, trusted, content));
  }
  const std::string newest_key = NewestKey(publisher, role);
  RequireRow(newest_key, newest, writes);
  MRG_RETURN_IF_ERROR(StagePruning(publisher, role, version, writes));
  writes->Put(Keyspace::kTrustMetadata, newest_key, NewestValue(version, newest.epoch));
  writes->Put(Keyspace::kTrustMetadata, MetadataKey(publisher, role, version), content);
  return absl::OkStatus();
}

absl::Status MetadataStore::StageTimestamp(const MemberId& publisher, absl::string_view keys_sha256,
                                           int64_t version, absl::string_view content,
                                           const NewestRow& newest, absl::Time now,
                                           WriteSet* writes) const {
  const std::string newest_key = NewestKey(publisher, kTimestampRole);
  RequireRow(newest_key, newest, writes);
  MRG_ASSIGN_OR_RETURN(
      const bool begins_chain,
      timestamps_.StageNext(publisher, keys_sha256, version, content, now, writes));
  if (!begins_chain) {
    MRG_RETURN_IF_ERROR(CheckNotOlder(kTimestampRole, version, newest));
    if (version == newest.version) {
      MRG_ASSIGN_OR_RETURN(const auto trusted, Read(publisher, kTimestampRole, version));
      MRG_RETURN_IF_ERROR(CheckSameContent(kTimestampRole, version, trusted, content));
    }
  }
  writes->Put(Keyspace::kTrustMetadata, newest_key, NewestValue(version, newest.epoch));
  return absl::OkStatus();
}

absl::Status MetadataStore::StagePruning(const MemberId& publisher, absl::string_view role,
                                         int64_t version, WriteSet* writes) const {
  if (role == kRootRole || version <= kKeptVersions) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(
      const auto oldest,
      store_->Scan(Keyspace::kTrustMetadata, MetadataKey(publisher, role, 0),
                   MetadataKey(publisher, role, version - kKeptVersions), kPruneAtOnce));
  for (const Row& row : oldest) writes->Delete(Keyspace::kTrustMetadata, row.key);
  return absl::OkStatus();
}

absl::Status MetadataStore::StageAnew(const MemberId& publisher, absl::string_view role,
                                      int64_t version, absl::string_view content,
                                      const NewestRow& newest, WriteSet* writes) const {
  const std::string newest_key = NewestKey(publisher, role);
  RequireRow(newest_key, newest, writes);
  std::string begin = MetadataKey(publisher, role, 0);
  const std::string end = PrefixEnd(newest_key);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store_->Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    for (const Row& row : rows) writes->Delete(Keyspace::kTrustMetadata, row.key);
    if (rows.size() < kScanPage) break;
    begin = KeyAfter(rows.back().key);
  }
  writes->Put(Keyspace::kTrustMetadata, newest_key, NewestValue(version, newest.epoch));
  writes->Put(Keyspace::kTrustMetadata, MetadataKey(publisher, role, version), content);
  return absl::OkStatus();
}

absl::Status MetadataStore::ForgetEarlier(const MemberId& publisher, absl::string_view role) {
  MRG_ASSIGN_OR_RETURN(const int64_t newest, NewestVersion(publisher, role));
  const std::string begin = MetadataKey(publisher, role, 0);
  const std::string end = MetadataKey(publisher, role, newest);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store_->Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    if (rows.empty()) return absl::OkStatus();
    WriteSet writes;
    for (const Row& row : rows) writes.Delete(Keyspace::kTrustMetadata, row.key);
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  }
}

absl::Status MetadataStore::Save(const MemberId& publisher, absl::string_view role, int64_t version,
                                 absl::string_view content) {
  MRG_ASSIGN_OR_RETURN(const NewestRow newest, ReadNewestRow(publisher, role));
  WriteSet writes;
  MRG_RETURN_IF_ERROR(Stage(publisher, role, version, content, newest, &writes));
  return store_->Commit(writes).status;
}

absl::Status MetadataStore::SaveTimestamp(const MemberId& publisher, absl::string_view keys_sha256,
                                          int64_t version, absl::string_view content,
                                          absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const NewestRow newest, ReadNewestRow(publisher, kTimestampRole));
  WriteSet writes;
  MRG_RETURN_IF_ERROR(
      StageTimestamp(publisher, keys_sha256, version, content, newest, now, &writes));
  return store_->Commit(writes).status;
}

absl::Status MetadataStore::DropForgotten(const MemberId& publisher) {
  MRG_ASSIGN_OR_RETURN(const uint64_t epoch, timestamps_.Epoch(publisher));
  const std::string prefix = PublisherKey(publisher);
  const std::string end = PrefixEnd(prefix);
  std::string begin = prefix;
  std::string trusted_role;  // the last one whose newest row was seen to count
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store_->Scan(Keyspace::kTrustMetadata, begin, end, kDropPage));
    WriteSet writes;
    for (const Row& row : rows) {
      OrderedKeyReader reader(absl::string_view(row.key).substr(prefix.size()));
      MRG_ASSIGN_OR_RETURN(const std::string role, reader.Text());
      if (reader.done()) {
        MRG_ASSIGN_OR_RETURN(const Stated newest, DecodeNewest(row.value));
        if (role == kRootRole || newest.epoch == epoch) trusted_role = role;
      }
      if (role == trusted_role) continue;
      writes.RequireVersion(Keyspace::kTrustMetadata, row.key, row.version);
      writes.Delete(Keyspace::kTrustMetadata, row.key);
    }
    if (!writes.writes().empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
    if (rows.size() < kDropPage) return absl::OkStatus();
    begin = KeyAfter(rows.back().key);
  }
}

}  // namespace mrg
