#include "gateway/storage/open_store.h"

#include <cstdlib>
#include <filesystem>

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

}  // namespace
}  // namespace mrg
