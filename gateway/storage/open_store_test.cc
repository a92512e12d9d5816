#include "gateway/storage/open_store.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(OpenStore, OpensARocksDbFolder) {
  std::string path = testing::TempDir() + "/open-XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);

  const auto store = OpenStore("rocksdb:" + path);

  EXPECT_TRUE(store.ok()) << store.status();
}

TEST(OpenStore, AnyOtherAddressIsRefused) {
  for (const char* address : {"", "rocksdb:", "rocksdb", "/var/lib/mrg", "postgres:x"}) {
    EXPECT_EQ(ReasonOf(OpenStore(address).status()), Reason::kConfigInvalid) << address;
  }
}

TEST(OpenStore, FolderThatIsNotOfThisFormatIsNotOpened) {
  const std::string path = testing::TempDir() + "/foreign";
  std::filesystem::create_directories(path);
  std::ofstream(path + "/CURRENT") << "of another store";

  EXPECT_EQ(ReasonOf(OpenStore("rocksdb:" + path).status()), Reason::kConfigInvalid);
  EXPECT_EQ(ReasonOf(OpenExistingStore("rocksdb:" + path).status()), Reason::kConfigInvalid);
  EXPECT_FALSE(std::filesystem::exists(path + "/LOCK")) << "the store was touched";
}

TEST(OpenStore, ExistingStoreIsOpenedAndNoneIsMade) {
  const std::string path = testing::TempDir() + "/existing";
  EXPECT_EQ(ReasonOf(OpenExistingStore("rocksdb:" + path).status()), Reason::kConfigInvalid);
  EXPECT_FALSE(std::filesystem::exists(path));

  ASSERT_TRUE(OpenStore("rocksdb:" + path).ok());

  EXPECT_TRUE(OpenExistingStore("rocksdb:" + path).ok());
}

}  // namespace
}  // namespace mrg
