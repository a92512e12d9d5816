#include "trustlist/blob_store.h"

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {

absl::StatusOr<std::string> BlobStore::ReadBlob(absl::string_view sha256) const {
  MRG_ASSIGN_OR_RETURN(auto stored, store_->Get(Keyspace::kBlob, sha256));
  if (!stored.has_value()) {
    return MakeError(Reason::kTreeNodeNotFound, "no blob of this digest is stored");
  }
  if (Sha256(stored->value) != sha256) {
    return MakeError(Reason::kStoreCorrupt, "a blob does not have the digest it is stored under");
  }
  return std::move(stored->value);
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

}  // namespace mrg
