#include "trustlist/bundle/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const std::string kHex(64, 'a');

using Files = std::vector<std::pair<std::string, std::string>>;

// One entry of a hostile archive.
struct Entry {
  std::string name;
  std::string bytes = "{}";
  int type = AE_IFREG;
  std::string hardlink = {};
  std::string symlink = {};
};

class BundleArchiveTest : public ::testing::Test {
 protected:
  BundleArchiveTest() {
    std::string name = ::testing::TempDir() + "/bundle_archive_XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/lists.tar";
  }
  ~BundleArchiveTest() override { std::filesystem::remove_all(folder_); }

  static Files SampleFiles() {
    return {{"hub/metadata/1.root.json", "{\"signed\": 1}"},
            {"hub/metadata/timestamp.json", "{}"},
            {"hub/targets/31/packs/licence/delta-reply/" + kHex + ".1", "fields {}"},
            {"hub/targets/" + kHex + ".log-keys", ""},
            {"hub/nodes/" + kHex, std::string(2000, '\x5a')}};
  }

  absl::Status Write(const Files& files, const std::string& path) {
    auto writer = BundleWriter::Create(path);
    if (!writer.ok()) return writer.status();
    for (const auto& [name, bytes] : files) {
      const absl::Status added = (*writer)->Add(name, bytes);
      if (!added.ok()) return added;
    }
    return (*writer)->Finish();
  }

  // The reason for which the bundle is refused; "OK" when it is taken.
  std::string Verdict() {
    const absl::Status status =
        ReadBundle(path_, [](const std::string&, std::string) { return absl::OkStatus(); });
    if (status.ok()) return "OK";
    return ReasonOf(status).has_value() ? std::string(TokenOf(*ReasonOf(status)))
                                        : std::string(status.message());
  }

  std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Put(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  void WriteHostile(const std::vector<Entry>& entries) const {
    archive* const writer = archive_write_new();
    archive_write_set_format_pax_restricted(writer);
    archive_write_open_filename(writer, path_.c_str());
    for (const Entry& from : entries) {
      archive_entry* const entry = archive_entry_new();
      archive_entry_set_pathname(entry, from.name.c_str());
      archive_entry_set_filetype(entry, static_cast<unsigned>(from.type));
      archive_entry_set_perm(entry, 0644);
      if (!from.hardlink.empty()) archive_entry_set_hardlink(entry, from.hardlink.c_str());
      if (!from.symlink.empty()) archive_entry_set_symlink(entry, from.symlink.c_str());
      const bool has_bytes = from.type == AE_IFREG && from.hardlink.empty();
      archive_entry_set_size(entry, has_bytes ? static_cast<la_int64_t>(from.bytes.size()) : 0);
      archive_write_header(writer, entry);
      if (has_bytes) archive_write_data(writer, from.bytes.data(), from.bytes.size());
      archive_entry_free(entry);
    }
    archive_write_free(writer);
  }

  std::string VerdictOf(const Entry& entry) {
    WriteHostile({entry});
    return Verdict();
  }

  std::string folder_;
  std::string path_;
};

TEST_F(BundleArchiveTest, WhatIsWrittenIsReadBackInItsOrder) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  Files read;

  const absl::Status status = ReadBundle(path_, [&](const std::string& name, std::string bytes) {
    read.emplace_back(name, std::move(bytes));
    return absl::OkStatus();
  });

  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(read, SampleFiles());
}

TEST_F(BundleArchiveTest, TheSameFilesGiveTheSameBytes) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  const std::string first = Bytes();

  ASSERT_TRUE(Write(SampleFiles(), path_).ok());

  EXPECT_EQ(Bytes(), first);
}

TEST_F(BundleArchiveTest, ANameTooLongForUstarIsKept) {
  const Files files = {{absl::StrCat(std::string(63, 'm'), "/targets/", std::string(180, 'p'), "/",
                                     kHex, ".", std::string(70, 'q')),
                        "x"}};
  ASSERT_TRUE(Write(files, path_).ok());

  EXPECT_EQ(Verdict(), "OK");
}

TEST_F(BundleArchiveTest, U12_NothingFollowsTheEndOfTheArchive) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  const std::string whole = Bytes();
  const std::string entries = whole.substr(0, (whole.find_last_not_of('\0') / 512 + 1) * 512);
  const std::string zeros(512, '\0');
  for (const std::string& after :
       {std::string("x"), std::string(512, 'x'), zeros + "x", zeros + zeros + "x",
        zeros + zeros + whole, std::string(4096, '\0') + "x", std::string(size_t{2} << 20, '\0'),
        std::string(500, '\0') + "x" + zeros, entries}) {
    Put(entries + after);
    EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED") << after.size();
    Put(whole + after);
    EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED") << after.size();
  }
  for (const size_t fill : {2, 3, 20, 2048}) {
    Put(entries + std::string(fill * 512, '\0'));
    EXPECT_EQ(Verdict(), "OK") << fill;
  }
}

TEST_F(BundleArchiveTest, ABundleCutOffAnywhereIsRefused) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  const std::string whole = Bytes();
  // What follows are zeros that fill the last block.
  const size_t last = whole.find_last_not_of('\0');

  for (size_t length = 0; length <= last; length += length % 512 == 511 ? 1 : 37) {
    Put(whole.substr(0, length));
    ASSERT_EQ(Verdict(), "BUNDLE_MALFORMED") << "cut after " << length << " bytes";
  }
  for (size_t length = 0; length <= last; length += 512) {
    Put(whole.substr(0, length));
    ASSERT_EQ(Verdict(), "BUNDLE_MALFORMED") << "cut after " << length << " bytes";
  }
}

TEST_F(BundleArchiveTest, AnyChangedByteIsRefused) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  const std::string whole = Bytes();

  for (size_t i = 0; i<whole.size(); i += i> 4096 && i < 5500 ? 31 : 1) {
    if (whole[i] == '\0') continue;
    std::string changed = whole;
    changed[i] ^= 0x01;
    Put(changed);
    ASSERT_NE(Verdict(), "OK") << "changed at " << i;
  }
}

TEST_F(BundleArchiveTest, AFileLeftOutOrPutInTwiceIsRefused) {
  WriteHostile({{"hub/metadata/timestamp.json"}});
  EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED") << "without its last entry";
  WriteHostile({{"complete", "mrg bundle 1\nfiles 2\nsha256 " + kHex + "\n"}});
  EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED") << "with another content than stated";
}

TEST_F(BundleArchiveTest, WhatIsNoTarIsRefused) {
  Put("not an archive");
  EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED");
  Put("");
  EXPECT_EQ(Verdict(), "BUNDLE_MALFORMED");
  std::filesystem::remove(path_);
  EXPECT_NE(Verdict().find("No such file"), std::string::npos);
}

class Threat : public BundleArchiveTest {};

TEST_F(Threat, T09_NamesThatNoRepositoryHasAreRefused) {
  for (const std::string& name : {std::string("../hub/metadata/timestamp.json"),
                                  std::string("/etc/passwd"),
                                  std::string("/hub/metadata/timestamp.json"),
                                  std::string("./hub/metadata/timestamp.json"),
                                  std::string("hub/metadata/../../x"),
                                  std::string("hub/metadata/..json"),
                                  std::string("hub/metadata/01.root.json"),
                                  std::string("hub/metadata/01.timestamp.json"),
                                  std::string("hub/metadata/root.json"),
                                  std::string("hub/metadata/1.ROOT.json"),
                                  std::string("hub/metadata/timestamp"),
                                  std::string("hub//metadata/timestamp.json"),
                                  std::string("HUB/metadata/timestamp.json"),
                                  std::string("hub/other/x"),
                                  "hub/targets/../" + kHex + ".x",
                                  "hub/targets/31%2f/" + kHex + ".x",
                                  "hub/targets/" + kHex + ".",
                                  "hub/targets/" + kHex + "x",
                                  std::string("hub/targets/x"),
                                  "hub/nodes/" + kHex + "/x",
                                  "hub/nodes/" + std::string(64, 'A'),
                                  std::string("hub/nodes/../x"),
                                  std::string("complete/x"),
                                  std::string(3000, 'a')}) {
    EXPECT_EQ(VerdictOf({name}), "BUNDLE_MALFORMED") << name;
    auto writer = BundleWriter::Create(folder_ + "/own.tar");
    ASSERT_TRUE(writer.ok());
    EXPECT_EQ(ReasonOf((*writer)->Add(name, "")), Reason::kBundleMalformed) << name;
  }
}

TEST_F(Threat, T09_LinksDevicesAndFoldersAreRefused) {
  const std::string name = "hub/metadata/timestamp.json";
  EXPECT_EQ(VerdictOf({name, "", AE_IFLNK, "", "/etc/passwd"}), "BUNDLE_MALFORMED");
  EXPECT_EQ(VerdictOf({name, "", AE_IFREG, "/etc/passwd"}), "BUNDLE_MALFORMED");
  EXPECT_EQ(VerdictOf({name, "", AE_IFCHR}), "BUNDLE_MALFORMED");
  EXPECT_EQ(VerdictOf({name, "", AE_IFBLK}), "BUNDLE_MALFORMED");
  EXPECT_EQ(VerdictOf({name, "", AE_IFIFO}), "BUNDLE_MALFORMED");
  EXPECT_EQ(VerdictOf({"hub/metadata", "", AE_IFDIR}), "BUNDLE_MALFORMED");
}

TEST_F(Threat, T05_AFileLongerThanItsKindAllowsIsRefused) {
  EXPECT_EQ(VerdictOf({"hub/metadata/timestamp.json", std::string((1 << 20) + 1, ' ')}),
            "METADATA_TOO_LONG");
  EXPECT_EQ(VerdictOf({"hub/targets/" + kHex + ".x", std::string((1 << 20) + 1, ' ')}),
            "METADATA_TOO_LONG");
  EXPECT_EQ(VerdictOf({"hub/nodes/" + kHex, std::string((5 << 20) + 1, ' ')}), "METADATA_TOO_LONG");
  EXPECT_EQ(VerdictOf({"complete", std::string(257, ' ')}), "METADATA_TOO_LONG");
  auto writer = BundleWriter::Create(path_);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(ReasonOf((*writer)->Add("hub/targets/" + kHex + ".x", std::string((1 << 20) + 1, ' '))),
            Reason::kMetadataTooLong);
}

TEST_F(Threat, T05_MoreFilesThanAreTakenAtOnceAreRefused) {
  auto writer = BundleWriter::Create(path_);
  ASSERT_TRUE(writer.ok());
  absl::Status status;
  for (size_t i = 1; i <= kBundleFilesMax + 1 && status.ok(); ++i) {
    status = (*writer)->Add(absl::StrCat("hub/metadata/", i, ".root.json"), "");
  }

  EXPECT_EQ(ReasonOf(status), Reason::kBundleTooLarge);
}

TEST_F(Threat, T10_WhatIsNotFinishedLeavesTheEarlierFileAsItWas) {
  ASSERT_TRUE(Write(SampleFiles(), path_).ok());
  const std::string before = Bytes();

  {
    auto writer = BundleWriter::Create(path_);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->Add("hub/metadata/2.root.json", "{}").ok());
  }

  EXPECT_EQ(Bytes(), before);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  EXPECT_EQ(ReasonOf(BundleWriter::Create(folder_ + "/none/x.tar").status()),
            Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
