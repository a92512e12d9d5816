#include "tests/chaos/published_lists.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/targets_metadata.h"

namespace mrg {
namespace {

using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::TrustRepositoryService;

bool ListsTargets(absl::string_view role) {
  return role != "root" && role != "timestamp" && role != "snapshot";
}

}  // namespace

std::string InWords(const RoleName& name) {
  return absl::StrCat(name.publisher, " ", name.role, " ", name.version);
}

PublishedLists::PublishedLists(const Federation& federation) {
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    const char* const asking = absl::string_view(member) == kDelta ? kChuanyu : kDelta;
    channels_[member] = federation.FederationListener(member, absl::StrCat(asking, "/node"));
  }
}

std::string PublishedLists::ServedAt(const std::string& at, const RoleName& name) const {
  GetMetadataRequest request;
  request.set_publisher(name.publisher);
  request.set_role(name.role);
  request.set_version(name.version);
  GetMetadataResponse response;
  const grpc::Status status = Call<TrustRepositoryService>(
      channels_.at(at), &TrustRepositoryService::Stub::GetMetadata, request, &response);
  EXPECT_TRUE(status.ok()) << at << ", " << InWords(name) << ": " << ReasonIn(status);
  return response.content();
}

std::string PublishedLists::SignedDigestAt(const std::string& at, const RoleName& name) const {
  const auto envelope = SignedEnvelope::Parse(ServedAt(at, name));
  EXPECT_TRUE(envelope.ok()) << at << ", " << InWords(name) << ": " << envelope.status();
  return envelope.ok() ? absl::BytesToHexString(envelope->signed_sha256()) : "";
}

std::vector<std::string> RolesOf(const std::string& member) {
  std::vector<std::string> roles = {"root", "timestamp", "snapshot", "targets"};
  if (member == kHub) return roles;
  roles.push_back("status");
  for (const std::string& jurisdiction : JurisdictionsOf(member)) {
    roles.push_back("j-" + jurisdiction);
  }
  return roles;
}

void PublishedLists::Note(const std::string& member) {
  for (const std::string& role : RolesOf(member)) {
    const auto envelope = SignedEnvelope::Parse(ServedAt(member, {member, role, 0}));
    ASSERT_TRUE(envelope.ok()) << member << " " << role << ": " << envelope.status();
    const RoleName name = {member, role, envelope->signed_part().at("version").get<int64_t>()};
    Published published;
    published.signed_sha256 = envelope->signed_sha256();
    if (ListsTargets(role)) {
      const auto targets = TargetsMetadata::Parse(*envelope);
      ASSERT_TRUE(targets.ok()) << targets.status();
      for (const auto& [path, file] : targets->targets) {
        published.targets[path] = file.sha256;
        ever_listed_.emplace(path, file.sha256);
      }
    }
    const auto [entry, added] = published_.emplace(name, published);
    EXPECT_EQ(entry->second.signed_sha256, published.signed_sha256) << InWords(name);
    newest_[{member, role}] = name.version;
  }
}

int64_t PublishedLists::Newest(const std::string& member, const std::string& role) const {
  const auto found = newest_.find({member, role});
  return found == newest_.end() ? 0 : found->second;
}

void PublishedLists::SetCompromised(const std::string& jurisdiction, bool compromised) {
  const std::string member = MemberOf(jurisdiction);
  const std::string role = "j-" + jurisdiction;
  compromised_[{member, role, Newest(member, role)}] = compromised;
}

void PublishedLists::SetRevoked(const std::string& member, bool revoked) {
  revoked_[{member, "status", Newest(member, "status")}] = revoked;
}

std::string PublishedLists::Judge(const std::string& issuing, const std::string& answer,
                                  const audit::v1::DecisionRecord& record) const {
  std::map<std::string, int64_t> issuing_versions;
  std::vector<const Published*> rests_on;
  for (const auto& one : record.rests_on()) {
    const RoleName name = {one.publisher(), one.role(), one.version()};
    const auto found = published_.find(name);
    if (found == published_.end()) return InWords(name) + " was never published";
    if (found->second.signed_sha256 != one.signed_sha256()) {
      return InWords(name) + " was published with another digest";
    }
    rests_on.push_back(&found->second);
    if (one.publisher() == MemberOf(issuing)) issuing_versions[one.role()] = one.version();
  }
  for (const auto& used : record.targets_used()) {
    // A pack is bound by the agreement's digest, so its owner's list is not rested on.
    bool bound = false;
    bool fits = false;
    for (const Published* published : rests_on) {
      const auto target = published->targets.find(used.path());
      if (target == published->targets.end()) continue;
      bound = true;
      fits = fits || target->second == used.sha256();
    }
    if (bound ? !fits : !ever_listed_.contains({used.path(), used.sha256()})) {
      return absl::StrCat(used.path(), " ", absl::BytesToHexString(used.sha256()),
                          " is in no list that the decision rests on");
    }
  }
  const std::string expected = ExpectedAnswer(issuing, issuing_versions);
  return answer == expected ? "" : absl::StrCat(answer, " where ", expected, " was published");
}

std::string PublishedLists::ExpectedAnswer(
    const std::string& issuing, const std::map<std::string, int64_t>& issuing_versions) const {
  const std::string member = MemberOf(issuing);
  // What a version says holds until another one says otherwise.
  const auto said = [&](const std::map<RoleName, bool>& by_version, const std::string& role) {
    const auto version = issuing_versions.find(role);
    if (version == issuing_versions.end()) return false;
    auto later = by_version.upper_bound({member, role, version->second});
    if (later == by_version.begin()) return false;
    --later;
    return later->first.publisher == member && later->first.role == role && later->second;
  };
  std::string reasons;
  if (said(compromised_, "j-" + issuing)) absl::StrAppend(&reasons, " ISSUER_COMPROMISED");
  if (said(revoked_, "status")) absl::StrAppend(&reasons, " LICENCE_REVOKED");
  return reasons.empty() ? "RECOGNIZED" : "NOT_RECOGNIZED" + reasons;
}

}  // namespace mrg
