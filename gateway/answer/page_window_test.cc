#include "gateway/answer/page_window.h"

#include <vector>

#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Page {
  std::vector<std::string> keys;
  std::string next;
};

Page PageOf(const std::vector<std::string>& list, int32_t size, const std::string& token,
            size_t item_bytes = 1) {
  auto window = PageWindow::Parse(size, token, 2, 3);
  EXPECT_TRUE(window.ok()) << window.status();
  Page page;
  for (const std::string& key : list) {
    if (window->Takes(key, item_bytes)) page.keys.push_back(key);
  }
  page.next = window->NextToken();
  return page;
}

std::optional<Reason> Refusal(int32_t size, const std::string& token) {
  return ReasonOf(PageWindow::Parse(size, token, 2, 3).status());
}

TEST(PageWindow, PagesFollowOneAnotherWithoutGapAndEndWithoutToken) {
  const std::vector<std::string> list = {"a", "b", "c", "d"};

  const Page first = PageOf(list, 3, "");
  EXPECT_THAT(first.keys, ElementsAre("a", "b", "c"));
  const Page second = PageOf(list, 3, first.next);
  EXPECT_THAT(second.keys, ElementsAre("d"));
  EXPECT_THAT(second.next, IsEmpty());
  EXPECT_THAT(PageOf(list, 0, "").keys, ElementsAre("a", "b")) << "the default";
}

TEST(PageWindow, FullPageAtTheEndOfTheListHasNoToken) {
  EXPECT_THAT(PageOf({"a", "b"}, 2, "").next, IsEmpty());
}

TEST(PageWindow, ListThatChangedInBetweenGoesOnAfterTheLastKey) {
  const Page first = PageOf({"a", "b", "c"}, 2, "");
  EXPECT_THAT(PageOf({"a", "aa", "c", "d"}, 2, first.next).keys, ElementsAre("c", "d"));
}

TEST(PageWindow, LargeItemsEndAPageEarlyButNeverEmpty) {
  const Page first = PageOf({"a", "b", "c"}, 3, "", size_t{3} << 20);
  EXPECT_THAT(first.keys, ElementsAre("a"));
  EXPECT_THAT(PageOf({"a", "b", "c"}, 3, first.next, size_t{3} << 20).keys, ElementsAre("b"));
}

TEST(PageWindow, BadSizeAndTokenAreRefused) {
  EXPECT_EQ(Refusal(-1, ""), Reason::kFieldMalformed);
  EXPECT_EQ(Refusal(4, ""), Reason::kFieldMalformed);
  EXPECT_EQ(Refusal(3, ""), std::nullopt);
  EXPECT_EQ(Refusal(1, "a token"), Reason::kFieldMalformed);
  EXPECT_EQ(Refusal(1, std::string(257, 'a')), Reason::kFieldTooLong);
}

}  // namespace
}  // namespace mrg
