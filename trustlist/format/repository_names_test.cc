#include "trustlist/format/repository_names.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Threat, T09_HarmfulRoleNamesAreRefused) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string("../a"), std::string("/a"), std::string("a/b"),
        std::string("a%2e"), std::string("a\0b", 3), std::string("A"), std::string("-a"),
        std::string("\xC3\xB6"), std::string(65, 'a')}) {
    EXPECT_EQ(ReasonOf(CheckRoleName(name)), Reason::kMetadataMalformed) << name;
  }
  EXPECT_TRUE(CheckRoleName("j-31").ok());
  EXPECT_TRUE(CheckRoleName(std::string(64, 'a')).ok());
}

TEST(Threat, T09_HarmfulTargetPathsAreRefused) {
  for (const std::string& path :
       {std::string(), std::string("/31/a"), std::string("31/../50/a"), std::string("31/./a"),
        std::string("31//a"), std::string("31/"), std::string("31/a b"), std::string("31/a\\b"),
        std::string("31/%2e%2e/a"), std::string("31/\0", 4), std::string(257, 'a')}) {
    EXPECT_EQ(ReasonOf(CheckTargetPath(path)), Reason::kMetadataMalformed) << path;
  }
  EXPECT_TRUE(CheckTargetPath("31/packs/11100000XX0000019L001/delta-reply/1").ok());
  EXPECT_TRUE(CheckTargetPath("federation").ok());
}

TEST(RepositoryNames, FileNamesOfConsistentSnapshots) {
  EXPECT_EQ(MetadataFileName("root", 3), "3.root.json");
  EXPECT_EQ(MetadataFileName("timestamp", 3), "3.timestamp.json");
  const std::string sha256(32, '\x1f');
  const std::string hex(std::string("1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f") +
                        "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f");
  EXPECT_EQ(TargetFileName("31/agreements/a/1", sha256), "31/agreements/a/" + hex + ".1");
  EXPECT_EQ(TargetFileName("federation", sha256), hex + ".federation");
}

TEST(RepositoryNames, MetadataNamesAreReadBack) {
  EXPECT_EQ(ParseMetadataName("2.root.json")->version, 2);
  EXPECT_EQ(ParseMetadataName("2.root")->role, "root");
  EXPECT_EQ(ParseMetadataName("j-31.json")->role, "j-31");
  EXPECT_EQ(ParseMetadataName("targets")->version, std::nullopt);
  for (const char* name : {"0.root", "01.root", "x.root", "..", "1.2.root", "", ".json"}) {
    EXPECT_EQ(ReasonOf(ParseMetadataName(name).status()), Reason::kMetadataMalformed) << name;
  }
}

}  // namespace
}  // namespace mrg
