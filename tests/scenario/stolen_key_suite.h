#ifndef MRG_TESTS_SCENARIO_STOLEN_KEY_SUITE_H_
#define MRG_TESTS_SCENARIO_STOLEN_KEY_SUITE_H_

// What the attacks with stolen keys share: a federation whose nodes ask often, a follower that
// must refuse what is served in the place of Chuanyu's node, and the rotation of keys that ends
// what it believed under the stolen ones.
//
// Threads: of the test's main thread.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {

// A peer that refuses is asked again as often as it is polled.
inline constexpr char kPollOften[] = "poll_period { nanos: 300000000 }";
// Far above what the member's node has reached.
inline constexpr int64_t kVeryHigh = int64_t{1} << 40;

class StolenKeySuite : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = kPollOften;
    StartOnce(std::move(options));
  }

  // Serves `moment` in the place of the member's node, which has stopped: the Delta refuses, says
  // why, and goes on with what it has.
  static void ExpectRefused(const RepositoryMoment& moment, absl::string_view reason) {
    const std::string in_force = InForce();
    const FakePeer fake(federation(), kChuanyu, moment);

    EXPECT_TRUE(WaitForRefusal(reason)) << federation().LastRefusalAt(kDelta, kChuanyu);

    EXPECT_EQ(InForce(), in_force);
  }

  static std::string Keys() { return federation().Path(kChuanyu, "keys"); }
  static void NewKey(const std::string& name) {
    const std::string path = absl::StrCat(Keys(), "/", name, ".pem");
    std::filesystem::remove(path);
    const Ran ran = federation().Mrgctl({"keys", "generate", "--scheme", "ed25519", "--out", path});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  // A ceremony: the next root, made of the keys in the member's folder. Not signed yet.
  static void StageRoot(int threshold) {
    const std::string signatures = absl::StrCat(threshold);
    ASSERT_TRUE(federation()
                    .Trust(kChuanyu, {"rotate", "--keys", Keys(), "--root-threshold", signatures,
                                      "--targets-threshold", signatures})
                    .ok());
  }
  // By every key of the role there is.
  static void SignWithAll(const std::string& role) {
    for (const std::string& name : {role, role + "-2"}) {
      const std::string path = absl::StrCat(Keys(), "/offline/", name, ".pem");
      if (!std::filesystem::exists(path)) continue;
      ASSERT_TRUE(federation().Trust(kChuanyu, {"sign", "--role", role, "--key", path}).ok());
    }
  }
  static void PublishRoot() {
    SignWithAll("root");
    const absl::Status published = federation().Publish(kChuanyu);
    ASSERT_TRUE(published.ok()) << published;
  }

  // The member comes back, its online keys are rotated, and all follow it again.
  static void RotateAndRecover() {
    for (const char* role : {"timestamp", "snapshot"}) NewKey(absl::StrCat("online/", role));
    ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
    StageRoot(1);
    PublishRoot();
    const int64_t root = federation().VersionAt(kChuanyu, kChuanyu, "root");
    const int64_t list = PublishAnew("50");
    for (const char* follower : {kDelta, kHub}) {
      EXPECT_TRUE(federation().WaitForVersion(follower, kChuanyu, "root", root)) << follower;
      EXPECT_TRUE(WaitUntil([&] {
        return federation().VersionAt(follower, kChuanyu, "timestamp") ==
                   federation().VersionAt(kChuanyu, kChuanyu, "timestamp") &&
               federation().VersionAt(follower, kChuanyu, "j-50") == list;
      })) << follower
          << " " << federation().LastRefusalAt(follower, kChuanyu);
    }
    EXPECT_TRUE(WaitUntil([] { return federation().LastRefusalAt(kDelta, kChuanyu).empty(); }));
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  }
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_STOLEN_KEY_SUITE_H_
