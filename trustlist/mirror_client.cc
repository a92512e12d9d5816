#include "trustlist/mirror_client.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/delegation_search.h"
#include "trustlist/durable_file.h"
#include "trustlist/repository_names.h"

namespace mrg {
namespace {

// Names of our own files, with room for an extension below the 255 bytes of common file systems.
constexpr size_t kLocalNameBytesMax = 200;
constexpr size_t kLocalNamePrefixBytes = 100;

size_t BytesMax(const MetaFile& stated, size_t limit) {
  return stated.length.has_value() ? std::min<size_t>(*stated.length, limit) : limit;
}

// The name of a metadata file on the mirror (TUF 6.2.1 with and without consistent snapshots).
std::string MirrorName(absl::string_view role, int64_t version, bool consistent) {
  const std::string name = absl::StrCat(PercentEncoded(role), ".json");
  return consistent ? absl::StrCat(version, ".", name) : name;
}

// Dots alone would name a folder.
std::string EncodedSegment(absl::string_view text) {
  std::string encoded = PercentEncoded(text);
  if (encoded.find_first_not_of('.') != std::string::npos) return encoded;
  return absl::StrReplaceAll(encoded, {{".", "%2E"}});
}

// What a target or role is called in our own folders. A name that a file system would not take
// ends in its digest instead.
std::string LocalName(absl::string_view name) {
  std::string encoded = EncodedSegment(name);
  if (encoded.size() <= kLocalNameBytesMax) return encoded;
  encoded.resize(kLocalNamePrefixBytes);
  return absl::StrCat(encoded, "-", absl::BytesToHexString(Sha256(name)));
}

// The path of a target on the mirror: the digest stands before the last segment (TUF 6.2.2).
std::string MirrorPath(const ListedTarget& target, bool consistent) {
  std::string path;
  absl::string_view rest = target.path;
  for (size_t slash = rest.find('/'); slash != absl::string_view::npos; slash = rest.find('/')) {
    absl::StrAppend(&path, EncodedSegment(rest.substr(0, slash)), "/");
    rest.remove_prefix(slash + 1);
  }
  if (consistent) {
    const TargetFile& file = target.file;
    absl::StrAppend(&path, absl::BytesToHexString(file.sha256.empty() ? file.sha512 : file.sha256),
                    ".");
  }
  absl::StrAppend(&path, consistent ? PercentEncoded(rest) : EncodedSegment(rest));
  return path;
}

}  // namespace

std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                       c == '-' || c == '~';
    if (plain) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

MirrorClient::MirrorClient(std::string folder, FileSource* metadata, FileSource* targets,
                           MetadataLimits limits)
    : folder_(std::move(folder)), metadata_(metadata), targets_(targets), limits_(limits) {}

absl::Status MirrorClient::Init(const std::string& folder, absl::string_view root_bytes) {
  MRG_RETURN_IF_ERROR(TrustedMetadataSet::FromTrustedRoot(root_bytes, absl::InfinitePast(),
                                                          ClientRules::kSpecification)
                          .status());
  return WriteDurably(absl::StrCat(folder, "/", kRootRole, ".json"), root_bytes);
}

absl::Status MirrorClient::Refresh(absl::Time now) { return Update(now).status(); }

absl::StatusOr<std::string> MirrorClient::Download(absl::string_view path,
                                                   const std::string& target_folder,
                                                   absl::Time now) {
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted, Update(now));
  const auto lookup = [&](absl::string_view role,
                          absl::string_view delegator) -> absl::StatusOr<const TargetsMetadata*> {
    if (trusted.FindRole(role) == nullptr) {
      MRG_RETURN_IF_ERROR(UpdateTargets(&trusted, delegator, role));
    }
    return trusted.FindRole(role);
  };
  MRG_ASSIGN_OR_RETURN(const std::optional<ListedTarget> target, FindTarget(path, lookup));
  if (!target.has_value()) {
    return MakeError(Reason::kTargetNotFound, "no role that a client visits lists the target");
  }
  const std::string file = absl::StrCat(target_folder, "/", LocalName(path));
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> before, ReadFileIfThere(file));
  if (before.has_value() && target->file.Fits(*before)) return file;
  // 5.7.2, 5.7.3
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       targets_->Fetch(MirrorPath(*target, trusted.root().consistent_snapshot),
                                       target->file.length));
  if (!target->file.Fits(bytes)) {
    return MakeError(Reason::kMetadataMismatch, "the target is not the content that was listed");
  }
  MRG_RETURN_IF_ERROR(WriteDurably(file, bytes));
  return file;
}

// Reads like clause 5.
absl::StatusOr<TrustedMetadataSet> MirrorClient::Update(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> root, ReadTrusted(kRootRole));
  if (!root.has_value()) {
    return MakeError(Reason::kMetadataNotFound, "there is no trusted root: init comes first");
  }
  // 5.1, 5.2
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted, TrustedMetadataSet::FromTrustedRoot(
                                                       *root, now, ClientRules::kSpecification));
  MRG_RETURN_IF_ERROR(UpdateRoot(&trusted));
  MRG_RETURN_IF_ERROR(UpdateTimestamp(&trusted));
  MRG_RETURN_IF_ERROR(UpdateSnapshot(&trusted));
  MRG_RETURN_IF_ERROR(UpdateTargets(&trusted, "", kTargetsRole));
  return trusted;
}

// 5.3
absl::Status MirrorClient::UpdateRoot(TrustedMetadataSet* trusted) {
  for (int rotation = 0; rotation < limits_.root_rotations_max; ++rotation) {
    const RootMetadata before = trusted->root();
    // 5.3.3: roots have versions in their names with and without consistent snapshots.
    const auto bytes =
        metadata_->Fetch(MirrorName(kRootRole, before.header.version + 1, /*consistent=*/true),
                         limits_.root_bytes_max);
    if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) break;
    MRG_RETURN_IF_ERROR(bytes.status());
    // 5.3.4 - 5.3.7
    MRG_RETURN_IF_ERROR(trusted->UpdateRoot(*bytes));
    // 5.3.8
    MRG_RETURN_IF_ERROR(WriteTrusted(kRootRole, *bytes));
    // 5.3.11
    if (RoleKeysDiffer(before, trusted->root(), kTimestampRole) ||
        RoleKeysDiffer(before, trusted->root(), kSnapshotRole)) {
      MRG_RETURN_IF_ERROR(ForgetTrusted(kTimestampRole));
      MRG_RETURN_IF_ERROR(ForgetTrusted(kSnapshotRole));
    }
  }
  // 5.3.10
  return trusted->CheckRootExpiry();
}

// 5.4
absl::Status MirrorClient::UpdateTimestamp(TrustedMetadataSet* trusted) {
  MRG_ASSIGN_OR_RETURN(const auto stored, ReadTrusted(kTimestampRole));
  if (stored.has_value()) trusted->RememberTimestamp(*stored);
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       metadata_->Fetch(MirrorName(kTimestampRole, 0, /*consistent=*/false),
                                        limits_.timestamp_bytes_max));
  MRG_RETURN_IF_ERROR(trusted->UpdateTimestamp(bytes));
  if (!trusted->took_timestamp()) return absl::OkStatus();
  return WriteTrusted(kTimestampRole, bytes);
}

// 5.5
absl::Status MirrorClient::UpdateSnapshot(TrustedMetadataSet* trusted) {
  MRG_ASSIGN_OR_RETURN(const auto stored, ReadTrusted(kSnapshotRole));
  if (stored.has_value()) {
    trusted->RememberSnapshot(*stored);
    if (trusted->UpdateSnapshot(*stored).ok()) return absl::OkStatus();
  }
  const MetaFile& stated = trusted->timestamp().snapshot;
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       metadata_->Fetch(MirrorName(kSnapshotRole, stated.version,
                                                   trusted->root().consistent_snapshot),
                                        BytesMax(stated, limits_.snapshot_bytes_max)));
  MRG_RETURN_IF_ERROR(trusted->UpdateSnapshot(bytes));
  return WriteTrusted(kSnapshotRole, bytes);
}

// 5.6, for the top-level targets and each delegated role that a search visits.
absl::Status MirrorClient::UpdateTargets(TrustedMetadataSet* trusted, absl::string_view delegator,
                                         absl::string_view role) {
  const auto take = [&](const std::string& bytes) {
    return role == kTargetsRole ? trusted->UpdateTargets(bytes)
                                : trusted->UpdateDelegated(delegator, role, bytes);
  };
  MRG_ASSIGN_OR_RETURN(const auto stored, ReadTrusted(role));
  if (stored.has_value() && take(*stored).ok()) return absl::OkStatus();
  const auto stated = trusted->snapshot().roles.find(std::string(role));
  if (stated == trusted->snapshot().roles.end()) {
    return MakeError(Reason::kMetadataMismatch, "the snapshot does not name the role");
  }
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       metadata_->Fetch(MirrorName(role, stated->second.version,
                                                   trusted->root().consistent_snapshot),
                                        BytesMax(stated->second, limits_.targets_bytes_max)));
  MRG_RETURN_IF_ERROR(take(bytes));
  return WriteTrusted(role, bytes);
}

std::string MirrorClient::TrustedFile(absl::string_view role) const {
  return absl::StrCat(folder_, "/", LocalName(role), ".json");
}

absl::StatusOr<std::optional<std::string>> MirrorClient::ReadTrusted(absl::string_view role) const {
  return ReadFileIfThere(TrustedFile(role));
}

absl::Status MirrorClient::WriteTrusted(absl::string_view role, absl::string_view bytes) const {
  return WriteDurably(TrustedFile(role), bytes);
}

absl::Status MirrorClient::ForgetTrusted(absl::string_view role) const {
  std::error_code error;
  std::filesystem::remove(TrustedFile(role), error);
  if (!error) return absl::OkStatus();
  return MakeError(Reason::kStoreUnavailable, error.message());
}

}  // namespace mrg
