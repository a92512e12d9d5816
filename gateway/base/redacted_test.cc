#include "gateway/base/redacted.h"

#include <sstream>
#include <type_traits>

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Redacted, PrintsNeitherTheTextNorItsLength) {
  std::ostringstream shorter, longer;

  shorter << Redacted("A1");
  longer << Redacted("310101199003077395");

  EXPECT_EQ(shorter.str(), "[redacted]");
  EXPECT_EQ(shorter.str(), longer.str());
}

TEST(Redacted, GivesTheTextOnlyToWhoSaysReveal) {
  static_assert(!std::is_convertible_v<Redacted, std::string>);
  static_assert(!std::is_convertible_v<Redacted, absl::string_view>);
  static_assert(!std::is_convertible_v<std::string, Redacted>);

  EXPECT_EQ(Redacted("张三").Reveal(), "张三");
  EXPECT_TRUE(Redacted().empty());
}

}  // namespace
}  // namespace mrg
