#include "gateway/ceremony/membership.h"

#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/membership/federation_list.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

absl::StatusOr<RootState> ReadRootFile(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_RETURN_IF_ERROR(RootMetadata::Parse(envelope).status());
  MRG_ASSIGN_OR_RETURN(const MetadataDraft root, MetadataDraft::FromBytes(bytes));
  return RootState{root.version(), root.SignedSha256()};
}

absl::StatusOr<trustlist::v1::Federation> ListedFederation(const RepositoryFolder& folder) {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, folder.Read(kTargetsRole));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  const auto listed = targets.targets.find(kFederationPath);
  if (listed == targets.targets.end()) return trustlist::v1::Federation();
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       folder.ReadTarget(kFederationPath, listed->second.sha256));
  return ParseFederation(bytes);
}

}  // namespace mrg
