#include "trustlist/metadata_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/repository_names.h"
#include "trustlist/stored_keys.h"

namespace mrg {
namespace {

constexpr size_t kPruneAtOnce = 64;
constexpr size_t kScanPage = 256;

std::string EncodeVersion(int64_t version) {
  return OrderedKey().U64(static_cast<uint64_t>(version)).Take();
}

absl::StatusOr<int64_t> DecodeVersion(absl::string_view value) {
  OrderedKeyReader reader(value);
  MRG_ASSIGN_OR_RETURN(const uint64_t version, reader.U64());
  return static_cast<int64_t>(version);
}

}  // namespace

absl::StatusOr<int64_t> MetadataStore::NewestVersion(const MemberId& publisher,
                                                     absl::string_view role) const {
  MRG_ASSIGN_OR_RETURN(const auto row,
                       store_->Get(Keyspace::kTrustMetadata, NewestKey(publisher, role)));
  if (!row.has_value()) return 0;
  return DecodeVersion(row->value);
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
                                  WriteSet* writes) const {
  const std::string newest_key = NewestKey(publisher, role);
  MRG_ASSIGN_OR_RETURN(const auto newest, store_->Get(Keyspace::kTrustMetadata, newest_key));
  if (newest.has_value()) {
    MRG_ASSIGN_OR_RETURN(const int64_t trusted, DecodeVersion(newest->value));
    if (version < trusted) {
      return MakeError(Reason::kMetadataRollback,
                       absl::StrCat(role, " version ", trusted, " is trusted already"));
    }
    writes->RequireVersion(Keyspace::kTrustMetadata, newest_key, newest->version);
  } else {
    writes->RequireAbsent(Keyspace::kTrustMetadata, newest_key);
  }
  if (role != kRootRole && version > kKeptVersions) {
    MRG_ASSIGN_OR_RETURN(
        const auto old_rows,
        store_->Scan(Keyspace::kTrustMetadata, MetadataKey(publisher, role, 0),
                     MetadataKey(publisher, role, version - kKeptVersions), kPruneAtOnce));
    for (const Row& row : old_rows) writes->Delete(Keyspace::kTrustMetadata, row.key);
  }
  writes->Put(Keyspace::kTrustMetadata, newest_key, EncodeVersion(version));
  writes->Put(Keyspace::kTrustMetadata, MetadataKey(publisher, role, version), content);
  return absl::OkStatus();
}

absl::Status MetadataStore::Save(const MemberId& publisher, absl::string_view role, int64_t version,
                                 absl::string_view content) {
  WriteSet writes;
  MRG_RETURN_IF_ERROR(Stage(publisher, role, version, content, &writes));
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
