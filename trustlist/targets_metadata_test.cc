#include "trustlist/targets_metadata.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"
#include "trustlist/metadata_draft.h"
#include "trustlist/repository_editor.h"
#include "trustlist/root_metadata.h"
#include "trustlist/snapshot_metadata.h"
#include "trustlist/timestamp_metadata.h"

namespace mrg {
namespace {

const absl::Time kExpires = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

SignedEnvelope Envelope(const MetadataDraft& draft) {
  return *SignedEnvelope::Parse(draft.Bytes());
}

template <typename Metadata>
void ExpectMalformed(MetadataDraft draft, const std::string& member, Json value) {
  draft.SetMember(member, std::move(value));
  EXPECT_EQ(ReasonOf(Metadata::Parse(Envelope(draft)).status()), Reason::kMetadataMalformed)
      << draft.Bytes();
}

TEST(MetadataHeader, WrongTypeVersionTimeOrSpecificationIsRefused) {
  const MetadataDraft draft = MakeTargets({}, 1, kExpires);
  ASSERT_TRUE(TargetsMetadata::Parse(Envelope(draft)).ok());
  EXPECT_EQ(TargetsMetadata::Parse(Envelope(draft))->header.expires, kExpires);

  ExpectMalformed<TargetsMetadata>(draft, "_type", "snapshot");
  ExpectMalformed<TargetsMetadata>(draft, "version", 0);
  ExpectMalformed<TargetsMetadata>(draft, "version", "1");
  ExpectMalformed<TargetsMetadata>(draft, "spec_version", "2.0.0");
  for (const char* time :
       {"2026-11-24", "2026-11-24T00:00:00", "2026-11-24T00:00:00+08:00", "2026-11-24T00:00:00.5Z",
        "2026-02-30T00:00:00Z", " 2026-11-24T00:00:00Z", "2026-11-24T00:00:60Z", "infinite-future",
        ""}) {
    ExpectMalformed<TargetsMetadata>(draft, "expires", time);
  }
}

TEST(TargetsMetadata, WhatWasListedIsReadBack) {
  MetadataDraft draft = MakeTargets({{"j-31", {}, {"31/*"}}}, 1, kExpires);
  draft.SetTarget("31/issuers", {7, Sha256("tree"), true});
  draft.SetTarget("log-keys", {8, Sha256("keys"), false});
  draft.SetTarget("gone", {8, Sha256("gone"), false});
  draft.RemoveTarget("gone");

  const auto targets = TargetsMetadata::Parse(Envelope(draft));

  ASSERT_TRUE(targets.ok()) << targets.status();
  ASSERT_EQ(targets->targets.size(), 2u);
  EXPECT_TRUE(targets->targets.at("31/issuers").is_tree);
  EXPECT_EQ(targets->targets.at("log-keys").sha256, Sha256("keys"));
  ASSERT_EQ(targets->delegations.size(), 1u);
  EXPECT_TRUE(targets->delegations[0].terminating);
  EXPECT_TRUE(targets->delegations[0].Covers("31/issuers"));
  EXPECT_FALSE(targets->delegations[0].Covers("32/issuers"));
  EXPECT_TRUE(targets->CheckNames().ok());
}

TEST(TargetsMetadata, MalformedTargetsAndDelegationsAreRefused) {
  const MetadataDraft draft = MakeTargets({}, 1, kExpires);
  const std::string hex(64, 'a');
  ExpectMalformed<TargetsMetadata>(draft, "targets", {{"a", {{"length", 1}}}});
  ExpectMalformed<TargetsMetadata>(draft, "targets",
                                   {{"a", {{"length", -1}, {"hashes", {{"sha256", hex}}}}}});
  ExpectMalformed<TargetsMetadata>(draft, "targets",
                                   {{"a", {{"length", 1}, {"hashes", {{"sha256", "aa"}}}}}});
  ExpectMalformed<TargetsMetadata>(
      draft, "targets",
      {{"a",
        {{"length", 1}, {"hashes", {{"sha256", hex}}}, {"custom", {{"x-mrg-kind", "other"}}}}}});
  const Json role = {{"name", "r"},
                     {"keyids", Json::array()},
                     {"threshold", 1},
                     {"terminating", true},
                     {"paths", {"a", "b"}}};
  const auto delegations = [](const Json& roles) {
    return Json{{"keys", Json::object()}, {"roles", roles}};
  };
  ExpectMalformed<TargetsMetadata>(draft, "delegations", delegations({role, role}));
  for (const char* member : {"name", "keyids", "threshold", "terminating"}) {
    Json broken = role;
    broken.erase(member);
    ExpectMalformed<TargetsMetadata>(draft, "delegations", delegations(Json::array({broken})));
  }
  Json both = role;
  both["path_hash_prefixes"] = {"00", "01"};
  ExpectMalformed<TargetsMetadata>(draft, "delegations", delegations(Json::array({both})));
}

TEST(TargetsMetadata, ADelegationOfNoPathsCoversNone) {
  MetadataDraft draft = MakeTargets({}, 1, kExpires);
  const Json role = {
      {"name", "r"}, {"keyids", Json::array()}, {"threshold", 1}, {"terminating", true}};
  draft.SetMember("delegations", {{"keys", Json::object()}, {"roles", Json::array({role})}});

  const auto targets = TargetsMetadata::Parse(Envelope(draft));

  ASSERT_TRUE(targets.ok()) << targets.status();
  EXPECT_FALSE(targets->delegations[0].Covers(""));
  EXPECT_FALSE(targets->delegations[0].Covers("31/issuers"));
}

TEST(TargetsMetadata, HashPrefixesCoverByDigestOfThePath) {
  DelegatedRole role;
  role.path_hash_prefixes = {"ab"};
  EXPECT_EQ(role.Covers("31/issuers"), static_cast<unsigned char>(Sha256("31/issuers")[0]) == 0xab);
  role.path_hash_prefixes = {""};
  EXPECT_TRUE(role.Covers("31/issuers"));
}

TEST(SnapshotMetadata, NeedsTargetsAndFileNames) {
  const MetadataDraft draft = MakeSnapshot({{"targets", {1, "bytes"}}}, 1, kExpires);
  const auto snapshot = SnapshotMetadata::Parse(Envelope(draft));
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->roles.at("targets").digests.sha256, Sha256("bytes"));
  EXPECT_EQ(*snapshot->roles.at("targets").length, 5u);

  ExpectMalformed<SnapshotMetadata>(draft, "meta", {{"j-31.json", {{"version", 1}}}});
  ExpectMalformed<SnapshotMetadata>(draft, "meta", {{"targets", {{"version", 1}}}});
  ExpectMalformed<SnapshotMetadata>(draft, "meta", {{"targets.json", {{"version", 0}}}});
}

TEST(TimestampMetadata, ChainNamesTheVersionBefore) {
  const MetadataDraft draft =
      MakeTimestamp({1, "bytes"}, PreviousTimestamp{4, Sha256("before")}, 5, kExpires);
  const auto timestamp = TimestampMetadata::Parse(Envelope(draft));
  ASSERT_TRUE(timestamp.ok());
  EXPECT_EQ(timestamp->previous->signed_sha256, Sha256("before"));

  ExpectMalformed<TimestampMetadata>(draft, "x-mrg-prev",
                                     {{"version", 3}, {"digest", std::string(64, 'a')}});
  ExpectMalformed<TimestampMetadata>(draft, "meta", Json::object());
}

TEST(RootMetadata, NeedsAllFourRoles) {
  const MetadataDraft draft = MakeRoot({}, 1, kExpires);
  ASSERT_TRUE(RootMetadata::Parse(Envelope(draft)).ok());
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    Json roles = draft.signed_part()["roles"];
    roles.erase(role);
    ExpectMalformed<RootMetadata>(draft, "roles", roles);
    roles[role] = {{"keyids", Json::array()}, {"threshold", 0}};
    ExpectMalformed<RootMetadata>(draft, "roles", roles);
    roles[role] = {{"keyids", {"k", "k"}}, {"threshold", 1}};
    ExpectMalformed<RootMetadata>(draft, "roles", roles);
  }
}

}  // namespace
}  // namespace mrg
