#include "gateway/storage/testing/memory_store.h"

#include "gateway/storage/testing/store_conformance.h"

namespace mrg {
namespace {

class MemoryStoreBed : public StoreBed {
 public:
  OrderedStore* store() override { return &store_; }
  bool Reopen() override { return false; }

 private:
  MemoryStore store_;
};

std::unique_ptr<StoreBed> MakeMemoryStoreBed() { return std::make_unique<MemoryStoreBed>(); }

// This kind of store keeps nothing over a reopen.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DurableStoreConformance);
INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance, testing::Values(&MakeMemoryStoreBed));

TEST(MemoryStore, DumpDiffersWhenAnyRowOrVersionDiffers) {
  MemoryStore store;
  WriteSet set;
  set.Put(Keyspace::kSalt, "k", "v");
  ASSERT_TRUE(store.Commit(set).committed());
  const std::string before = store.Dump();

  ASSERT_TRUE(store.Commit(set).committed());

  EXPECT_EQ(before, "salt k @1 = v\n");
  EXPECT_NE(store.Dump(), before);
}

}  // namespace
}  // namespace mrg
