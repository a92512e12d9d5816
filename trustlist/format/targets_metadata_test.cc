#include "trustlist/format/targets_metadata.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/repository/metadata_draft.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {
namespace {

const absl::Time kExpires = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

SignedEnvelope Envelope(const MetadataDraft& draft) {
  return *SignedEnvelope::Parse(draft.Bytes());
}

bool Covers(const DelegatedRole& role, absl::string_view path) {
  SoughtPath sought(path);
  MatchWork work;
  return !DelegatedRoles({role}).Covering(&sought, &work).empty();
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

TEST(Fault, U05_OddFormsOfTheSpecificationVersionAreRefused) {
  const MetadataDraft draft = MakeTargets({}, 1, kExpires);
  for (const char* version :
       {"",       "1",       "1.",     "1.0.",         ".1.0",    "1.0.0.0", " 1.0.0",
        "1.0.0 ", "1.0.0\n", "1.0.x",  "1.x.0",        "1..0",    "01.0.0",  "1.00.0",
        "1.0.01", "1.0.-1",  "1.0.+1", "1.0.0-rc1",    "1.0.0+b", "v1.0.0",  "1,0,0",
        "2.0.0",  "0.9.0",   "10.0.0", "1.0.\xD9\xA1", "1.0.1e1"}) {
    ExpectMalformed<TargetsMetadata>(draft, "spec_version", version);
  }
  for (const Json& version : {Json(1), Json(nullptr), Json::array()}) {
    ExpectMalformed<TargetsMetadata>(draft, "spec_version", version);
  }
  for (const char* version :
       {"1.0", "1.0.0", "1.0.31", "1.2.3", "1.10.0", "1.0.99999999999999999999"}) {
    MetadataDraft later = draft;
    later.SetMember("spec_version", version);
    EXPECT_TRUE(TargetsMetadata::Parse(Envelope(later)).ok()) << version;
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
  EXPECT_TRUE(Covers(targets->delegations[0], "31/issuers"));
  EXPECT_FALSE(Covers(targets->delegations[0], "32/issuers"));
  EXPECT_TRUE(targets->CheckNames().ok());
}

TEST(TargetsMetadata, MalformedTargetsAndDelegationsAreRefused) {
  const MetadataDraft draft = MakeTargets({}, 1, kExpires);
  const std::string hex(64, 'a');
  ExpectMalformed<TargetsMetadata>(draft, "targets", {{"a", {{"length", 1}}}});
  ExpectMalformed<TargetsMetadata>(draft, "targets",
                                   {{"a", {{"length", -1}, {"hashes", {{"sha256", hex}}}}}});
  ExpectMalformed<TargetsMetadata>(draft, "targets",
                                   {{"a", {{"length", 1}, {"hashes", {{"sha256", 7}}}}}});
  ExpectMalformed<TargetsMetadata>(draft, "targets",
                                   {{"a", {{"length", 1}, {"hashes", Json::array()}}}});
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

TEST(Fault, B12_AnEntryWithoutADigestThatWeKnowIsUnusableAndTheOthersStay) {
  const std::string content = "content";
  const Json known = absl::BytesToHexString(Sha256(content));
  const std::vector<Json> unusable = {{{"blake2b-256", std::string(64, 'a')}},
                                      Json::object(),
                                      {{"sha256", ""}},
                                      {{"sha256", "aa"}},
                                      {{"sha256", std::string(64, 'x')}},
                                      {{"sha256", known}, {"sha512", "aa"}}};
  for (const Json& hashes : unusable) {
    MetadataDraft draft = MakeTargets({}, 1, kExpires);
    draft.SetMember("targets",
                    {{"a", {{"length", 7}, {"hashes", {{"sha256", known}, {"md5", "x"}}}}},
                     {"b", {{"length", 7}, {"hashes", hashes}}}});

    const auto targets = TargetsMetadata::Parse(Envelope(draft));

    ASSERT_TRUE(targets.ok()) << hashes << targets.status();
    EXPECT_TRUE(targets->targets.at("a").Fits(content));
    EXPECT_FALSE(targets->targets.at("b").Usable()) << hashes;
    EXPECT_FALSE(targets->targets.at("b").Fits(content)) << hashes;
    // A member's own lists have none of that.
    EXPECT_EQ(ReasonOf(targets->CheckNames()), Reason::kMetadataMalformed) << hashes;
  }
}

TEST(Fault, B12_ARoleThatTheSnapshotListsWithoutAKnownDigestFitsNothing) {
  const MetadataDraft good = MakeSnapshot({{"targets", {1, "bytes"}}}, 1, kExpires);
  for (const Json& hashes : {Json{{"blake2b-256", "aa"}}, Json::object(), Json{{"sha256", "aa"}}}) {
    MetadataDraft draft = good;
    Json meta = good.signed_part()["meta"];
    meta["b.json"] = {{"version", 1}, {"hashes", hashes}};
    draft.SetMember("meta", meta);

    const auto snapshot = SnapshotMetadata::Parse(Envelope(draft));

    ASSERT_TRUE(snapshot.ok()) << hashes << snapshot.status();
    EXPECT_TRUE(snapshot->roles.at("targets").digests.Fit("bytes"));
    EXPECT_FALSE(snapshot->roles.at("b").digests.Fit("")) << hashes;
  }
  EXPECT_TRUE(FileDigests().Fit("whatever, where none is stated"));
}

TEST(Fault, B13_CustomDataAndUnknownMembersAreOpaque) {
  const Json hashes = {{"sha256", std::string(64, 'a')}};
  const std::string bytes = R"({"signatures":[],"signed":{"_type":"targets",
      "expires":"2026-11-24T00:00:00Z","spec_version":"1.0.31","version":1,
      "x-build":340282366920938463463374607431768211456,"targets":{
      "a":{"custom":{"build":9007199254740993},"hashes":)" +
                            hashes.dump() + R"(,"length":1,"x":-9223372036854775809},
      "b":{"custom":[9007199254740993],"hashes":)" +
                            hashes.dump() + R"(,"length":1},
      "c":{"custom":null,"hashes":)" +
                            hashes.dump() + R"(,"length":1},
      "d":{"hashes":)" + hashes.dump() +
                            R"(,"length":36893488147419103232}}}})";
  const auto envelope = SignedEnvelope::Parse(bytes);
  ASSERT_TRUE(envelope.ok()) << envelope.status();
  EXPECT_NE(envelope->canonical_signed().find("\"build\":9007199254740993}"), std::string::npos);
  EXPECT_NE(envelope->canonical_signed().find("\"x\":-9223372036854775809}"), std::string::npos);

  const auto targets = TargetsMetadata::Parse(*envelope);

  ASSERT_TRUE(targets.ok()) << targets.status();
  EXPECT_EQ(targets->targets.size(), 4u);
  EXPECT_TRUE(targets->targets.at("c").Usable());
  EXPECT_FALSE(targets->targets.at("d").Usable());
  // A draft of it is signed and written as it is.
  const auto draft = MetadataDraft::FromBytes(bytes);
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(SignedEnvelope::Parse(draft->Bytes())->canonical_signed(),
            envelope->canonical_signed());
}

TEST(TargetsMetadata, AKindThatIsNotOursIsForOthersAndNotForMembers) {
  MetadataDraft draft = MakeTargets({}, 1, kExpires);
  for (const Json& kind : {Json("other"), Json(7), Json("")}) {
    draft.SetMember("targets", {{"a",
                                 {{"length", 1},
                                  {"hashes", {{"sha256", std::string(64, 'a')}}},
                                  {"custom", {{"x-mrg-kind", kind}}}}}});

    const auto targets = TargetsMetadata::Parse(Envelope(draft));

    ASSERT_TRUE(targets.ok()) << targets.status();
    EXPECT_FALSE(targets->targets.at("a").is_tree);
    EXPECT_EQ(ReasonOf(targets->CheckNames()), Reason::kMetadataMalformed);
  }
}

TEST(TargetsMetadata, ADelegationOfNoPathsCoversNone) {
  MetadataDraft draft = MakeTargets({}, 1, kExpires);
  const Json role = {
      {"name", "r"}, {"keyids", Json::array()}, {"threshold", 1}, {"terminating", true}};
  draft.SetMember("delegations", {{"keys", Json::object()}, {"roles", Json::array({role})}});

  const auto targets = TargetsMetadata::Parse(Envelope(draft));

  ASSERT_TRUE(targets.ok()) << targets.status();
  EXPECT_FALSE(Covers(targets->delegations[0], ""));
  EXPECT_FALSE(Covers(targets->delegations[0], "31/issuers"));
}

TEST(TargetsMetadata, HashPrefixesCoverByDigestOfThePath) {
  DelegatedRole role;
  role.path_hash_prefixes = {"ab"};
  EXPECT_EQ(Covers(role, "31/issuers"),
            static_cast<unsigned char>(Sha256("31/issuers")[0]) == 0xab);
  role.path_hash_prefixes = {""};
  EXPECT_TRUE(Covers(role, "31/issuers"));
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
