#include "trustlist/store/blob_store.h"

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

absl::Status CheckDigest(absl::string_view bytes, absl::string_view sha256) {
  if (Sha256(bytes) == sha256) return absl::OkStatus();
  return MakeError(Reason::kStoreCorrupt, "a blob does not have the digest it is stored under");
}

}  // namespace

absl::StatusOr<std::string> BlobStore::ReadBlob(absl::string_view sha256) const {
  MRG_ASSIGN_OR_RETURN(auto stored, store_->Get(Keyspace::kBlob, sha256));
  if (!stored.has_value()) {
    return MakeError(Reason::kTreeNodeNotFound, "no blob of this digest is stored");
  }
  MRG_RETURN_IF_ERROR(CheckDigest(stored->value, sha256));
  return std::move(stored->value);
}

absl::StatusOr<std::vector<std::optional<std::string>>> BlobStore::ReadBlobs(
    std::span<const std::string> sha256s) const {
  MRG_ASSIGN_OR_RETURN(auto stored, store_->GetMany(Keyspace::kBlob, sha256s));
  std::vector<std::optional<std::string>> blobs(stored.size());
  for (size_t i = 0; i < stored.size(); ++i) {
    if (!stored[i].has_value()) continue;
    MRG_RETURN_IF_ERROR(CheckDigest(stored[i]->value, sha256s[i]));
    blobs[i] = std::move(stored[i]->value);
  }
  return blobs;
}

absl::StatusOr<bool> BlobStore::Holds(absl::string_view sha256) const {
  MRG_ASSIGN_OR_RETURN(const auto stored, store_->Get(Keyspace::kBlob, sha256));
  return stored.has_value();
}

absl::Status BlobStore::Put(const std::map<std::string, std::string>& blobs) {
  WriteSet writes;
  PutBlobs(blobs, &writes);
  writes.AllowLoss();
  return store_->Commit(writes).status;
}

void PutBlobs(const std::map<std::string, std::string>& blobs, WriteSet* set) {
  for (const auto& [sha256, bytes] : blobs) set->Put(Keyspace::kBlob, sha256, bytes);
}

absl::StatusOr<std::string> OverlayBlobReader::ReadBlob(absl::string_view sha256) const {
  auto found = fresh_->find(std::string(sha256));
  if (found != fresh_->end()) return found->second;
  return stored_->ReadBlob(sha256);
}

absl::StatusOr<std::vector<std::optional<std::string>>> OverlayBlobReader::ReadBlobs(
    std::span<const std::string> sha256s) const {
  std::vector<std::optional<std::string>> blobs(sha256s.size());
  std::vector<std::string> others;
  std::vector<size_t> places;
  for (size_t i = 0; i < sha256s.size(); ++i) {
    auto found = fresh_->find(sha256s[i]);
    if (found != fresh_->end()) {
      blobs[i] = found->second;
    } else {
      others.push_back(sha256s[i]);
      places.push_back(i);
    }
  }
  MRG_ASSIGN_OR_RETURN(auto stored, stored_->ReadBlobs(others));
  for (size_t i = 0; i < places.size(); ++i) blobs[places[i]] = std::move(stored[i]);
  return blobs;
}

}  // namespace mrg
