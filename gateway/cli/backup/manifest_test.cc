#include "gateway/cli/backup/manifest.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

BackupManifest SomeManifest() {
  BackupManifest manifest;
  manifest.member = "yangtze-delta";
  manifest.log = "yangtze-delta/log-1";
  manifest.log_key_pem = "-----BEGIN PUBLIC KEY-----\n";
  manifest.log_size = 7;
  manifest.log_root = std::string(32, 'r');
  manifest.made = absl::FromUnixSeconds(1795996800);
  manifest.config = "folder/node.textproto";
  manifest.data_dir = "folder/data";
  manifest.spent_keys = {std::string(32, 'k')};
  manifest.files = {{"folder/node.textproto", 12, std::string(32, 'a')},
                    {"store/CURRENT", 16, std::string(32, 'b')}};
  return manifest;
}

void ExpectRefused(const std::string& text) {
  EXPECT_EQ(ReasonOf(ParseManifest(text).status()), Reason::kStoreCorrupt) << text;
}

TEST(Manifest, WhatIsWrittenIsRead) {
  BackupManifest manifest = SomeManifest();
  EXPECT_EQ(*ParseManifest(ManifestText(manifest)), manifest);
  manifest.key_salt = std::string(32, 's');
  EXPECT_EQ(*ParseManifest(ManifestText(manifest)), manifest);
}

TEST(Manifest, NoNameLeadsOutOfTheFolder) {
  for (const char* name : {"", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a/.",
                           "a\\b", "a b", "a\n", "\xe4\xb8\xad"}) {
    EXPECT_FALSE(IsBackupName(name)) << name;
  }
  EXPECT_FALSE(IsBackupName(std::string(256, 'a')));
  EXPECT_TRUE(IsBackupName("store/000012.sst"));
  EXPECT_TRUE(IsBackupName("folder/..a/b..c/.d"));
  BackupManifest manifest = SomeManifest();
  manifest.files[0].name = "../x";
  ExpectRefused(ManifestText(manifest));
  manifest = SomeManifest();
  manifest.data_dir = "/var/lib";
  ExpectRefused(ManifestText(manifest));
}

TEST(Manifest, NamesRiseAndItsOwnIsNotAmongThem) {
  BackupManifest manifest = SomeManifest();
  manifest.files[1].name = manifest.files[0].name;
  ExpectRefused(ManifestText(manifest));
  manifest.files[1].name = "a";
  ExpectRefused(ManifestText(manifest));
  manifest.files[1].name = kManifestFile;
  ExpectRefused(ManifestText(manifest));
}

TEST(Manifest, AnotherFormIsRefused) {
  const std::string text = ManifestText(SomeManifest());
  for (const auto& [from, to] :
       {std::pair("\"format\": 1", "\"format\": 2"), std::pair("\"bytes\": 12", "\"bytes\": -12"),
        std::pair("\"bytes\": 12", "\"bytes\": \"12\""), std::pair("\"logSize\": 7", "\"size\": 7"),
        std::pair("6161", "616"), std::pair("\"keySalt\": \"\"", "\"keySalt\": \"00\"")}) {
    const std::string changed = absl::StrReplaceAll(text, {{from, to}});
    ASSERT_NE(changed, text) << from;
    ExpectRefused(changed);
  }
  ExpectRefused("");
  ExpectRefused(text.substr(0, text.size() / 2));
  ExpectRefused(text + "{}");
  BackupManifest manifest = SomeManifest();
  manifest.spent_keys.clear();
  ExpectRefused(ManifestText(manifest));
}

}  // namespace
}  // namespace mrg
