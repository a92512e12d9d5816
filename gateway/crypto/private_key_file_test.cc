#include "gateway/crypto/private_key_file.h"

#include <sys/stat.h>

#include <cstdlib>

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string PathFor(const char* name) {
  std::string folder = ::testing::TempDir() + "/keysXXXXXX";
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  return folder + "/" + name;
}

TEST(PrivateKeyFile, WrittenFileIsReadBackAndNotOverwritten) {
  const std::string path = PathFor("key");
  ASSERT_TRUE(WritePrivateFile(path, "secret").ok());

  EXPECT_EQ(*ReadPrivateKeyFile("tls.key_path", path), "secret");
  EXPECT_EQ(ReasonOf(WritePrivateFile(path, "other")), Reason::kKeyFileInvalid);
  EXPECT_EQ(*ReadPrivateKeyFile("tls.key_path", path), "secret");
}

TEST(PrivateKeyFile, FileThatOthersMayReadIsRefused) {
  const std::string path = PathFor("key");
  ASSERT_TRUE(WritePrivateFile(path, "secret").ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);

  const absl::Status refused = ReadPrivateKeyFile("tls.key_path", path).status();

  EXPECT_EQ(ReasonOf(refused), Reason::kKeyFileInvalid);
  EXPECT_EQ(refused.message(), "KEY_FILE_INVALID: tls.key_path: " + path + ": expected mode 0600");
}

TEST(PrivateKeyFile, AbsentFileAndFolderAreRefused) {
  EXPECT_EQ(ReasonOf(ReadPrivateKeyFile("tls.key_path", PathFor("absent")).status()),
            Reason::kKeyFileInvalid);
  EXPECT_EQ(ReasonOf(ReadPrivateKeyFile("tls.key_path", ::testing::TempDir()).status()),
            Reason::kKeyFileInvalid);
}

TEST(PrivateKeyFile, FifoIsRefusedWithoutWaitingForAWriter) {
  const std::string path = PathFor("fifo");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);

  EXPECT_EQ(ReasonOf(ReadPrivateKeyFile("tls.key_path", path).status()), Reason::kKeyFileInvalid);
}

TEST(PrivateKeyFile, WrittenFileIsForItsOwnerAlone) {
  const std::string path = PathFor("key");
  ASSERT_TRUE(WritePrivateFile(path, "secret").ok());

  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(PrivateKeyFile, ShortSecretIsRefused) {
  const std::string path = PathFor("secret");
  ASSERT_TRUE(WritePrivateFile(path, std::string(31, 's')).ok());

  EXPECT_EQ(ReasonOf(ReadSecretFile("tls.key_path", path).status()), Reason::kKeyFileInvalid);
}

}  // namespace
}  // namespace mrg
