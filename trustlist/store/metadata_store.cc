#include "trustlist/store/metadata_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

// A commit adds one version, so that any number above one catches up.
constexpr size_t kPruneAtOnce = 16;
constexpr size_t kScanPage = 256;

std::string EncodeVersion(int64_t version) {
  return OrderedKey().U64(static_cast<uint64_t>(version)).Take();
}

absl::StatusOr<int64_t> DecodeVersion(absl::string_view value) {
  OrderedKeyReader reader(value);
  MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
  return static_cast<int64_t>(version);
}

// Result: the version at the end of a MetadataKey.
absl::StatusOr<int64_t> VersionOfKey(absl::string_view key) {
  return DecodeVersion(key.substr(key.size() - std::min(key.size(), sizeof(uint64_t))));
}

bool SameContent(absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  const auto first = SignedEnvelope::Parse(a);
  const auto second = SignedEnvelope::Parse(b);
  return first.ok() && second.ok() && first->signed_sha256() == second->signed_sha256();
}

// Result: when the timestamp runs out, soon after it was signed; the infinite past when it does not
// parse.
absl::Time ExpiryOf(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok()) return absl::InfinitePast();
  const auto timestamp = TimestampMetadata::Parse(*envelope);
  return timestamp.ok() ? timestamp->header.expires : absl::InfinitePast();
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
  MRG_ASSIGN_OR_RETURN(const auto row,
                       store_->Get(Keyspace::kTrustMetadata, NewestKey(publisher, role)));
  if (!row.has_value()) return NewestRow();
  MRG_ASSIGN_OR_RETURN(const int64_t version, DecodeVersion(row->value));
  return NewestRow{version, row->version};
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

absl::Status MetadataStore::KeepEarlier(const MemberId& publisher, absl::string_view role,
                                        int64_t version, absl::string_view content) {
  const std::string key = MetadataKey(publisher, role, version);
  MRG_ASSIGN_OR_RETURN(const auto kept, store_->Get(Keyspace::kTrustMetadata, key));
  if (kept.has_value()) return absl::OkStatus();
  WriteSet writes;
  writes.RequireAbsent(Keyspace::kTrustMetadata, key);
  writes.Put(Keyspace::kTrustMetadata, key, content);
  return store_->Commit(writes).status;
}

absl::Status MetadataStore::Stage(const MemberId& publisher, absl::string_view role,
                                  int64_t version, absl::string_view content,
                                  const NewestRow& newest, WriteSet* writes) const {
  if (version < newest.version) {
    return MakeError(Reason::kMetadataRollback,
                     absl::StrCat(role, " version ", newest.version, " is trusted already"));
  }
  if (version == newest.version && (role == kRootRole || role == kTimestampRole)) {
    MRG_ASSIGN_OR_RETURN(const auto trusted, Read(publisher, role, version));
    if (trusted.has_value() && !SameContent(*trusted, content)) {
      return MakeError(Reason::kMetadataMismatch,
                       absl::StrCat(role, " version ", version, " is trusted with other content"));
    }
  }
  const std::string newest_key = NewestKey(publisher, role);
  RequireRow(newest_key, newest, writes);
  MRG_RETURN_IF_ERROR(StagePruning(publisher, role, version, content, writes));
  writes->Put(Keyspace::kTrustMetadata, newest_key, EncodeVersion(version));
  writes->Put(Keyspace::kTrustMetadata, MetadataKey(publisher, role, version), content);
  return absl::OkStatus();
}

absl::Status MetadataStore::StagePruning(const MemberId& publisher, absl::string_view role,
                                         int64_t version, absl::string_view content,
                                         WriteSet* writes) const {
  if (role == kRootRole) return absl::OkStatus();
  const bool is_timestamp = role == kTimestampRole;
  const int64_t kept = is_timestamp ? kKeptTimestamps : kKeptVersions;
  // By what the files say: the same whoever prunes, and a clock that steps takes nothing away.
  const absl::Time expired_before =
      is_timestamp ? ExpiryOf(content) - kKeptTimestampsFor : absl::InfinitePast();
  MRG_ASSIGN_OR_RETURN(const auto oldest,
                       store_->Scan(Keyspace::kTrustMetadata, MetadataKey(publisher, role, 0),
                                    MetadataKey(publisher, role, version), kPruneAtOnce));
  for (const Row& row : oldest) {
    MRG_ASSIGN_OR_RETURN(const int64_t old, VersionOfKey(row.key));
    if (old >= version - kept && (!is_timestamp || ExpiryOf(row.value) >= expired_before)) break;
    writes->Delete(Keyspace::kTrustMetadata, row.key);
  }
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
  writes->Put(Keyspace::kTrustMetadata, newest_key, EncodeVersion(version));
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

absl::Status MetadataStore::StageForgetAllButRoot(const MemberId& publisher,
                                                  WriteSet* writes) const {
  std::string begin = PublisherKey(publisher);
  const std::string end = PrefixEnd(begin);
  const std::string root_prefix = NewestKey(publisher, kRootRole);
  while (true) {
    MRG_ASSIGN_OR_RETURN(const auto rows,
                         store_->Scan(Keyspace::kTrustMetadata, begin, end, kScanPage));
    for (const Row& row : rows) {
      if (!absl::StartsWith(row.key, root_prefix)) {
        writes->Delete(Keyspace::kTrustMetadata, row.key);
      }
    }
    if (rows.size() < kScanPage) return absl::OkStatus();
    begin = KeyAfter(rows.back().key);
  }
}

}  // namespace mrg
