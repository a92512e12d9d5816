#include "gateway/daemon/root_alarms.h"

#include <optional>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/first_trust.h"
#include "trustlist/repository_names.h"

namespace mrg {
namespace {

constexpr char kFederationPath[] = "federation";
constexpr int64_t kFirstRoot = 1;

}  // namespace

absl::Status RootAlarms::Look(const InForceSet& set) {
  MutexLock lock(mu_);
  if (set.publisher == hub_) MRG_RETURN_IF_ERROR(ReadList(set));
  for (const auto& [id, digest] : named_) {
    const auto member = MemberId::Parse(id);
    if (!member.ok()) continue;
    MRG_ASSIGN_OR_RETURN(const std::optional<std::string> root,
                         metadata_.Read(*member, kRootRole, kFirstRoot));
    // A member that is not followed has none.
    if (!root.has_value()) continue;
    MRG_ASSIGN_OR_RETURN(const std::string trusted, RootDigest(*root));
    const bool conflict = trusted != digest;
    metrics_->root_conflict.Set({{"publisher", LabelValue::OfMember(*member)}}, conflict ? 1 : 0);
    if (conflict && told_.emplace(id, digest).second) {
      events_->Write(Event::kMemberRootConflict, {{"publisher", *member}});
    }
  }
  return absl::OkStatus();
}

absl::Status RootAlarms::ReadList(const InForceSet& hub_set) {
  named_.clear();
  const InForceTarget* const target = hub_set.FindTarget(kFederationPath);
  if (target == nullptr) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_->ReadBlob(target->sha256));
  MRG_ASSIGN_OR_RETURN(
      const trustlist::v1::Federation list,
      ParseCanonical<trustlist::v1::Federation>(bytes, Reason::kMetadataMalformed));
  for (const auto& member : list.members()) {
    if (!member.first_root_sha256().empty()) named_[member.member()] = member.first_root_sha256();
  }
  return absl::OkStatus();
}

}  // namespace mrg
