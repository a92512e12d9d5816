#include "gateway/snapshot/snapshot_manifest.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"

namespace mrg {

gateway::v1::SnapshotManifest ToManifest(const std::vector<InForceSet>& sets) {
  std::vector<InForceSet> sorted = sets;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.publisher < b.publisher; });
  gateway::v1::SnapshotManifest manifest;
  for (InForceSet& set : sorted) {
    std::sort(set.roles.begin(), set.roles.end(),
              [](const auto& a, const auto& b) { return a.role < b.role; });
    std::sort(set.targets.begin(), set.targets.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    gateway::v1::ManifestPublisher* publisher = manifest.add_publishers();
    publisher->set_publisher(set.publisher.value());
    publisher->set_forked(set.forked);
    for (const RoleVersion& role : set.roles) {
      gateway::v1::ManifestRole* out = publisher->add_roles();
      out->set_role(role.role);
      out->set_version(role.version);
      out->set_signed_sha256(role.signed_sha256);
      out->set_expires_us(absl::ToUnixMicros(role.expires));
    }
    for (const InForceTarget& target : set.targets) {
      gateway::v1::ManifestTarget* out = publisher->add_targets();
      out->set_path(target.path);
      out->set_sha256(target.sha256);
      out->set_length(target.length);
      out->set_role(target.role);
      out->set_is_tree(target.is_tree);
    }
    std::sort(set.left_out.begin(), set.left_out.end(), [](const auto& a, const auto& b) {
      return std::tie(a.through, a.delegator, a.role) < std::tie(b.through, b.delegator, b.role);
    });
    for (const LeftOutRole& left_out : set.left_out) {
      gateway::v1::ManifestLeftOut* out = publisher->add_left_out();
      out->set_through(left_out.through);
      out->set_delegator(left_out.delegator);
      out->set_role(left_out.role);
      out->set_reason(std::string(TokenOf(left_out.reason)));
    }
  }
  return manifest;
}

absl::StatusOr<std::vector<InForceSet>> FromManifest(
    const gateway::v1::SnapshotManifest& manifest) {
  std::vector<InForceSet> sets;
  for (const gateway::v1::ManifestPublisher& publisher : manifest.publishers()) {
    auto member = MemberId::Parse(publisher.publisher());
    if (!member.ok()) {
      return MakeError(Reason::kStoreCorrupt, "a snapshot manifest names no member id");
    }
    InForceSet set{*std::move(member), {}, {}, publisher.forked()};
    for (const gateway::v1::ManifestRole& role : publisher.roles()) {
      set.roles.push_back({role.role(), role.version(), role.signed_sha256(),
                           absl::FromUnixMicros(role.expires_us())});
    }
    for (const gateway::v1::ManifestTarget& target : publisher.targets()) {
      set.targets.push_back(
          {target.path(), target.sha256(), target.role(), target.length(), target.is_tree()});
    }
    for (const gateway::v1::ManifestLeftOut& left_out : publisher.left_out()) {
      const std::optional<Reason> reason = ReasonFromToken(left_out.reason());
      if (!reason.has_value()) {
        return MakeError(Reason::kStoreCorrupt, "a snapshot manifest gives no known reason");
      }
      set.left_out.push_back({left_out.through(), left_out.delegator(), left_out.role(), *reason});
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

std::string SnapshotId(const gateway::v1::SnapshotManifest& manifest) {
  return Sha256(CanonicalBytes(manifest));
}

}  // namespace mrg
