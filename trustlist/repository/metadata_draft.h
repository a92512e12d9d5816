#ifndef MRG_TRUSTLIST_REPOSITORY_METADATA_DRAFT_H_
#define MRG_TRUSTLIST_REPOSITORY_METADATA_DRAFT_H_

// A metadata file under edit: changed, then signed by as many signers as it takes. Every change
// drops the signatures, because they no longer fit.
//
// Threads: an object belongs to one thread.

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/signer.h"
#include "trustlist/format/json_document.h"
#include "trustlist/format/targets_metadata.h"

namespace mrg {

class MetadataDraft {
 public:
  // Takes up a file. Errors: METADATA_MALFORMED.
  static absl::StatusOr<MetadataDraft> FromBytes(absl::string_view bytes);
  // Starts a file from its `signed` part. REQUIRES: an object.
  static MetadataDraft FromSigned(Json signed_part);

  const Json& signed_part() const { return signed_; }
  int64_t version() const;
  // Result: the number of signatures the file has now.
  size_t signature_count() const { return signatures_.size(); }

  void SetVersion(int64_t version);
  // `expires` is cut down to whole seconds.
  void SetExpires(absl::Time expires);
  // Replaces any member of the `signed` part.
  void SetMember(const std::string& name, Json value);

  // Lists or replaces a target. REQUIRES: a targets file; `file.sha256` has 32 raw bytes.
  void SetTarget(const std::string& path, const TargetFile& file);
  // Removes a target; an absent one is no error.
  void RemoveTarget(const std::string& path);

  // Adds the signature of `signer`, replacing an earlier one by the same key.
  // Errors: INVARIANT_BROKEN when the signer fails.
  absl::Status Sign(const Signer& signer);

  // Result: the file, indented for reading, ending in a newline.
  std::string Bytes() const;
  // Result: SHA-256 of the canonical `signed` part, 32 raw bytes.
  std::string SignedSha256() const;

 private:
  MetadataDraft() = default;

  Json signed_;
  Json signatures_ = Json::array();
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_METADATA_DRAFT_H_
