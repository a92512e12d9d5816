#include "gateway/config/config_change.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kOthers[] = R"(
member: "delta" data_dir: "data" executor_threads: 8 poll_period { seconds: 5 }
listeners { api: "127.0.0.1:1" federation: "127.0.0.1:2" }
keys { epoch_keys { jurisdiction: "31" epoch: 1 path: "a" } }
)";
constexpr char kTls[] = R"(tls { cert_path: "node.pem" key_path: "node.key" trust_domain: "own" }
)";
constexpr char kDomains[] = R"(trust_domains { name: "own" ca_bundle_path: "own.pem" }
trust_domains { name: "peer" ca_bundle_path: "peer.pem" }
)";
constexpr char kPeers[] = R"(
peers { member: "hub" endpoint: "a:1" trust_domain: "peer" is_hub: true }
peers { member: "chuanyu" endpoint: "b:2" trust_domain: "peer" }
)";
constexpr char kRules[] = R"(authorization { rules { identity: "x" methods: "m" } })";

// What is checked of the text, as far as the comparison looks at it.
NodeConfig Checked(const std::string& text) {
  NodeConfig config(*MemberId::Parse("delta"));
  auto written = ParseNodeConfigText(text);
  EXPECT_TRUE(written.ok()) << written.status();
  config.written = *std::move(written);
  config.trust_domain = config.written.tls().trust_domain();
  config.tls_files.certificate_path = config.written.tls().cert_path();
  for (const auto& domain : config.written.trust_domains()) {
    config.tls_files.ca_bundle_paths[domain.name()] = domain.ca_bundle_path();
  }
  for (const auto& peer : config.written.peers()) {
    config.peers.push_back({*MemberId::Parse(peer.member()),
                            peer.endpoint(),
                            peer.trust_domain(),
                            "",
                            {},
                            "",
                            peer.is_hub(),
                            peer.pinned()});
  }
  for (const auto& rule : config.written.authorization().rules()) {
    config.authorization_rules.push_back({rule.identity(), {rule.methods(0)}, {}, {}});
  }
  return config;
}

NodeConfig Running() { return Checked(absl::StrCat(kOthers, kTls, kDomains, kPeers, kRules)); }

TEST(ConfigChange, TheSameConfigurationChangesNothing) {
  const ConfigChange change = ChangeOf(Running(), Running());

  EXPECT_THAT(change.taken_up, IsEmpty());
  EXPECT_THAT(change.need_restart, IsEmpty());
}

TEST(ConfigChange, RulesPeersAddressesCertificatesAndTheLogLevelAreTakenUp) {
  NodeConfig next = Checked(absl::StrCat(kOthers, R"(log_level: LOG_LEVEL_ERROR
tls { cert_path: "next.pem" key_path: "node.key" trust_domain: "own" }
trust_domains { name: "own" ca_bundle_path: "own.pem" }
trust_domains { name: "peer" ca_bundle_path: "peer-next.pem" }
trust_domains { name: "further" ca_bundle_path: "further.pem" }
peers { member: "chuanyu" endpoint: "b:3" trust_domain: "peer" pinned: true }
peers { member: "hub" endpoint: "a:1" trust_domain: "peer" is_hub: true }
authorization { rules { identity: "y" methods: "m" } rules { identity: "z" methods: "m" } })"));
  next.log_level = EventLevel::kError;

  const ConfigChange change = ChangeOf(Running(), next);

  EXPECT_THAT(change.taken_up, ElementsAre("authorization.rules", "log_level", "peers[0].endpoint",
                                           "peers[0].pinned", "tls.cert_path", "trust_domains"));
  EXPECT_THAT(change.need_restart, IsEmpty());
  EXPECT_EQ(change.now.authorization_rules.size(), 2u);
  EXPECT_EQ(change.now.log_level, EventLevel::kError);
  EXPECT_EQ(change.now.tls_files.certificate_path, "next.pem");
  EXPECT_EQ(change.now.tls_files.ca_bundle_paths.at("peer"), "peer-next.pem");
  ASSERT_EQ(change.now.peers.size(), 2u);
  EXPECT_EQ(change.now.peers[0].endpoint, "a:1") << "in the order in which they are followed";
  EXPECT_EQ(change.now.peers[1].endpoint, "b:3");
  EXPECT_TRUE(change.now.peers[1].pinned);
  EXPECT_THAT(ChangeOf(change.now, next).taken_up, IsEmpty()) << "taken up once";
}

TEST(ConfigChange, WhatNeedsARestartIsNamedAgainUntilItHappens) {
  const NodeConfig next = Checked(absl::StrCat(R"(
member: "delta" data_dir: "other" executor_threads: 9 poll_period { seconds: 6 }
listeners { api: "127.0.0.1:3" federation: "127.0.0.1:2" }
keys { epoch_keys { jurisdiction: "31" epoch: 1 path: "a" }
       epoch_keys { jurisdiction: "31" epoch: 2 path: "b" } }
tls { cert_path: "node.pem" key_path: "node.key" trust_domain: "peer" }
peers { member: "hub" endpoint: "a:1" trust_domain: "own" is_hub: true }
peers { member: "chuanyu" endpoint: "b:2" trust_domain: "peer" }
peers { member: "pearl" endpoint: "c:1" trust_domain: "peer" }
)",
                                               kDomains, kRules));

  const ConfigChange change = ChangeOf(Running(), next);

  EXPECT_THAT(change.taken_up, IsEmpty());
  EXPECT_THAT(change.need_restart,
              ElementsAre("data_dir", "executor_threads", "keys.epoch_keys", "listeners.api",
                          "peers", "peers[0].trust_domain", "poll_period", "tls.trust_domain"));
  EXPECT_EQ(ChangeOf(change.now, next).need_restart, change.need_restart);
}

TEST(ConfigChange, ATrustDomainThatTheNodeOrAPeerIsKnownByGoesWithARestartOnly) {
  const NodeConfig next = Checked(absl::StrCat(
      kOthers, kTls, R"(trust_domains { name: "own" ca_bundle_path: "own.pem" })", kPeers, kRules));

  const ConfigChange change = ChangeOf(Running(), next);

  EXPECT_THAT(change.need_restart, ElementsAre("trust_domains"));
  EXPECT_TRUE(change.now.tls_files.ca_bundle_paths.contains("peer"));
}

}  // namespace
}  // namespace mrg
