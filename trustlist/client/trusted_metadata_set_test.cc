// The rules that hold for every TUF repository (ClientRules::kSpecification), file by file. Those
// of the federation are tested with the updater.

#include "trustlist/client/trusted_metadata_set.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"
#include "trustlist/format/tuf_key.h"
#include "trustlist/testing/plain_repository.h"

namespace mrg {
namespace {

using Keys = PlainRepository::Keys;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr char kPast[] = "2026-11-23T23:59:59Z";

Keys NewKeys(int count) {
  Keys keys;
  for (int i = 0; i < count; ++i) keys.push_back(PlainRepository::NewKey());
  return keys;
}

class SpecificationRulesTest : public ::testing::Test {
 protected:
  TrustedMetadataSet Start() {
    return *TrustedMetadataSet::FromTrustedRoot(repository_.root(1), kNow,
                                                ClientRules::kSpecification);
  }
  // The set after the named roles, in this order.
  TrustedMetadataSet StartWith(const std::vector<std::string>& roles) {
    TrustedMetadataSet trusted = Start();
    for (const std::string& role : roles) EXPECT_TRUE(Update(&trusted, role).ok()) << role;
    return trusted;
  }
  absl::Status Update(TrustedMetadataSet* trusted, const std::string& role) {
    const std::string& bytes = repository_.bytes(role);
    if (role == "root") return trusted->UpdateRoot(bytes);
    if (role == "timestamp") return trusted->UpdateTimestamp(bytes);
    if (role == "snapshot") return trusted->UpdateSnapshot(bytes);
    if (role == "targets") return trusted->UpdateTargets(bytes);
    return trusted->UpdateDelegated("targets", role, bytes);
  }
  // Publishes the next root under `keys`, signed by `signers`.
  absl::Status Rotate(TrustedMetadataSet* trusted, const Keys& keys, int threshold,
                      const Keys& signers) {
    repository_.SetRootKeys("root", keys, threshold);
    repository_.SetSigners("root", signers);
    repository_.PublishNext({"root"});
    return Update(trusted, "root");
  }

  PlainRepository repository_{kNow};
};

using Threat = SpecificationRulesTest;

TEST_F(SpecificationRulesTest, ARootIsSignedUnderTheOldAndTheNewKeys) {
  TrustedMetadataSet trusted = Start();
  const Keys first = repository_.signers("root");
  const Keys second = NewKeys(1);
  const Keys third = NewKeys(3);

  EXPECT_TRUE(Rotate(&trusted, second, 1, {first[0], second[0]}).ok());
  EXPECT_TRUE(Rotate(&trusted, third, 2, {second[0], third[0], third[2]}).ok());
  EXPECT_TRUE(Rotate(&trusted, third, 2, {third[1], third[2]}).ok());
  EXPECT_EQ(trusted.root().header.version, 4);
}

TEST_F(Threat, T06_ARootWithoutTheOldOrTheNewThresholdIsRefused) {
  const Keys first = repository_.signers("root");
  const Keys second = NewKeys(2);
  for (const Keys& signers :
       {Keys{second[0], second[1]}, Keys{first[0]}, Keys{first[0], second[0]}, Keys{}}) {
    PlainRepository fresh(kNow);
    repository_ = fresh;
    repository_.SetSigners("root", first);
    repository_.SetRootKeys("root", first);
    repository_.Publish({"root"});
    TrustedMetadataSet trusted = Start();

    EXPECT_EQ(ReasonOf(Rotate(&trusted, second, 2, signers)), Reason::kMetadataThreshold);

    EXPECT_EQ(trusted.root().header.version, 1);
    EXPECT_EQ(trusted.root_bytes(), repository_.root(1));
  }
}

TEST_F(Threat, T06_ALowerThresholdStillNeedsTheOldOne) {
  TrustedMetadataSet trusted = Start();
  const Keys keys = NewKeys(3);
  ASSERT_TRUE(Rotate(&trusted, keys, 2, {repository_.signers("root")[0], keys[0], keys[1]}).ok());

  EXPECT_EQ(ReasonOf(Rotate(&trusted, keys, 1, {keys[0]})), Reason::kMetadataThreshold);

  repository_.SetVersion("root", 2);
  EXPECT_TRUE(Rotate(&trusted, keys, 1, {keys[0], keys[2]}).ok());
  EXPECT_TRUE(Rotate(&trusted, keys, 1, {keys[1]}).ok());
}

TEST_F(Threat, T01_ARootIsTheNextVersionAndNoOther) {
  for (const int version : {1, 3}) {
    TrustedMetadataSet trusted = Start();
    repository_.SetVersion("root", version);
    repository_.Publish({"root"});
    if (version == 1) {
      EXPECT_EQ(ReasonOf(trusted.UpdateRoot(repository_.bytes("root"))), Reason::kMetadataRollback);
    } else {
      EXPECT_EQ(ReasonOf(Update(&trusted, "root")), Reason::kMetadataRollback);
    }
    EXPECT_EQ(trusted.root().header.version, 1);
  }
}

TEST_F(SpecificationRulesTest, OnlyTheLastRootMustNotHaveExpired) {
  TrustedMetadataSet trusted = Start();
  const std::string later = repository_.signed_part("root")["expires"];
  repository_.signed_part("root")["expires"] = kPast;
  repository_.PublishNext({"root"});
  ASSERT_TRUE(Update(&trusted, "root").ok());
  EXPECT_EQ(ReasonOf(trusted.CheckRootExpiry()), Reason::kMetadataExpired);

  repository_.signed_part("root")["expires"] = later;
  repository_.PublishNext({"root"});
  ASSERT_TRUE(Update(&trusted, "root").ok());

  EXPECT_TRUE(trusted.CheckRootExpiry().ok());
}

TEST_F(Threat, T06_OneKeyUnderManyKeyIdsCountsOnce) {
  const Keys keys = NewKeys(2);
  Json& root = repository_.signed_part("root");
  Json& role = root["roles"]["timestamp"];
  role = {{"keyids", {"a", "b", "c"}}, {"threshold", 2}};
  root["keys"]["a"] = TufKeyToJson(keys[0]->public_key());
  root["keys"]["b"] = TufKeyToJson(keys[0]->public_key());
  root["keys"]["b"]["keyid_hash_algorithms"] = {"md5"};  // not a part of the format any more
  root["keys"]["c"] = TufKeyToJson(keys[1]->public_key());
  repository_.Publish({"root"});
  const auto signed_by = [&](const std::vector<std::pair<std::string, size_t>>& by) {
    Json file = *ParseJsonDocument(repository_.bytes("timestamp"));
    file["signatures"] = Json::array();
    const std::string message =
        SignedEnvelope::Parse(repository_.bytes("timestamp"))->canonical_signed();
    for (const auto& [keyid, key] : by) {
      file["signatures"].push_back(
          {{"keyid", keyid}, {"sig", absl::BytesToHexString(*keys[key]->Sign(message))}});
    }
    return file.dump();
  };

  EXPECT_EQ(ReasonOf(Start().UpdateTimestamp(signed_by({{"a", 0}, {"b", 0}}))),
            Reason::kMetadataThreshold);
  EXPECT_TRUE(Start().UpdateTimestamp(signed_by({{"b", 0}, {"c", 1}})).ok());
}

TEST_F(SpecificationRulesTest, EveryKeyTypeMaySignEveryRole) {
  Keys keys;
  for (const Scheme scheme :
       {Scheme::kEd25519, Scheme::kEcdsaP256Sha256, Scheme::kRsaPssSha256, Scheme::kSm2Sm3}) {
    keys.push_back(PlainRepository::NewKey(scheme));
  }
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    repository_.SetRootKeys(role, keys, 4);
    repository_.SetSigners(role, keys);
  }
  repository_.Publish({"root", "targets", "snapshot", "timestamp"});

  StartWith({"timestamp", "snapshot", "targets"});

  repository_.SetSigners("timestamp", {keys[0], keys[1], keys[2]});
  repository_.PublishNext({"timestamp"});
  TrustedMetadataSet trusted = Start();
  EXPECT_EQ(ReasonOf(Update(&trusted, "timestamp")), Reason::kMetadataThreshold);
}

TEST_F(SpecificationRulesTest, UnknownFieldsAreKeptUnderTheSignature) {
  const Json note = {{"b", {1, true, nullptr}}, {"a", "\xE5\xB7\xB2\xE7\xAD\xBE \"\\\n"}};
  repository_.signed_part("root")["x-note"] = note;
  repository_.signed_part("root")["keys"].begin().value()["x-note"] = note;
  repository_.signed_part("root")["roles"]["root"]["x-note"] = note;
  repository_.signed_part("targets")["x-note"] = note;
  repository_.AddTarget("targets", "f", "content");
  repository_.signed_part("targets")["targets"]["f"]["custom"] = note;
  repository_.Publish({"root", "targets"});
  repository_.signed_part("snapshot")["meta"]["targets.json"]["x-note"] = note;
  repository_.Publish({"snapshot", "timestamp"});

  StartWith({"timestamp", "snapshot", "targets"});

  Json changed = *ParseJsonDocument(repository_.bytes("timestamp"));
  changed["signed"]["x-note"] = "added on the way";
  EXPECT_EQ(ReasonOf(Start().UpdateTimestamp(changed.dump())), Reason::kMetadataThreshold);
}

TEST_F(Threat, T01_AnOlderTimestampOrOneNamingAnOlderSnapshotIsRefused) {
  repository_.PublishNext({"snapshot", "timestamp"});
  const std::string newer = repository_.bytes("timestamp");
  repository_.SetVersion("timestamp", 1);
  repository_.Publish({"timestamp"});
  TrustedMetadataSet trusted = Start();
  trusted.RememberTimestamp(newer);
  EXPECT_EQ(ReasonOf(Update(&trusted, "timestamp")), Reason::kMetadataRollback);

  repository_.SetVersion("timestamp", 3);
  repository_.SetVersion("snapshot", 1);
  repository_.Publish({"snapshot", "timestamp"});
  EXPECT_EQ(ReasonOf(Update(&trusted, "timestamp")), Reason::kMetadataRollback);
  // The same file is taken by whoever has seen no newer one.
  TrustedMetadataSet fresh = Start();
  EXPECT_TRUE(Update(&fresh, "timestamp").ok());
}

TEST_F(SpecificationRulesTest, AnEqualTimestampVersionKeepsTheTrustedFile) {
  const std::string first = repository_.bytes("timestamp");
  repository_.signed_part("timestamp")["meta"]["snapshot.json"]["version"] = 100;
  repository_.Publish({"timestamp"});
  TrustedMetadataSet trusted = Start();
  trusted.RememberTimestamp(first);

  EXPECT_TRUE(Update(&trusted, "timestamp").ok());

  EXPECT_FALSE(trusted.took_timestamp());
  EXPECT_EQ(trusted.timestamp().snapshot.version, 1);
}

TEST_F(Threat, T02_AnEqualTimestampVersionDoesNotProlongAnExpiredOne) {
  repository_.signed_part("timestamp")["expires"] = kPast;
  repository_.Publish({"timestamp"});
  const std::string expired = repository_.bytes("timestamp");
  repository_.signed_part("timestamp")["expires"] = "2027-01-01T00:00:00Z";
  repository_.Publish({"timestamp"});
  TrustedMetadataSet trusted = Start();
  trusted.RememberTimestamp(expired);

  EXPECT_EQ(ReasonOf(Update(&trusted, "timestamp")), Reason::kMetadataExpired);
}

TEST_F(Threat, T02_EveryRoleIsRefusedFromTheInstantItExpires) {
  for (const std::string role : {"timestamp", "snapshot", "targets", "A"}) {
    PlainRepository fresh(kNow);
    repository_ = fresh;
    repository_.Delegate("targets", "A", {"*"});
    repository_.signed_part(role)["expires"] = FormatTufTime(kNow);
    repository_.Publish({"A", "targets", "snapshot", "timestamp"});
    TrustedMetadataSet trusted = Start();
    for (const std::string step : {"timestamp", "snapshot", "targets", "A"}) {
      const absl::Status status = Update(&trusted, step);
      if (step == role) {
        EXPECT_EQ(ReasonOf(status), Reason::kMetadataExpired) << role;
        break;
      }
      ASSERT_TRUE(status.ok()) << step << status;
    }
  }
}

TEST_F(Threat, T03_ASnapshotIsTheOneThatTheTimestampNames) {
  const std::string first = repository_.bytes("snapshot");
  repository_.PublishNext({"snapshot", "timestamp"});
  TrustedMetadataSet trusted = StartWith({"timestamp"});
  EXPECT_EQ(ReasonOf(trusted.UpdateSnapshot(first)), Reason::kMetadataMismatch);

  const std::string& bytes = repository_.bytes("snapshot");
  Json& stated = repository_.signed_part("timestamp")["meta"]["snapshot.json"];
  stated["length"] = bytes.size();
  stated["hashes"] = {{"sha512", absl::BytesToHexString(Sha512(bytes))}};
  repository_.PublishNext({"timestamp"});
  trusted = StartWith({"timestamp", "snapshot"});
  EXPECT_EQ(ReasonOf(trusted.UpdateSnapshot(bytes + "\n")), Reason::kMetadataMismatch);
  stated["hashes"]["sha256"] = std::string(64, '0');
  repository_.PublishNext({"timestamp"});
  trusted = StartWith({"timestamp"});
  EXPECT_EQ(ReasonOf(trusted.UpdateSnapshot(bytes)), Reason::kMetadataMismatch);
}

TEST_F(Threat, T01_NoRoleOfTheSnapshotGoesBackOrAway) {
  repository_.Delegate("targets", "A", {"*"});
  repository_.PublishNext({"A", "targets", "snapshot", "timestamp"});
  const std::string before = repository_.bytes("snapshot");
  Json& meta = repository_.signed_part("snapshot")["meta"];
  const Json good = meta;
  Json older = good;
  older["targets.json"]["version"] = 1;
  Json gone = good;
  gone.erase("A.json");
  for (const Json& bad : {older, gone}) {
    meta = bad;
    repository_.PublishNext({"snapshot", "timestamp"});
    TrustedMetadataSet trusted = StartWith({"timestamp"});
    trusted.RememberSnapshot(before);
    EXPECT_EQ(ReasonOf(Update(&trusted, "snapshot")), Reason::kMetadataRollback);
  }
  meta = good;
  repository_.PublishNext({"snapshot", "timestamp"});
  TrustedMetadataSet trusted = StartWith({"timestamp"});
  trusted.RememberSnapshot(before);
  EXPECT_TRUE(Update(&trusted, "snapshot").ok());
}

TEST_F(Threat, T04_FilesUnderRotatedKeysAreNotRemembered) {
  repository_.SetVersion("targets", 1000);
  repository_.SetVersion("snapshot", 1000);
  repository_.SetVersion("timestamp", 1000);
  repository_.Publish({"targets", "snapshot", "timestamp"});
  const std::string timestamp = repository_.bytes("timestamp");
  const std::string snapshot = repository_.bytes("snapshot");
  for (const char* role : {"timestamp", "snapshot"}) {
    repository_.SetSigners(role, NewKeys(1));
    repository_.SetRootKeys(role, repository_.signers(role));
  }
  for (const char* role : {"targets", "snapshot", "timestamp"}) repository_.SetVersion(role, 2);
  repository_.PublishNext({"root"});
  repository_.Publish({"targets", "snapshot", "timestamp"});
  TrustedMetadataSet trusted = StartWith({"root"});

  trusted.RememberTimestamp(timestamp);
  ASSERT_TRUE(Update(&trusted, "timestamp").ok());
  trusted.RememberSnapshot(snapshot);

  EXPECT_TRUE(Update(&trusted, "snapshot").ok());
  EXPECT_TRUE(Update(&trusted, "targets").ok());
  EXPECT_EQ(trusted.targets().header.version, 2);
}

TEST_F(SpecificationRulesTest, ARoleNameIsOpaqueButNotThatOfATopLevelRole) {
  repository_.Delegate("targets", "../\xC3\xB6 ?", {"*"});
  repository_.Publish({"../\xC3\xB6 ?", "targets", "snapshot", "timestamp"});
  StartWith({"timestamp", "snapshot", "targets", "../\xC3\xB6 ?"});

  for (const char* name : {"root", "timestamp", "snapshot", "targets", ""}) {
    repository_.signed_part("targets")["delegations"]["roles"][0]["name"] = name;
    repository_.PublishNext({"targets", "snapshot", "timestamp"});
    TrustedMetadataSet trusted = StartWith({"timestamp", "snapshot"});
    EXPECT_EQ(ReasonOf(Update(&trusted, "targets")), Reason::kMetadataMalformed) << name;
  }
}

TEST_F(SpecificationRulesTest, ADelegatedRoleIsSignedByTheKeysOfItsDelegator) {
  repository_.Delegate("targets", "A", {"*"});
  repository_.SetSigners("A", repository_.signers("targets"));
  repository_.Publish({"A", "targets", "snapshot", "timestamp"});
  TrustedMetadataSet trusted = StartWith({"timestamp", "snapshot", "targets"});

  EXPECT_EQ(ReasonOf(Update(&trusted, "A")), Reason::kMetadataThreshold);
  EXPECT_EQ(ReasonOf(trusted.UpdateDelegated("targets", "B", repository_.bytes("A"))),
            Reason::kMetadataMismatch);
  EXPECT_EQ(ReasonOf(trusted.UpdateDelegated("B", "A", repository_.bytes("A"))),
            Reason::kMetadataMismatch);
  EXPECT_EQ(trusted.FindRole("A"), nullptr);
}

TEST_F(SpecificationRulesTest, AFileOfAnotherRoleIsRefused) {
  // A snapshot signed by the timestamp's key too, with the members of a timestamp.
  Keys both = repository_.signers("timestamp");
  repository_.SetSigners("snapshot", both);
  repository_.signed_part("snapshot")["meta"]["snapshot.json"] = {{"version", 1}};
  repository_.Publish({"snapshot"});

  EXPECT_EQ(ReasonOf(Start().UpdateTimestamp(repository_.bytes("snapshot"))),
            Reason::kMetadataMalformed);
}

}  // namespace
}  // namespace mrg
