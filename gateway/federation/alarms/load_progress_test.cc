#include "gateway/federation/alarms/load_progress.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RecordingEventLog : public EventLog {
 public:
  void Write(Event event, EventFields fields) override {
    lines_.push_back(EventLine::Of(absl::FromUnixSeconds(1600000000), event, fields));
  }
  std::vector<std::string> Take() { return std::exchange(lines_, {}); }

 private:
  std::vector<std::string> lines_;
};

class LoadProgressTest : public ::testing::Test {
 protected:
  void Tell(size_t nodes, uint64_t entries, const std::string& path = "31/issuers") {
    TreeSyncProgress progress;
    progress.nodes_fetched = nodes;
    progress.nodes_held = 3;
    progress.bytes_fetched = nodes * 1000;
    progress.entries = entries;
    progress.entries_total = 1000000;
    progress_.Tell(path, progress);
  }

  double Entries() const { return metrics_.load_entries.Value({{"publisher", publisher_}}); }

  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  RecordingEventLog events_;
  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  const LabelValue publisher_ = LabelValue::OfMember(member_);
  LoadProgress progress_{member_, &metrics_, &events_};
};

TEST_F(LoadProgressTest, FiguresFollowTheLoad) {
  Tell(256, 3000);
  EXPECT_EQ(Entries(), 3000);
  EXPECT_EQ(metrics_.load_entries_expected.Value({{"publisher", publisher_}}), 1000000);
  Tell(512, 6000);
  EXPECT_EQ(Entries(), 6000);
}

TEST_F(LoadProgressTest, EachFurtherTenthIsTold) {
  Tell(5000, 99999);
  EXPECT_THAT(events_.Take(), IsEmpty());
  Tell(7000, 100000);
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(
                  HasSubstr(R"("event":"trust_load_progress")"),
                  HasSubstr(R"("publisher":"yangtze-delta","path":"31/issuers")"),
                  HasSubstr(R"("entries":100000,"expected":1000000)"),
                  HasSubstr(R"("nodes_fetched":7000,"nodes_held":3,"bytes_fetched":7000000)"))));
  Tell(8000, 199999);
  EXPECT_THAT(events_.Take(), IsEmpty());
  Tell(70000, 1000000);
  EXPECT_THAT(events_.Take(), SizeIs(1));
}

TEST_F(LoadProgressTest, ChangeOfAFewNodesMakesNoEvent) {
  Tell(5, 1000000);
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(Entries(), 1000000);
}

TEST_F(LoadProgressTest, LoadThatGoesOnAfterACutIsToldAnew) {
  Tell(50000, 700000);
  events_.Take();
  Tell(256, 704000);
  EXPECT_THAT(events_.Take(), IsEmpty());
  Tell(5000, 750000);
  EXPECT_THAT(events_.Take(), SizeIs(1));
}

TEST_F(LoadProgressTest, AnotherListIsAnotherLoad) {
  Tell(50000, 700000);
  events_.Take();
  Tell(50001, 100000, "31/status/licences");
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("31/status/licences")));
}

}  // namespace
}  // namespace mrg
