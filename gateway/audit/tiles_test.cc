#include "gateway/audit/tiles.h"

#include <optional>
#include <span>

#include "absl/strings/str_cat.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "log.example";

// Counts how often the store is asked.
class CountedReads : public StoreReader {
 public:
  explicit CountedReads(const StoreReader* inner) : inner_(inner) {}
  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    ++reads;
    return inner_->Get(keyspace, key);
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    ++reads;
    return inner_->GetMany(keyspace, keys);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    ++reads;
    return inner_->Scan(keyspace, begin, end, limit);
  }

  mutable int reads = 0;

 private:
  const StoreReader* const inner_;
};

class TilesTest : public testing::Test {
 protected:
  // Stores the tiles of a log of `size` leaves, written in groups of 100.
  void Grow(uint64_t size) {
    const PerfectNodeReader reader = TileReader(&store_, kOrigin);
    while (edge_.size() < size) {
      const uint64_t before = edge_.size();
      while (edge_.size() < std::min(size, before + 100)) {
        edge_.Append(LeafHash(absl::StrCat(edge_.size())));
      }
      WriteSet writes;
      ASSERT_TRUE(PutChangedTiles(kOrigin, before, edge_, reader, &writes).ok());
      ASSERT_TRUE(store_.Commit(writes).committed());
    }
  }

  MemoryStore store_;
  TreeEdge edge_;
};

TEST_F(TilesTest, AllTilesOfAProofAreReadAtOnceAndGiveTheSameProof) {
  Grow(1000);
  const PerfectNodeReader one_by_one = TileReader(&store_, kOrigin);
  for (const uint64_t index : {0u, 255u, 256u, 700u, 999u}) {
    const CountedReads counted(&store_);

    const auto tiles = ReadTiles(counted, kOrigin, [&](const PerfectNodeReader& noted) {
      EXPECT_TRUE(MakeInclusionProof(index, 1000, noted).ok());
    });

    ASSERT_TRUE(tiles.ok());
    EXPECT_EQ(*MakeInclusionProof(index, 1000, *tiles),
              *MakeInclusionProof(index, 1000, one_by_one));
    EXPECT_EQ(counted.reads, 1);
  }
}

TEST_F(TilesTest, AMissingTileAndANodeThatWasNotAskedForAreToldByTheReader) {
  Grow(600);
  const auto root_only = ReadTiles(
      store_, kOrigin, [](const PerfectNodeReader& noted) { EXPECT_TRUE(noted(0, 3).ok()); });
  const auto none = ReadTiles(store_, "another.example", [](const PerfectNodeReader& noted) {
    EXPECT_TRUE(noted(0, 3).ok());
  });

  ASSERT_TRUE(root_only.ok());
  EXPECT_EQ((*root_only)(0, 3).value(), LeafHash("3"));
  EXPECT_EQ(ReasonOf((*root_only)(0, 599).status()), Reason::kStoreCorrupt);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(ReasonOf((*none)(0, 3).status()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
