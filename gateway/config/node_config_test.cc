#include "gateway/config/node_config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/testing/plain_repository.h"

namespace mrg {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kValid[] = R"(
member: "yangtze-delta"
role: NODE_ROLE_REGION
data_dir: "data"
log_id: "log-1"
jurisdictions: "31"
jurisdictions: "32"
listeners {
  api: "127.0.0.1:0"
  federation: "[::1]:0"
  metrics: "127.0.0.1:9464"
  rest: "127.0.0.1:7443"
  admin_socket: "run/admin.sock"
}
tls {
  cert_path: "own-delta.example/node.pem"
  key_path: "own-delta.example/node.key"
  trust_domain: "delta.example"
}
trust_domains { name: "delta.example" ca_bundle_path: "own-delta.example/ca.pem" }
trust_domains { name: "hub.example" ca_bundle_path: "own-hub.example/ca.pem" }
peers {
  member: "hub"
  endpoint: "127.0.0.1:7001"
  trust_domain: "hub.example"
  root_path: "root.json"
  is_hub: true
}
peers {
  member: "sichuan-chongqing"
  endpoint: "127.0.0.1:7002"
  trust_domain: "hub.example"
  root_sha256: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
}
keys {
  timestamp_path: "keys/timestamp.pem"
  snapshot_path: "keys/snapshot.pem"
  status_path: "keys/status.pem"
  log_path: "keys/log.pem"
  idempotency_path: "/etc/mrg/idempotency.key"
  epoch_keys { jurisdiction: "31" epoch: 1 path: "keys/epoch-31.key" }
  epoch_keys { jurisdiction: "32" epoch: 1 path: "keys/epoch-32.key" }
}
lifetimes {
  timestamp { valid { seconds: 60 } renew_after { seconds: 20 } }
  root_alarm { seconds: 5184000 }
}
authorization {
  rules {
    identity: "spiffe://delta.example/jurisdiction/*/platform/*"
    methods: "mrg.gateway.v1.RecognitionService/Recognize"
  }
  rules {
    identity: "spiffe://delta.example/operator/li"
    methods: "mrg.audit.v1.AuditService/*"
    jurisdictions: "31"
    scenarios: "traffic-check"
  }
  rules {
    identity: "spiffe://delta.example/jurisdiction/31/registry/a"
    methods: "mrg.gateway.v1.StatusService/*"
    issuer_codes: "11310000YY000001XH"
    type_codes: "11100000XX0000019L003"
  }
}
poll_period { seconds: 5 }
)";

class NodeConfigTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new TestCertificates();
    files_->Leaf("delta.example", "node", "/node/log-1");
    files_->Leaf("delta.example", "other", "/node/log-2");
    files_->Ca("hub.example");
    PlainRepository hub(RealClock().Now());
    hub.Publish({"root"});
    root_ = new std::string(hub.bytes("root"));
    WriteTestFile(files_->folder() + "/root.json", *root_);
    WriteTestFile(files_->folder() + "/not-root.json", "{}");
    hub.Publish({"targets"});
    WriteTestFile(files_->folder() + "/targets.json", hub.bytes("targets"));
    WriteTestFile(files_->folder() + "/broken.pem", "not PEM");
  }
  static void TearDownTestSuite() {
    delete files_;
    delete root_;
  }

  // The configuration with `from` replaced by `to`, loaded.
  static absl::StatusOr<NodeConfig> Load(absl::string_view from = "", absl::string_view to = "") {
    std::string text = kValid;
    if (!from.empty()) {
      EXPECT_THAT(text, HasSubstr(std::string(from)));
      text = absl::StrReplaceAll(text, {{from, to}});
    }
    return LoadText(text);
  }
  static absl::StatusOr<NodeConfig> LoadText(const std::string& text) {
    const std::string path = files_->folder() + "/node.textproto";
    WriteTestFile(path, text);
    return LoadNodeConfig(path, RealClock().Now());
  }

  static void ExpectRefused(absl::string_view from, absl::string_view to, Reason reason,
                            const std::string& named) {
    const absl::Status status = Load(from, to).status();
    EXPECT_EQ(ReasonOf(status), reason) << from << " -> " << to << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(named));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\n")));
  }

  static TestCertificates* files_;
  static std::string* root_;
};

TestCertificates* NodeConfigTest::files_ = nullptr;
std::string* NodeConfigTest::root_ = nullptr;

TEST_F(NodeConfigTest, ARootsDigestMayStandAsItIsShown) {
  const absl::StatusOr<NodeConfig> config =
      Load("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
           "0011 2233 4455 6677 8899 aabb ccdd eeff 0011 2233 4455 6677 8899 aabb ccdd eeff");

  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->peers[1].first_root_sha256, Load()->peers[1].first_root_sha256);
}

TEST_F(NodeConfigTest, AValidFileIsReadWithItsCertificatesAndDefaults) {
  const absl::StatusOr<NodeConfig> config = Load();

  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->member.value(), "yangtze-delta");
  EXPECT_EQ(config->role, NodeRole::kRegion);
  EXPECT_EQ(config->data_dir, files_->folder() + "/data");
  EXPECT_EQ(config->log_mark_path, files_->folder() + "/data.log-1.mark");
  ASSERT_EQ(config->jurisdictions.size(), 2u);
  EXPECT_EQ(config->federation_address, "[::1]:0");
  EXPECT_THAT(config->own_certificate.certificate_pem, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_NE(config->trust_bundles.Find("hub.example"), nullptr);
  ASSERT_EQ(config->peers.size(), 2u);
  EXPECT_EQ(config->peers[0].first_root, *root_);
  EXPECT_TRUE(config->peers[0].is_hub);
  EXPECT_EQ(config->peers[1].first_root_sha256.size(), 32u);
  EXPECT_EQ(config->peers[1].first_root_sha256[1], '\x11');
  EXPECT_FALSE(config->peers[1].pinned);
  EXPECT_EQ(config->idempotency_key_path, "/etc/mrg/idempotency.key");
  EXPECT_EQ(config->timestamp_lifetime.valid, absl::Minutes(1));
  EXPECT_EQ(config->snapshot_lifetime.valid, absl::Hours(24 * 7));
  EXPECT_EQ(config->snapshot_lifetime.renew_after, absl::Hours(24));
  EXPECT_EQ(config->status_lifetime.valid, absl::Hours(24));
  EXPECT_EQ(config->status_lifetime.renew_after, absl::Hours(8));
  EXPECT_EQ(config->root_alarm, absl::Hours(24 * 60));
  EXPECT_EQ(config->targets_alarm, absl::Hours(24 * 14));
  EXPECT_EQ(config->executor_threads, 8u);
  EXPECT_EQ(config->poll_period, absl::Seconds(5));
  ASSERT_EQ(config->authorization_rules.size(), 3u);
  EXPECT_EQ(config->authorization_rules[2].issuer_codes[0].value(), "11310000YY000001XH");
  EXPECT_EQ(config->authorization_rules[2].type_codes[0].value(), "11100000XX0000019L003");
  EXPECT_EQ(config->authorization_rules[1].scenarios[0].value(), "traffic-check");
}

TEST_F(NodeConfigTest, AProberOfHealthMayHaveARule) {
  EXPECT_TRUE(Load("mrg.audit.v1.AuditService/*", "grpc.health.v1.Health/Check").ok());
}

TEST_F(NodeConfigTest, AnUnknownOrRepeatedKeyIsRefusedWithItsLine) {
  ExpectRefused("data_dir", "data_folder", Reason::kConfigInvalid, "line 4");
  ExpectRefused("log_id: \"log-1\"", "log_id: \"log-1\" log_id: \"log-2\"", Reason::kConfigInvalid,
                "line 5");
  ExpectRefused("role: NODE_ROLE_REGION", "role: MASTER", Reason::kConfigInvalid, "\"role\"");
}

TEST_F(NodeConfigTest, EveryErrorNamesItsField) {
  const struct {
    const char *from, *to, *named;
  } kCases[] = {
      {"\"yangtze-delta\"", "\"Delta\"", "member: expected a member id"},
      {"role: NODE_ROLE_REGION", "", "role: "},
      {"role: NODE_ROLE_REGION", "role: NODE_ROLE_HUB", "jurisdictions: "},
      {"data_dir: \"data\"", "", "data_dir: "},
      {"log_id: \"log-1\"", "log_id: \"log/1\"", "log_id: "},
      {"data_dir: \"data\"", "data_dir: \"data/\" log_mark_path: \"data/mark\"",
       "log_mark_path: expected a path outside data_dir"},
      {"jurisdictions: \"32\"\nlisteners", "jurisdictions: \"31\"\nlisteners", "jurisdictions[1]"},
      {"jurisdictions: \"32\"\nlisteners", "jurisdictions: \"3\"\nlisteners", "jurisdictions[1]"},
      {"[::1]:0", "::1:0", "listeners.federation"},
      {"127.0.0.1:9464", "127.0.0.1:70000", "listeners.metrics"},
      {"127.0.0.1:7443", "127.0.0.1", "listeners.rest"},
      {"\"run/admin.sock\"", "\"\"", "listeners.admin_socket"},
      {"\"hub.example\" ca", "\"local\" ca", "local"},
      {"  trust_domain: \"delta.example\"", "  trust_domain: \"x.example\"", "tls.trust_domain"},
      {"127.0.0.1:7001", "127.0.0.1:0", "peers[0].endpoint"},
      {"\"sichuan-chongqing\"", "\"yangtze-delta\"", "peers[1].member"},
      {"\"00112233", "\"0011223", "peers[1].root_sha256"},
      {"root.json", "absent.json", "peers[0].root_path"},
      {"root_path: \"root.json\"", "", "peers[0].root_path"},
      {"root_path: \"root.json\"",
       "root_sha256: \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
       "peers[0].root_path: expected for the hub the file"},
      {"root.json", "not-root.json", "peers[0].root_path: expected root metadata"},
      {"root.json", "targets.json", "peers[0].root_path: expected root metadata"},
      {"is_hub: true", "", "peers: "},
      {"keys/snapshot.pem", "keys/log.pem", "keys.log_path"},
      {"status_path: \"keys/status.pem\"", "", "keys.status_path"},
      {"jurisdiction: \"32\" epoch", "jurisdiction: \"33\" epoch", "keys.epoch_keys[1]"},
      {"jurisdiction: \"32\" epoch", "jurisdiction: \"31\" epoch", "keys.epoch_keys[1].epoch"},
      {"epoch_keys { jurisdiction: \"32\" epoch: 1 path: \"keys/epoch-32.key\" }",
       "carried_epoch_keys { jurisdiction: \"32\" epoch: 1 path: \"keys/epoch-32.key\" }",
       "keys.carried_epoch_keys[0].jurisdiction"},
      {"path: \"keys/epoch-32.key\"", "path: \"keys/epoch-32.key\" from { seconds: 253402300800 }",
       "keys.epoch_keys[1].from"},
      {"epoch_keys { jurisdiction: \"32\" epoch: 1 path: \"keys/epoch-32.key\" }", "",
       "keys.epoch_keys"},
      {"renew_after { seconds: 20 }", "renew_after { seconds: 60 }", "lifetimes.timestamp"},
      {"valid { seconds: 60 }", "", "lifetimes.timestamp.valid"},
      {"renew_after { seconds: 20 } }",
       "renew_after { seconds: 20 } } snapshot { valid { seconds: 1 } renew_after { seconds: 2 } }",
       "lifetimes.snapshot.renew_after"},
      {"renew_after { seconds: 20 } }",
       "renew_after { seconds: 20 } } status { valid { seconds: 99999999 } }",
       "lifetimes.status.valid"},
      {"root_alarm { seconds: 5184000 }", "root_alarm { seconds: 0 }", "lifetimes.root_alarm"},
      {"root_alarm { seconds: 5184000 }", "targets_alarm { seconds: 99999999 }",
       "lifetimes.targets_alarm"},
      {"jurisdiction/*/platform/*", "jurisdiction/**", "authorization.rules[0].identity"},
      {"AuditService/*", "Audit*", "authorization.rules[1].methods"},
      {"AuditService/*", "AuditorService/*",
       "authorization.rules[1].methods: expected a service of mrg.gateway.v1.RecognitionService, "},
      {"AuditService/*", "AuditService/Readlog",
       "authorization.rules[1].methods: expected of mrg.audit.v1.AuditService one of *, Get"},
      {"mrg.audit.v1.AuditService/*", "mrg.gateway.v1.AdminService/*",
       "authorization.rules[1].methods: expected a service of"},
      {"spiffe://delta.example/operator", "spiffe://detla.example/operator",
       "authorization.rules[1].identity: expected a trust domain of trust_domains, got "
       "\"detla.example\""},
      {"jurisdictions: \"31\"\n    scenarios", "jurisdictions: \"\"\n    scenarios",
       "authorization.rules[1].jurisdictions"},
      {"\"traffic-check\"", "\"Traffic\"", "authorization.rules[1].scenarios"},
      {"\"11310000YY000001XH\"", "\"police\"", "authorization.rules[2].issuer_codes"},
      {"\"11100000XX0000019L003\"", "\"*\"", "authorization.rules[2].type_codes"},
      {"poll_period { seconds: 5 }", "poll_period { seconds: -5 }", "poll_period"},
      {"poll_period", "executor_threads: 1000 poll_period", "executor_threads"},
      {"poll_period", "salt_retention_days: 36501 poll_period", "salt_retention_days"},
  };
  for (const auto& one : kCases) {
    ExpectRefused(one.from, one.to, Reason::kConfigInvalid, one.named);
  }
}

TEST_F(NodeConfigTest, EpochsComeIntoUseOneAfterTheOther) {
  const std::string second =
      "epoch_keys { jurisdiction: \"32\" epoch: 2 path: \"keys/epoch-32-2.key\"";
  const std::string third =
      "epoch_keys { jurisdiction: \"32\" epoch: 3 path: \"keys/epoch-32-3.key\"";
  const std::string own = "  epoch_keys { jurisdiction: \"32\"";
  const auto with = [&](const std::string& of_second, const std::string& of_third) {
    return second + of_second + " }\n" + third + of_third + " }\n" + own;
  };

  const auto config =
      Load(own, with(" from { seconds: 1795478400 }", " from { seconds: 1795478401 }"));

  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->epoch_keys.size(), 4u);
  EXPECT_EQ(config->epoch_keys[0].from, absl::InfinitePast());
  EXPECT_EQ(config->epoch_keys[1].from, absl::FromUnixSeconds(1795478400));
  for (const auto& [of_second, of_third] : std::vector<std::pair<std::string, std::string>>{
           {" from { seconds: 1795478401 }", " from { seconds: 1795478400 }"},
           {" from { seconds: 1795478400 }", " from { seconds: 1795478400 }"},
           {" from { seconds: 1795478400 }", ""}}) {
    ExpectRefused(own, with(of_second, of_third), Reason::kConfigInvalid,
                  "keys.epoch_keys: from of epoch 3 of 32");
  }
  ExpectRefused("epoch: 1 path: \"keys/epoch-32.key\"",
                "epoch: 1 path: \"keys/epoch-32.key\" from { seconds: 1795478400 }",
                Reason::kConfigInvalid, "keys.epoch_keys: from of epoch 1 of 32");
  ExpectRefused(own, with(" from { seconds: 1795478400 nanos: 1 }", ""), Reason::kConfigInvalid,
                "keys.epoch_keys[1].from");
}

TEST_F(NodeConfigTest, M9_TheHubTakesNoLicenceTagKeysOfOthers) {
  const std::string hub = absl::StrReplaceAll(
      kValid,
      {{"NODE_ROLE_REGION", "NODE_ROLE_HUB"},
       {"\njurisdictions: \"31\"\njurisdictions: \"32\"", ""},
       {"\n  is_hub: true", ""},
       {"\n  epoch_keys { jurisdiction: \"31\" epoch: 1 path: \"keys/epoch-31.key\" }", ""},
       {"\n  epoch_keys { jurisdiction: \"32\" epoch: 1 path: \"keys/epoch-32.key\" }", ""}});
  const std::string carrying = absl::StrReplaceAll(
      hub,
      {{"keys {", "keys { carried_epoch_keys { jurisdiction: \"50\" epoch: 1 path: \"50\" }"}});

  const absl::Status refused = LoadText(carrying).status();

  EXPECT_EQ(ReasonOf(refused), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("keys.carried_epoch_keys: "));
  EXPECT_THAT(std::string(LoadText(hub).status().message()), Not(HasSubstr("keys.")));
}

TEST_F(NodeConfigTest, M12_SaltsAreKeptForGoodOrForAStatedNumberOfDays) {
  EXPECT_EQ(Load()->salt_retention, std::nullopt);
  EXPECT_EQ(Load("poll_period", "salt_retention_days: 30 poll_period")->salt_retention,
            absl::Hours(24 * 30));
}

TEST_F(NodeConfigTest, AJurisdictionHasAtMost64Epochs) {
  std::string more;
  for (int epoch = 2; epoch <= 65; ++epoch) {
    absl::StrAppend(&more, "epoch_keys { jurisdiction: \"32\" epoch: ", epoch,
                    " path: \"keys/epoch-32-", epoch, ".key\" }\n");
  }
  const std::string own = "  epoch_keys { jurisdiction: \"32\"";
  ExpectRefused(own, more + own, Reason::kConfigInvalid, "at most 64 epochs of 32");
}

TEST_F(NodeConfigTest, ACertificateOfAnotherKeyOrNameOrAnUnreadableOneIsOneClearLine) {
  ExpectRefused("node.key", "other.key", Reason::kCertificateKeyMismatch, "other.key");
  ExpectRefused("node.key", "absent.key", Reason::kCertificateUnreadable, "tls.key_path");
  ExpectRefused("node.pem", "absent.pem", Reason::kCertificateUnreadable, "tls.cert_path");
  ExpectRefused("own-delta.example/node.pem", "broken.pem", Reason::kCertificateUnreadable,
                "broken.pem");
  ExpectRefused("own-hub.example/ca.pem", "broken.pem", Reason::kCertificateUnreadable,
                "trust_domains.ca_bundle_path of hub.example");
  ExpectRefused("log-1", "log-9", Reason::kConfigInvalid,
                "tls.cert_path: expected a certificate with the one URI SAN "
                "spiffe://delta.example/node/log-9");
}

TEST_F(NodeConfigTest, APrivateKeyThatOthersMayReadIsRefused) {
  const TestCertificates::Pair node = files_->Leaf("delta.example", "node", "/node/log-1");
  WriteTestFile(files_->folder() + "/open.key", node.key_pem, 0640);
  ExpectRefused("own-delta.example/node.key", "open.key", Reason::kKeyFileInvalid, "open.key");
}

TEST_F(NodeConfigTest, AMissingFileIsNamed) {
  const absl::Status status =
      LoadNodeConfig(files_->folder() + "/absent.textproto", RealClock().Now()).status();
  EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("absent.textproto"));
}

}  // namespace
}  // namespace mrg
