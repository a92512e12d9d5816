#ifndef MRG_GATEWAY_ANSWER_PACKS_BY_DIGEST_H_
#define MRG_GATEWAY_ANSWER_PACKS_BY_DIGEST_H_

// Mapping packs by their digest: in force, or as they were when a decision was made. A pack that is
// no longer in force is compiled once and kept, since compiling runs all of its examples.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "gateway/base/mutex.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/translation/compiled_pack.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// Thread-safe.
class PacksByDigest {
 public:
  // `blobs` must outlive this.
  explicit PacksByDigest(const BlobReader* blobs) : blobs_(blobs) {}

  // Result: the pack with this digest (32 raw bytes), read under the snapshot's dictionary.
  // Errors: as BlobReader::ReadBlob and CompiledPack::Compile.
  absl::StatusOr<std::shared_ptr<const CompiledPack>> Find(const RecognitionSnapshot& snapshot,
                                                           const std::string& sha256);

 private:
  using Key = std::pair<std::string, std::string>;  // digests of the pack and of the dictionary

  const BlobReader* const blobs_;

  Mutex mu_;
  std::map<Key, std::shared_ptr<const CompiledPack>> compiled_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_PACKS_BY_DIGEST_H_
