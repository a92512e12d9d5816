#include "gateway/answer/packs_by_digest.h"

#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// Those of disputes filed after their agreement moved on; far more than there are of one year.
constexpr size_t kCompiledMax = 64;

}  // namespace

absl::StatusOr<std::shared_ptr<const CompiledPack>> PacksByDigest::Find(
    const RecognitionSnapshot& snapshot, const std::string& sha256) {
  const PackFact* const in_force = snapshot.FindPack(sha256);
  if (in_force != nullptr) return in_force->pack;
  const Key key = {sha256, snapshot.dictionary_target().sha256};
  {
    MutexLock lock(mu_);
    const auto found = compiled_.find(key);
    if (found != compiled_.end()) return found->second;
  }
  MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_->ReadBlob(sha256));
  MRG_ASSIGN_OR_RETURN(std::shared_ptr<const CompiledPack> pack,
                       CompiledPack::Compile(bytes, snapshot.dictionary()));
  MutexLock lock(mu_);
  // Which packs there are, the members' targets roles say, so that starting over is rare.
  if (compiled_.size() >= kCompiledMax) compiled_.clear();
  compiled_[key] = pack;
  return pack;
}

}  // namespace mrg
