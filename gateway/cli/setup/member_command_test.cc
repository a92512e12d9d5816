#include "gateway/cli/setup/member_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/membership.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/command.h"
#include "gateway/cli/setup/init_command.h"
#include "gateway/cli/setup/testing/setup_folders.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/config/node_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class MemberAdd : public SetupFolders {
 protected:
  int Listed() const {
    return ListedFederation(RepositoryFolder(Path("hub/repository")))->members_size();
  }
};

// Result: `text` with the lines of `field` as `other` has them.
std::string WithFieldOf(const std::string& text, const std::string& field,
                        const std::string& other) {
  const auto is_field = [&](absl::string_view line) {
    return absl::StartsWith(line, absl::StrCat(field, ": "));
  };
  std::string with;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (!is_field(line)) absl::StrAppend(&with, line, "\n");
  }
  for (absl::string_view line : absl::StrSplit(other, '\n', absl::SkipEmpty())) {
    if (is_field(line)) absl::StrAppend(&with, line, "\n");
  }
  return with;
}

TEST_F(MemberAdd, TheDigestThatARegionReadsOutCoversAllThatItHandsOver) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  const std::string spoken = Behind(MakeRegion().out, kOwnDigest);
  Flags flags = RegionFlags();
  flags["--dir"] = Path("other");
  flags["--jurisdictions"] = "33";
  flags["--endpoint"] = "other.example:7412";
  flags["--member"] = "other";
  ASSERT_EQ(Mrgctl(RunInitCommand, "region", flags).code, kExitOk);
  const std::string sound = *ReadWholeFile(Path("delta/member.textproto"));
  const std::string other = *ReadWholeFile(Path("other/member.textproto"));
  const auto shown = [&](const std::string& entry) {
    EXPECT_TRUE(WriteWholeFile(Path("delta/member.textproto"), entry).ok());
    fs::copy(Path("hub"), Path("kept"), fs::copy_options::recursive);
    const RanCommand added = AddRegion();
    fs::remove_all(Path("hub"));
    fs::rename(Path("kept"), Path("hub"));
    EXPECT_EQ(added.code, kExitOk) << added.err;
    return Behind(added.out, kOwnDigest);
  };

  const std::string as_handed = shown(sound);

  EXPECT_EQ(as_handed.size(), 79u);
  EXPECT_EQ(as_handed, spoken);
  for (const char* field :
       {"ca_bundle_pem", "endpoints", "jurisdictions", "member", "first_root_sha256"}) {
    EXPECT_NE(shown(WithFieldOf(sound, field, other)), spoken) << field;
  }
  EXPECT_NE(shown(sound + "endpoints: \"other.example:7412\"\n"), spoken);
}

TEST_F(MemberAdd, AnotherDigestThanWasToldIsRefusedAndChangesNothing) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  const std::string told = Behind(MakeRegion().out, kOwnDigest);
  const std::string sound = *ReadWholeFile(Path("delta/member.textproto"));
  const std::string config = *ReadWholeFile(Path("hub/node.textproto"));
  const auto add = [&](const std::string& entry, const std::string& digest) {
    EXPECT_TRUE(WriteWholeFile(Path("delta/member.textproto"), entry).ok());
    return Mrgctl(
        RunMemberCommand, "add",
        {{"--dir", Path("hub")}, {"--file", Path("delta/member.textproto")}, {"--digest", digest}});
  };

  const RanCommand changed =
      add(absl::StrReplaceAll(sound, {{"node.delta.example", "evil.example"}}), told);
  const RanCommand no_digest = add(sound, "0f3a");

  EXPECT_EQ(changed.code, kExitFailed);
  EXPECT_THAT(changed.err, HasSubstr("--digest: "));
  EXPECT_THAT(no_digest.err, HasSubstr("--digest: expected 64 hex digits"));
  EXPECT_EQ(Listed(), 1);
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), config);
  EXPECT_EQ(add(sound, told).code, kExitOk);
  EXPECT_EQ(Listed(), 2);
}

TEST_F(MemberAdd, WhatWasStagedBeforeAFaultGoesOnWhenItIsRepeated) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string config = *ReadWholeFile(Path("hub/node.textproto"));
  // A folder with something in it cannot be replaced by a file.
  fs::rename(Path("hub/federation.textproto"), Path("kept"));
  fs::create_directories(Path("hub/federation.textproto/x"));

  const RanCommand failed = AddRegion();
  const std::string after_fault = *ReadWholeFile(Path("hub/node.textproto"));
  fs::remove_all(Path("hub/federation.textproto"));
  fs::rename(Path("kept"), Path("hub/federation.textproto"));
  // As when the machine stops in the middle.
  const std::string ca = "hub/tls/member-yangtze-delta.pem";
  EXPECT_FALSE(fs::exists(Path(ca)));
  const auto staged = ListedFederation(RepositoryFolder(Path("hub/repository")));
  ASSERT_EQ(staged->members_size(), 2);
  ASSERT_TRUE(WriteWholeFile(Path(ca), staged->members(1).ca_bundle_pem()).ok());
  const RanCommand again = AddRegion();

  EXPECT_EQ(failed.code, kExitFailed);
  EXPECT_EQ(after_fault, config);
  ASSERT_EQ(again.code, kExitOk) << again.err;
  EXPECT_EQ(Listed(), 2);
  EXPECT_EQ(Config("hub")->peers.size(), 1u);
  EXPECT_TRUE(fs::exists(Path(ca)));
  EXPECT_THAT(*ReadWholeFile(Path("hub/federation.textproto")), HasSubstr("yangtze-delta"));
}

TEST_F(MemberAdd, AMemberThatIsListedOtherwiseIsRefused) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string config = *ReadWholeFile(Path("hub/node.textproto"));
  ASSERT_EQ(AddRegion().code, kExitOk);
  ASSERT_TRUE(WriteWholeFile(Path("hub/node.textproto"), config).ok());
  const std::string sound = *ReadWholeFile(Path("delta/member.textproto"));
  ASSERT_TRUE(WriteWholeFile(Path("delta/member.textproto"),
                             absl::StrReplaceAll(sound, {{":7412", ":7413"}}))
                  .ok());

  const RanCommand ran = AddRegion();

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("does not list yet, found yangtze-delta"));
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), config);
}

TEST_F(MemberAdd, AConfigurationKeepsItsLinkItsOwnerAndItsMode) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  fs::create_directory(Path("etc"));
  fs::rename(Path("hub/node.textproto"), Path("etc/hub.textproto"));
  fs::create_symlink("../etc/hub.textproto", Path("hub/node.textproto"));
  ASSERT_EQ(chmod(Path("etc/hub.textproto").c_str(), 0640), 0);
  // Only root may give a file away.
  const bool given = chown(Path("etc/hub.textproto").c_str(), 1234, 1235) == 0;

  const RanCommand added = AddRegion();

  ASSERT_EQ(added.code, kExitOk) << added.err;
  EXPECT_TRUE(fs::is_symlink(Path("hub/node.textproto")));
  EXPECT_THAT(*ReadWholeFile(Path("etc/hub.textproto")), HasSubstr("yangtze-delta"));
  EXPECT_EQ(ModeOf(Path("etc/hub.textproto")), 0640);
  struct stat info;
  ASSERT_EQ(stat(Path("etc/hub.textproto").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, given ? 1234 : geteuid());
  EXPECT_EQ(info.st_gid, given ? 1235 : getegid());
  EXPECT_EQ(FilesIn(Path("etc")), 1u);
  EXPECT_FALSE(fs::exists(Path("hub/node.textproto.next")));
}

TEST_F(MemberAdd, AMemberIsAddedOnceAndWhatIsRefusedChangesNothing) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string sound = *ReadWholeFile(Path("delta/member.textproto"));
  const std::string config = *ReadWholeFile(Path("hub/node.textproto"));
  const std::string list = *ReadWholeFile(Path("hub/federation.textproto"));
  const auto refused = [&](const std::string& from, const std::string& to) {
    EXPECT_TRUE(
        WriteWholeFile(Path("delta/member.textproto"), absl::StrReplaceAll(sound, {{from, to}}))
            .ok());
    return AddRegion().err;
  };

  EXPECT_THAT(refused("yangtze-delta", "hub"), HasSubstr("does not list yet, found hub"));
  EXPECT_THAT(refused("jurisdictions: \"32\"", "jurisdictions: \"3\""), HasSubstr("jurisdictions"));
  EXPECT_THAT(refused("delta.example\"", "hub.example\""), HasSubstr("trust_domains[1].name"));
  EXPECT_THAT(refused("member: ", "name: "), HasSubstr("--file: expected the member.textproto"));
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), config);
  EXPECT_EQ(*ReadWholeFile(Path("hub/federation.textproto")), list);
  EXPECT_EQ(Listed(), 1);
  EXPECT_FALSE(fs::exists(Path("hub/tls/member-yangtze-delta.pem")));

  EXPECT_EQ(refused("", ""), "");
  EXPECT_THAT(refused("", ""), HasSubstr("peers without yangtze-delta"));
  EXPECT_EQ(Config("hub")->peers.size(), 1u);
}

TEST_F(MemberAdd, ARegionKnowsAnotherWithoutListingIt) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  Flags other = RegionFlags();
  other["--dir"] = Path("pearl");
  other["--member"] = "pearl-river";
  other["--trust-domain"] = "pearl.example";
  other["--jurisdictions"] = "44";
  ASSERT_EQ(Mrgctl(RunInitCommand, "region", other).code, kExitOk);
  const auto add = [&](const std::string& file) {
    return Mrgctl(RunMemberCommand, "add", {{"--dir", Path("delta")}, {"--file", Path(file)}});
  };

  const RanCommand added = add("pearl/member.textproto");
  const RanCommand again = add("pearl/member.textproto");
  const RanCommand itself = add("delta/member.textproto");

  ASSERT_EQ(added.code, kExitOk) << added.err;
  EXPECT_THAT(added.out, AllOf(HasSubstr(kOwnDigest), HasSubstr("mrgctl agreement new")));
  const auto config = Config("delta");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->peers.size(), 2u);
  EXPECT_EQ(config->peers[1].member.value(), "pearl-river");
  EXPECT_FALSE(config->peers[1].is_hub);
  EXPECT_THAT(again.err, HasSubstr("peers without pearl-river"));
  EXPECT_EQ(itself.code, kExitFailed);
  EXPECT_EQ(Config("delta")->peers.size(), 2u);
  EXPECT_FALSE(fs::exists(Path("delta/tls/member-yangtze-delta.pem")));
}

TEST_F(MemberAdd, AConfigurationThatAPersonWroteAnewIsNotGuessedAt) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string mine = absl::StrReplaceAll(*ReadWholeFile(Path("hub/node.textproto")),
                                               {{"\nauthorization {\n", "\nauthorization: {\n"}});
  ASSERT_TRUE(WriteWholeFile(Path("hub/node.textproto"), mine).ok());

  const RanCommand ran = AddRegion();

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("expected one line \"authorization {\""));
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), mine);
}

}  // namespace
}  // namespace mrg
