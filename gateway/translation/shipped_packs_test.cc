// The shipped packs pass their checks and tests, and carry each sample licence into the other
// standard with no more loss than they declare.

#include <algorithm>
#include <set>
#include <string>

#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Sample {
  std::string type_code;
  std::string standard;
  std::string other;
  std::string file;
};

const Sample kSamples[] = {
    {kIdentityCardType, "delta-reply", "cq-sample", "yangtze-delta/samples/31-identity-card.json"},
    {kDrivingLicenceType, "delta-reply", "cq-sample",
     "yangtze-delta/samples/32-driving-licence.json"},
    {kBusinessLicenceType, "delta-reply", "cq-sample",
     "yangtze-delta/samples/32-business-licence.json"},
    {kIdentityCardType, "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/50-identity-card.json"},
    {kDrivingLicenceType, "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/50-driving-licence.json"},
    {kBusinessLicenceType, "cq-sample", "delta-reply",
     "sichuan-chongqing/samples/51-business-licence.json"},
};

std::set<std::string> IdsOf(const ReadResult& read) {
  std::set<std::string> ids;
  for (const auto& element : read.elements) ids.insert(element.id());
  return ids;
}

std::string DeclaredAway(const CompiledPack& pack, const std::string& id) {
  for (const auto& loss : pack.message().declared_losses()) {
    if (loss.element_id() == id) return id;
  }
  return std::string();
}

class ShippedPacks : public ::testing::TestWithParam<Sample> {};

TEST_P(ShippedPacks, SampleIsReadWithoutIssuesAndWrittenBackTheSame) {
  const auto pack = ShippedPack(GetParam().standard, GetParam().type_code);

  const auto read = pack->ReadDocument(ShippedFile("deploy/regions/" + GetParam().file));

  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->issues, IsEmpty());
  EXPECT_THAT(read->undeclared, IsEmpty());
  EXPECT_THAT(read->paths, SizeIs(read->elements.size()));
  const auto again = pack->ReadDocument(pack->WriteDocument(read->elements, IdsOf(*read)).document);
  ASSERT_TRUE(again.ok());
  ASSERT_THAT(again->elements, SizeIs(read->elements.size()));
  for (size_t i = 0; i < read->elements.size(); ++i) {
    EXPECT_EQ(again->elements[i].SerializeAsString(), read->elements[i].SerializeAsString());
  }
}

TEST_P(ShippedPacks, OtherStandardLosesOnlyWhatItsPackDeclares) {
  const auto from = ShippedPack(GetParam().standard, GetParam().type_code);
  const auto to = ShippedPack(GetParam().other, GetParam().type_code);
  const auto read = from->ReadDocument(ShippedFile("deploy/regions/" + GetParam().file));
  ASSERT_TRUE(read.ok()) << read.status();

  const WriteResult written = to->WriteDocument(read->elements, IdsOf(*read));

  for (const auto& report : written.reports) {
    if (report.outcome() == gateway::v1::ELEMENT_OUTCOME_GIVEN) continue;
    EXPECT_EQ(DeclaredAway(*to, report.element_id()), report.element_id());
    EXPECT_EQ(report.outcome(), gateway::v1::ELEMENT_OUTCOME_LOST);
  }
  const auto again = to->ReadDocument(written.document);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->issues, IsEmpty());
  EXPECT_THAT(again->undeclared, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Samples, ShippedPacks, ::testing::ValuesIn(kSamples), [](const auto& info) {
      std::string name = info.param.file.substr(info.param.file.rfind('/') + 1);
      name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return !isalnum(c); }),
                 name.end());
      return name;
    });

}  // namespace
}  // namespace mrg
