#ifndef MRG_GATEWAY_ANSWER_BUNDLE_UPLOADS_H_
#define MRG_GATEWAY_ANSWER_BUNDLE_UPLOADS_H_

// The answer to ImportBundle: trust lists come as files, message by message, and what holds of them
// goes in force. One bundle at a time, since each may take gigabytes.

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/bundle_import.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "trustlist/bundle/bundle_files.h"

namespace mrg {

// The room for the one bundle.
struct BundlePlace {};

// One bundle on its way in. Threads: one call at a time.
class BundleUpload {
 public:
  // `place` is free again when this goes. `import` must outlive this.
  BundleUpload(const BundleImport* import, std::unique_ptr<BundleFiles> files,
               std::shared_ptr<const BundlePlace> place)
      : import_(import), files_(std::move(files)), place_(std::move(place)) {}

  // Takes the files of one message. Errors: BUNDLE_MALFORMED when the message before said that it
  // was the last one; as BundleFiles::Add.
  absl::Status Take(const gateway::v1::ImportBundleRequest& message);
  // After the last message: puts in force what holds. Result: what became of each publisher's part,
  // in the order of BundleImport::Import; one that is refused says why.
  // Errors: BUNDLE_MALFORMED when the last message did not say that it was the last one.
  absl::StatusOr<gateway::v1::ImportBundleResponse> Finish(absl::Time now) const;

 private:
  const BundleImport* const import_;
  const std::unique_ptr<BundleFiles> files_;
  const std::shared_ptr<const BundlePlace> place_;
  bool complete_ = false;
};

// Thread-safe.
class BundleUploads {
 public:
  // `folder` is where an uploaded bundle takes its space. `import` must outlive this.
  BundleUploads(const BundleImport* import, std::string folder)
      : import_(import), folder_(std::move(folder)) {}

  // Result: a bundle without files yet. Errors: OVERLOADED while another one is there; as
  // BundleFiles::Create.
  absl::StatusOr<std::unique_ptr<BundleUpload>> Begin();

 private:
  const BundleImport* const import_;
  const std::string folder_;

  Mutex mu_;
  std::weak_ptr<const BundlePlace> taken_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_BUNDLE_UPLOADS_H_
