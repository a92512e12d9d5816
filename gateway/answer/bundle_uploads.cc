#include "gateway/answer/bundle_uploads.h"

#include "gateway/answer/trust_state_fields.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::Status BundleUpload::Take(const gateway::v1::ImportBundleRequest& message) {
  if (complete_) {
    return MakeError(Reason::kBundleMalformed, "a message follows the one that said `complete`");
  }
  for (const auto& file : message.files()) {
    MRG_RETURN_IF_ERROR(files_->Add(file.name(), file.content()));
  }
  complete_ = message.complete();
  return absl::OkStatus();
}

absl::StatusOr<gateway::v1::ImportBundleResponse> BundleUpload::Finish(absl::Time now) const {
  if (!complete_) {
    return MakeError(Reason::kBundleMalformed, "the upload ended before it was complete");
  }
  gateway::v1::ImportBundleResponse response;
  for (const BundleOutcome& outcome : import_->Import(*files_, now)) {
    gateway::v1::ImportedPublisher* const publisher = response.add_publishers();
    publisher->set_publisher(outcome.publisher.value());
    publisher->set_own(outcome.own);
    publisher->set_changed(outcome.changed);
    if (outcome.in_force.has_value()) AddRoles(*outcome.in_force, publisher->mutable_roles());
    if (outcome.status.ok()) continue;
    const Reason reason = ReasonOf(outcome.status).value_or(Reason::kInvariantBroken);
    publisher->set_refusal(std::string(TokenOf(reason)));
    publisher->set_detail(std::string(outcome.status.message()));
  }
  return response;
}

absl::StatusOr<std::unique_ptr<BundleUpload>> BundleUploads::Begin() {
  auto place = std::make_shared<const BundlePlace>();
  {
    MutexLock lock(mu_);
    if (!taken_.expired()) {
      return MakeError(Reason::kOverloaded, "another bundle is being imported");
    }
    taken_ = place;
  }
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<BundleFiles> files, BundleFiles::Create(folder_));
  return std::make_unique<BundleUpload>(import_, std::move(files), std::move(place));
}

}  // namespace mrg
