#ifndef MRG_GATEWAY_CEREMONY_TESTING_CEREMONY_FOLDER_H_
#define MRG_GATEWAY_CEREMONY_TESTING_CEREMONY_FOLDER_H_

// A member's repository folder with its keys, before anything is staged, and the texts that tests
// stage there. A test that uses it names //deploy/packs and //deploy/regions as data.
//
// Threads: belongs to one thread.

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/ceremony/testing/sample_lists.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/scheme.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {

inline const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class CeremonyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::string(std::getenv("TEST_TMPDIR")) + "/ceremony-XXXXXX";
    base_ = mkdtemp(name.data());
    for (const char* part : {"offline", "online"}) {
      std::filesystem::create_directories(base_ + "/keys/" + part);
    }
    for (const char* key : {"offline/root", "offline/targets", "offline/j-31", "online/timestamp",
                            "online/snapshot", "online/status", "online/log"}) {
      MakeKey(key);
    }
    folder_ = std::make_unique<RepositoryFolder>(base_ + "/repository");
    const auto root = InitRepository(Options(), kNow, folder_.get());
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(root->version, 1);
    root_sha256_ = root->sha256;
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  void MakeKey(const std::string& name) const {
    const std::string path = base_ + "/keys/" + name + ".pem";
    ASSERT_TRUE(WriteWholeFile(path, *GeneratePrivateKeyPem(Scheme::kEd25519)).ok());
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  InitOptions Options() const {
    return {"yangtze-delta", base_ + "/keys", {"31"}, "yangtze-delta/log-1"};
  }

  static std::string IssuerText() {
    return absl::StrCat(
        "entries { issuer_code: \"", kIssuer, "\" name: \"样例机关\" public_key: \"",
        absl::CEscape(KeyNamed("key one")),
        "\" algorithm: SIGNATURE_ALGORITHM_ED25519 key_use: ISSUER_KEY_USE_SIGNING type_codes: "
        "\"11100000XX0000019L003\" area_prefixes: \"31\" "
        "listed_from { seconds: 1577808000 } }\n");
  }

  // `text` is staged as what `options` say.
  absl::StatusOr<StagedTarget> StageText(const std::string& text, StageOptions options) const {
    options.file = base_ + "/staged";
    EXPECT_TRUE(WriteWholeFile(options.file, text).ok());
    return StageTarget(options, kNow, folder_.get());
  }

  StagedTarget StageIssuer() const {
    const std::string path = base_ + "/issuers";
    EXPECT_TRUE(WriteWholeFile(path, IssuerText()).ok());
    return *StageTarget({.file = path, .issuers = "31"}, kNow, folder_.get());
  }

  absl::StatusOr<int64_t> Sign(const std::string& role) const {
    return SignRole(role, base_ + "/keys/offline/" + role + ".pem", folder_.get());
  }

  RoleDiff DiffOf(const std::string& role) const {
    const std::vector<RoleDiff> diffs = *DiffRepository(*folder_);
    for (const RoleDiff& diff : diffs) {
      if (diff.role == role) return diff;
    }
    ADD_FAILURE() << "nothing is staged for " << role;
    return {};
  }

  std::string base_;
  std::unique_ptr<RepositoryFolder> folder_;
  std::string root_sha256_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_TESTING_CEREMONY_FOLDER_H_
