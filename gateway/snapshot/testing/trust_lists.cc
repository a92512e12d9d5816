#include "gateway/snapshot/testing/trust_lists.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

std::string FederationOf(const SnapshotFixture& fixture) {
  std::map<std::string, trustlist::v1::FederationMember> members;
  members[kHubMember].set_member(kHubMember);
  for (const auto& [jurisdiction, member] : fixture.known_jurisdictions) {
    members[member].set_member(member);
    members[member].add_jurisdictions(jurisdiction);
  }
  for (const auto& [member, term] : fixture.memberships) {
    if (term.from != absl::InfinitePast()) {
      *members[member].mutable_since() = ToTimestamp(term.from);
    }
    if (term.until != absl::InfiniteFuture()) {
      *members[member].mutable_until() = ToTimestamp(term.until);
    }
  }
  trustlist::v1::Federation federation;
  for (auto& [id, member] : members) *federation.add_members() = std::move(member);
  return CanonicalBytes(federation);
}

std::string RoleThatLists(const std::string& path) {
  const auto name = ParseTargetPath(path);
  if (!name.ok() || name->jurisdiction.empty()) return "targets";
  return name->kind == TargetKind::kLicenceStatus ? kStatusRole : ProvinceRole(name->jurisdiction);
}

}  // namespace

absl::StatusOr<BuiltSnapshot> BuildFromSets(const std::vector<InForceSet>& sets,
                                            const BlobReader& blobs,
                                            const BuiltSnapshot* previous) {
  BuiltSnapshot built;
  std::map<std::string, trustlist::v1::Federation> federations;
  std::vector<PublisherContent> publishers;
  for (const InForceSet& set : sets) {
    const std::string& id = set.publisher.value();
    const ListedContent* before = nullptr;
    if (previous != nullptr && previous->listed.contains(id)) before = &previous->listed.at(id);
    MRG_ASSIGN_OR_RETURN(built.listed[id], ReadListedContent(set, blobs, before));
    for (const InForceTarget& target : set.targets) {
      if (target.path != kFederationPath) continue;
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
      MRG_ASSIGN_OR_RETURN(federations[id], ParseCanonical<trustlist::v1::Federation>(
                                                bytes, Reason::kMetadataMalformed));
    }
    publishers.push_back({&set, &built.listed[id], &federations[id]});
  }
  MRG_ASSIGN_OR_RETURN(built.snapshot,
                       BuildSnapshot(TrustLists::Owner(), publishers, blobs,
                                     {previous == nullptr ? nullptr : previous->snapshot.get()}));
  return built;
}

std::vector<TreeEntry> CatalogueEntries(const gateway::v1::CatalogueList& catalogue) {
  std::vector<TreeEntry> tree;
  for (const auto& entry : catalogue.entries()) {
    tree.push_back({entry.type_code(), CanonicalBytes(entry)});
  }
  return tree;
}

TrustLists::TrustLists(const SnapshotFixture& fixture) {
  for (const auto& [publisher, roles] : fixture.roles) {
    InForceSet& set =
        sets_.emplace(publisher, InForceSet{*MemberId::Parse(publisher), {}, {}}).first->second;
    for (const RoleFact& role : roles) {
      set.roles.push_back({role.role, role.version, role.signed_sha256, role.expires});
    }
    std::sort(set.roles.begin(), set.roles.end(),
              [](const RoleVersion& a, const RoleVersion& b) { return a.role < b.role; });
  }
  PutFile(kHubMember, "federation", FederationOf(fixture));
  PutFile(kHubMember, "canonical/1", ShippedFile("deploy/packs/canonical/1.textproto"));
  for (const auto& [id, parts] : fixture.jurisdictions) PutTrees(id, parts);
  for (const std::string& text : fixture.packs) {
    gateway::v1::MappingPack pack;
    EXPECT_TRUE(ParseTextMessage(text, Reason::kPackInvalid, &pack).ok());
    PutFile(fixture.jurisdictions.at(pack.owner_jurisdiction()).member,
            absl::StrCat(pack.owner_jurisdiction(), "/packs/", pack.type_code(), "/",
                         pack.standard(), "/", pack.version()),
            text);
  }
  for (const ListedAgreement& listed : fixture.agreements) {
    for (const auto& [jurisdiction, text] : listed.texts) {
      PutFile(fixture.jurisdictions.at(jurisdiction).member,
              absl::StrCat(jurisdiction, "/agreements/", listed.id, "/1"), text);
    }
  }
}

SnapshotOwner TrustLists::Owner() {
  SnapshotOwner owner{*MemberId::Parse(kDeltaMember), {}, *MemberId::Parse(kHubMember)};
  for (const char* id : {"31", "32", "33", "34"}) {
    owner.jurisdictions.push_back(*JurisdictionId::Parse(id));
  }
  return owner;
}

std::vector<InForceSet> TrustLists::Sets() const {
  std::vector<InForceSet> sets;
  for (const auto& [publisher, set] : sets_) sets.push_back(set);
  return sets;
}

InForceTarget& TrustLists::Target(const std::string& publisher, const std::string& path) {
  std::vector<InForceTarget>& targets = Set(publisher).targets;  // by path
  const auto place = std::lower_bound(
      targets.begin(), targets.end(), path,
      [](const InForceTarget& one, const std::string& wanted) { return one.path < wanted; });
  if (place != targets.end() && place->path == path) return *place;
  return *targets.insert(place, {path, "", RoleThatLists(path), 0, false});
}

void TrustLists::PutFile(const std::string& publisher, const std::string& path,
                         const std::string& content) {
  InForceTarget& target = Target(publisher, path);
  target.is_tree = false;
  target.sha256 = Sha256(content);
  target.length = content.size();
  blobs_[target.sha256] = content;
}

void TrustLists::PutTree(const std::string& publisher, const std::string& path,
                         const std::vector<TreeEntry>& entries) {
  const auto tree = BuildTree(entries);
  ASSERT_TRUE(tree.ok()) << tree.status();
  InForceTarget& target = Target(publisher, path);
  target.sha256 = tree->root_sha256;
  target.length = tree->root_bytes().size();
  target.is_tree = true;
  blobs_.insert(tree->nodes.begin(), tree->nodes.end());
}

void TrustLists::PutTrees(const std::string& jurisdiction, const JurisdictionParts& parts) {
  PutTree(parts.member, absl::StrCat(jurisdiction, "/issuers"), IssuerEntries(parts.issuers));
  PutTree(parts.member, absl::StrCat(jurisdiction, "/catalogue"),
          CatalogueEntries(parts.catalogue));
  PutTree(parts.member, absl::StrCat(jurisdiction, "/status/licences"),
          StatusEntries(parts.statuses));
}

void TrustLists::Drop(const std::string& publisher, const std::string& path) {
  EXPECT_EQ(
      std::erase_if(Set(publisher).targets, [&](const auto& one) { return one.path == path; }), 1u)
      << path;
}

void TrustLists::EditFile(const std::string& publisher, const std::string& path,
                          absl::string_view from, absl::string_view to) {
  std::string content = blobs_[Target(publisher, path).sha256];
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &content), 0) << from << " is not in " << path;
  PutFile(publisher, path, content);
}

absl::StatusOr<std::string> TrustLists::ReadBlob(absl::string_view sha256) const {
  const auto found = blobs_.find(std::string(sha256));
  if (found == blobs_.end()) return MakeError(Reason::kTreeNodeNotFound, "no such blob");
  return found->second;
}

std::vector<std::string> AnswersOf(const RecognitionSnapshot& snapshot) {
  std::vector<std::string> answers;
  for (const char* sample : {"31-identity-card", "32-driving-licence", "32-business-licence",
                             "50-identity-card", "50-driving-licence", "51-business-licence"}) {
    for (const char* using_jurisdiction : {"31", "50"}) {
      const Decision decision = Answer(snapshot, AskAbout(Sample(sample), using_jurisdiction));
      answers.push_back(CanonicalBytes(decision.record));
      answers.push_back(decision.document);
    }
  }
  return answers;
}

}  // namespace mrg
