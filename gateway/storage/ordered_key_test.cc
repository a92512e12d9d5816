#include "gateway/storage/ordered_key.h"

#include <vector>

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using namespace std::string_literals;

TEST(OrderedKey, ByteOrderIsTheOrderOfTheParts) {
  const absl::Time epoch = absl::UnixEpoch();
  const std::vector<std::string> keys = {
      OrderedKey().Text("").U64(9).Take(),
      OrderedKey().Text("\0"s).U64(0).Take(),
      OrderedKey().Text("a").U64(1).Take(),
      OrderedKey().Text("a").U64(255).Take(),
      OrderedKey().Text("a").U64(256).Take(),
      OrderedKey().Text("a\0"s).U64(0).Take(),
      OrderedKey().Text("a\1"s).U64(0).Take(),
      OrderedKey().Text("ab").U64(0).Take(),
      OrderedKey().Text("b").Time(absl::InfinitePast()).Take(),
      OrderedKey().Text("b").Time(epoch - absl::Microseconds(1)).Take(),
      OrderedKey().Text("b").Time(epoch).Take(),
      OrderedKey().Text("b").Time(epoch + absl::Microseconds(1)).Take(),
      OrderedKey().Text("b").Time(absl::InfiniteFuture()).Take(),
      OrderedKey().Text("\xFF").U64(0).Take(),
  };

  for (size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]) << i;
}

TEST(OrderedKey, PartsReadBackAsWritten) {
  const absl::Time time = absl::FromUnixMicros(1'767'225'600'123'456);
  const std::string key =
      OrderedKey().Text("q\0\xFF\1"s).U64(~uint64_t{0}).Time(time).Raw("0123").Take();

  OrderedKeyReader reader(key);

  EXPECT_EQ(*reader.Text(), "q\0\xFF\1"s);
  EXPECT_EQ(*reader.U64(), ~uint64_t{0});
  EXPECT_EQ(*reader.Time(), time);
  EXPECT_EQ(*reader.Raw(4), "0123");
  EXPECT_TRUE(reader.done());
}

TEST(OrderedKey, ATextIsNeverAPrefixOfAnotherText) {
  const std::string a = OrderedKey().Text("a").Take();

  EXPECT_NE(OrderedKey().Text("ab").Take().substr(0, a.size()), a);
  EXPECT_NE(OrderedKey().Text("a\0b"s).Take().substr(0, a.size()), a);
}

TEST(OrderedKey, KeyOfAnotherFormIsReportedAsCorrupt) {
  for (const std::string& bad : {""s, "a"s, "a\0"s, "a\0\2"s}) {
    OrderedKeyReader reader(bad);
    EXPECT_EQ(ReasonOf(reader.Text().status()), Reason::kStoreCorrupt);
  }
  EXPECT_EQ(ReasonOf(OrderedKeyReader("1234567").U64().status()), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(OrderedKeyReader("1234567").Time().status()), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(OrderedKeyReader("12").Raw(3).status()), Reason::kStoreCorrupt);
}

TEST(PrefixEnd, IsTheSmallestKeyAboveAllKeysWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xFF\xFF"), "b");
  EXPECT_EQ(PrefixEnd("\xFF\xFF"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(KeyAfter, IsTheNextKey) {
  EXPECT_EQ(KeyAfter("a"), "a\0"s);
  EXPECT_LT("a"s, KeyAfter("a"));
}

}  // namespace
}  // namespace mrg
